import { z } from "zod";
import { appWrites, manifestProblems, sourceKinds, usualPollMinutes, usualReservePercent } from "./model.ts";

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const isPlainAddress = (text: string) => {
  const url = URL.parse(text);
  if (!url || url.username || url.password || url.search || url.hash) return false;
  return url.protocol === "https:" || (url.protocol === "http:" && loopback.test(url.hostname));
};

/** An address that credentials are sent to: https, or plain http to this very machine. */
const address = z
  .string()
  .trim()
  .max(300)
  .refine(isPlainAddress, { error: "Write an address that begins with https://, without user name, ? or #" })
  .transform((url) => url.replace(/\/+$/, ""));

const proxyAddress = z
  .string()
  .trim()
  .max(300)
  .refine(
    (text) => {
      const url = URL.parse(text);
      return url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password;
    },
    { error: "Write the proxy as http://HOST:PORT; one that asks for a password belongs in HTTPS_PROXY" },
  );

const optional = <T extends z.ZodType>(schema: T) =>
  z
    .preprocess(
      (value) => (typeof value === "string" && value.trim() === "" ? null : value),
      schema.nullish(),
    )
    .transform((value) => value ?? null);
const secretText = (max: number) => optional(z.string().trim().max(max));

/** An organisation, a person or (GitLab) a group with the groups above it. */
const login = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .regex(/^[\w.-]+(\/[\w.-]+)*$/, "Write the name as it stands in the address");
export const OwnerInput = z.object({ login, type: z.enum(["organization", "person"]) });

const network = {
  webUrl: address,
  /** Empty: where it usually is. */
  apiUrl: optional(address),
  ca: optional(z.string().trim().max(100_000)),
  proxyUrl: optional(proxyAddress),
  privateRanges: z.array(z.string().trim().min(1).max(60)).max(20).default([]),
};

const common = {
  id: z.uuid().optional(),
  name: z.string().trim().min(1, "Give it a name").max(60, "Use at most 60 characters"),
  ...network,
  pollMinutes: z.number().int().min(1).max(1440).default(usualPollMinutes),
  reservePercent: z.number().int().min(0).max(90).default(usualReservePercent),
};

/** A connection by token, as the form sends it. Without `token` the stored one stays. */
export const SaveTokenConnection = z.object({
  ...common,
  kind: z.enum(sourceKinds),
  token: secretText(2_000),
  /** Whose repositories; none: all that the token shows. */
  owners: z.array(OwnerInput).max(50).default([]),
});
export type SaveTokenConnection = z.input<typeof SaveTokenConnection>;

/** A GitHub App that exists already. Without `privateKey` and `webhookSecret` the stored ones stay. */
export const SaveAppConnection = z.object({
  ...common,
  appId: z
    .string()
    .trim()
    .regex(/^\d{1,15}$/, "The App ID is a number"),
  privateKey: secretText(20_000),
  webhookSecret: secretText(500),
});
export type SaveAppConnection = z.input<typeof SaveAppConnection>;

export const TestConnection = z.discriminatedUnion("auth", [
  SaveTokenConnection.extend({ auth: z.literal("token") }),
  SaveAppConnection.extend({ auth: z.literal("app") }),
]);
export type TestConnection = z.input<typeof TestConnection>;

export const ConnectionId = z.object({ id: z.uuid() });
export type ConnectionId = z.infer<typeof ConnectionId>;

export const SetConnectionState = z.object({ id: z.uuid(), isOn: z.boolean() });
export type SetConnectionState = z.infer<typeof SetConnectionState>;

export const MakeConnectionSecret = z.object({ id: z.uuid(), retiresOthers: z.boolean() });
export type MakeConnectionSecret = z.infer<typeof MakeConnectionSecret>;

export const BeginManifest = z.object({
  name: common.name,
  ...network,
  /** Whose App it becomes: an organisation; empty: the person's who makes it. */
  organization: optional(login),
  writes: z.array(z.enum(appWrites)).max(appWrites.length).default([]),
});
export type BeginManifest = z.input<typeof BeginManifest>;

/** What the page is told when the browser comes back from GitHub. */
export const ShownConnections = z.object({
  made: z.uuid().optional(),
  problem: z.enum(manifestProblems).optional(),
});
