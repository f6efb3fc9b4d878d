import { isAbsolute, resolve } from "node:path";
import { z } from "zod";
import { readListenAddress } from "#server/observe/listen-address.ts";
import { parseKeys } from "./key-grammar.ts";
import { readRange } from "./outside/address-class.ts";

const port = z.coerce.number().int().min(0).max(65_535);
const flag = z.enum(["0", "1"]).transform((value) => value === "1");
const list = z.string().transform((value) =>
  value
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean),
);

const ranges = list.refine(
  (entries) => entries.every((entry) => readRange(entry) !== null),
  "has to hold addresses or ranges, comma-separated, such as 10.0.0.5 or 10.20.0.0/16",
);

/** Where the system shows itself as files; making a folder there fails in ways that programs take for "try again". */
const dataFolder = z
  .string()
  .refine(
    (value) => !/^\/(?:proc|sys)(?:\/|$)/.test(resolve(value)),
    "has to be a folder that can be written: nothing can be kept below /proc or /sys",
  );

const listenAddress = z
  .string()
  .refine(
    (value) => readListenAddress(value) !== null,
    "has to be host:port, such as 127.0.0.1:9464 or 0.0.0.0:9464",
  );

function refuseWeakKeys(value: string, check: z.RefinementCtx): void {
  try {
    parseKeys(value, ",");
  } catch (error) {
    check.addIssue({ code: "custom", message: (error as Error).message });
  }
}

/** Hosts from which files and repositories may be read when nothing else is configured. */
const defaultHosts =
  "github.com,raw.githubusercontent.com,api.github.com,gitlab.com,bitbucket.org,dev.azure.com,codeberg.org";

/** Every setting that comes from the environment; the table in README.md says the same in words. */
const schema = z.object({
  PORT: port.default(3000),
  HOST: z.string().default("127.0.0.1"),
  MILEPOST_MODE: z.enum(["evaluation", "production"]).optional(),
  MILEPOST_DATA_DIR: dataFolder.default(".data"),
  DATABASE_URL: z.string().optional(),
  MILEPOST_EMBEDDED: flag.optional(),
  MILEPOST_URL: z.url({ protocol: /^https?$/ }).optional(),
  MILEPOST_SECRET_KEY: z.string().superRefine(refuseWeakKeys).optional(),
  MILEPOST_DEMO: flag.default(true),
  MILEPOST_DEV: flag.default(false),
  MILEPOST_ALLOWED_HOSTS: list.default(defaultHosts.split(",")),
  MILEPOST_PRIVATE_RANGES: ranges.default([]),
  MILEPOST_TRUSTED_PROXIES: ranges.default([]),
  MILEPOST_METRICS_ADDR: listenAddress.optional(),
  MILEPOST_BACKUP_DIR: z.string().optional(),
  MILEPOST_BACKUP_KEEP: z.coerce.number().int().min(1).max(1000).default(14),
  HTTPS_PROXY: z.url({ protocol: /^https?$/ }).optional(),
  NO_PROXY: list.default([]),
  GITHUB_WEBHOOK_SECRET: list.optional(),
  GITHUB_APP_ID: z.string().regex(/^\d+$/, "has to be the App's number").optional(),
  GITHUB_APP_PRIVATE_KEY: z.string().optional(),
  GITHUB_URL: z.url({ protocol: /^https?$/ }).optional(),
  GITHUB_API_URL: z.url({ protocol: /^https?$/ }).optional(),
  OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_PRIVATE_RANGES: ranges.optional(),
  AUTH_GITHUB_ID: z.string().optional(),
  AUTH_GITHUB_SECRET: z.string().optional(),
  AUTH_GOOGLE_ID: z.string().optional(),
  AUTH_GOOGLE_SECRET: z.string().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().optional(),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error"]).default("info"),
  NODE_ENV: z.string().default("development"),
});

export type Env = z.infer<typeof schema> & { dataDir: string };

/**
 * A setting that cannot be used; its message names the setting and what to do. A value is repeated only where the setting
 * is one of a few words and what was given looks like a word too: else it may be a secret.
 */
export class SettingError extends Error {
  override name = "SettingError";
}

/**
 * Reads and checks the settings. Empty values count as absent, as an empty line in a compose file means.
 * Throws SettingError with one sentence for each setting that is wrong.
 */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(present);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => lineOf(issue, present[issue.path.join(".")]));
    throw new SettingError(lines.join("\n"));
  }
  const { MILEPOST_DATA_DIR: dir } = parsed.data;
  return { ...parsed.data, dataDir: isAbsolute(dir) ? dir : resolve(process.cwd(), dir) };
}

function lineOf(issue: z.core.$ZodIssue, given: string | undefined): string {
  const name = issue.path.join(".");
  if (issue.code === "invalid_value")
    return `${name} is ${quoted(given)}: use ${alternatives(issue.values.map(String))}`;
  if (issue.code === "invalid_format" && issue.format === "url")
    return `${name}: has to be an address that begins with http:// or https://`;
  return `${name}: ${issue.message}`;
}

/** A word of letters; digits among them, or many of them, may be a key that somebody put into the wrong line. */
const quoted = (given = "") =>
  /^(?:[a-z _-]{1,20}|\d{1,2})$/i.test(given) ? `"${given}"` : "none of its values";

/** "a, b or c" */
const alternatives = (values: readonly string[]) =>
  [values.slice(0, -1).join(", "), values.at(-1)].filter(Boolean).join(" or ");
