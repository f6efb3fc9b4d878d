import { z } from "zod";
import { tiers } from "#server/delivery/model.ts";
import { sources } from "#server/delivery/projection/recognise.ts";
import { mostGlobs, mostTierRules, receiverKinds, reportedStatuses, severities } from "./model.ts";

const entityRef = z
  .string("Name the service, such as component:default/checkout")
  .min(1, "Name the service, such as component:default/checkout")
  .max(400, "At most 400 characters");
const line = (most: number) =>
  z
    .string("Write text")
    .trim()
    .min(1, "Write something")
    .max(most, `At most ${most} characters`)
    .transform((text) => text.toWellFormed());
const key = z
  .string("Give each deployment or incident a key of its own, such as the number of its pipeline")
  .max(300, "At most 300 characters")
  .regex(/^[\x21-\x7e]+$/, "Letters, digits and punctuation, without spaces");
const moment = z.iso
  .datetime({ offset: true, error: "Write the moment as 2026-11-21T14:03:00Z" })
  .transform((text) => new Date(text));
const sha = z
  .string("Write text")
  .regex(
    /^([0-9a-f]{40}|[0-9a-f]{64})$/i,
    "Write the whole commit, 40 hexadecimal digits: git rev-parse HEAD",
  )
  .transform((text) => text.toLowerCase());
const url = z
  .url({ protocol: /^https?$/, error: "Write an address such as https://ci.example.com/jobs/42" })
  .max(1000);
const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, `Write one of ${values.join(", ")}`);
const repository = line(400).transform((text, issue) => {
  const path = text.replace(/^(https?:\/\/|ssh:\/\/git@)[^/]+\//i, "").replace(/\.git$|\/+$/g, "");
  if (/^[\w.-]+(\/[\w.-]+)+$/.test(path)) return path.toLowerCase();
  issue.addIssue({ code: "custom", message: "Write owner/name, or the repository's address" });
  return z.NEVER;
});

/** `POST /api/v1/delivery/deployments`. Without `at` it happened now; without `key` the header Idempotency-Key counts. */
export const ReportDeployment = z.strictObject({
  entityRef,
  key,
  status: oneOf(reportedStatuses),
  environment: line(200),
  tier: oneOf(tiers).optional(),
  sha: sha.optional(),
  repository: repository.optional(),
  version: line(200).optional(),
  url: url.optional(),
  at: moment.optional(),
});
export type ReportDeployment = z.infer<typeof ReportDeployment>;

/** `POST /api/v1/delivery/incidents`. `deployment` is the key of a reported deployment, `sha` its commit. */
export const ReportIncident = z.strictObject({
  entityRefs: z
    .array(entityRef, "Name the services as a list")
    .min(1, "Name at least one service")
    .max(50, "At most 50"),
  key,
  status: oneOf(["opened", "resolved"]),
  /** Of one that is known it may be left out. */
  title: line(300).optional(),
  severity: line(50).optional(),
  sha: sha.optional(),
  deployment: key.optional(),
  url: url.optional(),
  at: moment.optional(),
});
export type ReportIncident = z.infer<typeof ReportIncident>;

export const OpenIncident = z.object({
  entityRef,
  title: line(300),
  severity: z.enum(severities),
  /** Of `service_deployments`; null where it is not known which one did it. */
  deploymentId: z.number().int().positive().nullable().default(null),
});
export type OpenIncident = z.infer<typeof OpenIncident>;

/** Pagers end their own; what programs told may stay open when the program is gone. */
export const endedByPeople = ["portal", "api", "cdevents"] as const;
export const ResolveIncident = z.object({
  source: z.enum(endedByPeople).default("portal"),
  key: z.string().min(1).max(300),
});
export type ResolveIncident = z.input<typeof ResolveIncident>;

export const OfService = z.object({ entityRef });
export type OfService = z.infer<typeof OfService>;

const setting = z.string().trim().max(300);
const candidate = {
  entityRef,
  source: z.enum(sources),
  settings: z
    .partialRecord(z.enum(["workflow", "branch", "tagPattern", "environment", "tier"]), setting)
    .default({}),
  pathGlobs: z.array(line(300)).max(mostGlobs, `At most ${mostGlobs} paths`).default([]),
};
export const SourceCandidate = z.object(candidate);
export type SourceCandidate = z.infer<typeof SourceCandidate>;

export const SaveSource = z.object({
  ...candidate,
  /** The version that the form was filled from. */
  rulesVersion: z.number().int().min(0),
  reason: line(500),
});
export type SaveSource = z.infer<typeof SaveSource>;

export const tierRules = z
  .array(z.object({ pattern: line(200).transform((text) => text.toLowerCase()), tier: z.enum(tiers) }))
  .max(mostTierRules, `At most ${mostTierRules} rules`);
export const TryTiers = z.object({ rules: tierRules });
export type TryTiers = z.infer<typeof TryTiers>;
export const SaveTiers = z.object({ rules: tierRules, reason: line(500) });
export type SaveTiers = z.infer<typeof SaveTiers>;

export const SaveReceiver = z.object({
  id: z.uuid().optional(),
  kind: z.enum(receiverKinds),
  name: line(60),
  isOn: z.boolean().default(true),
  /** PagerDuty makes the secret itself; of the others it is made here. */
  secret: z.string().trim().min(8, "At least 8 characters").max(500).optional(),
  renews: z.boolean().default(false),
});
export type SaveReceiver = z.infer<typeof SaveReceiver>;

export const ReceiverId = z.object({ id: z.uuid() });
export type ReceiverId = z.infer<typeof ReceiverId>;

export const AssignIncident = z.object({ source: z.string().max(40), key: z.string().max(300), entityRef });
export type AssignIncident = z.infer<typeof AssignIncident>;
