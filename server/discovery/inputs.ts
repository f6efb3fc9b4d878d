import { z } from "zod";
import { componentTypes, proposalStates } from "./model.ts";

const glob = z
  .string()
  .trim()
  .min(1, "Write a path or pattern")
  .max(200, "Use at most 200 characters")
  .refine((text) => !text.startsWith("!") && !text.includes("\\") && text.split("*").length <= 10, {
    error: "Use * and ** for anything; leave out ! and \\",
  })
  .transform((text) => text.replace(/^\.?\/+/, ""));

export const ConnectionId = z.object({ connectionId: z.uuid() });
export type ConnectionId = z.infer<typeof ConnectionId>;

export const SaveScope = ConnectionId.extend({
  paths: z.array(glob).min(1, "Name at least one file").max(20),
  branch: z
    .string()
    .trim()
    .max(200)
    .nullable()
    .transform((text) => text || null),
  included: z.array(glob).max(100),
  excluded: z.array(glob).max(100),
  withArchived: z.boolean(),
  withForks: z.boolean(),
  withPeople: z.boolean(),
  withProposals: z.boolean(),
});
export type SaveScope = z.input<typeof SaveScope>;

export const AllowPeople = z.object({ locationId: z.uuid(), isAllowed: z.boolean() });
export type AllowPeople = z.infer<typeof AllowPeople>;

const oneOrMany = z.preprocess(
  (value) => (value === undefined || value === "" ? [] : Array.isArray(value) ? value : [value]),
  z.array(z.string().min(1).max(200)).max(50),
);

export const ProposalFilter = z.object({
  query: z.string().trim().max(200).default(""),
  state: z.enum(proposalStates).default("open"),
  type: oneOrMany,
  language: oneOrMany,
  /** Refs; "none" for those without a guess. */
  owner: oneOrMany,
  organization: oneOrMany,
  /** Only those whose owner is at least so sure, of a hundred. */
  sure: z.coerce.number().int().min(0).max(100).default(0),
});
export type ProposalFilter = z.infer<typeof ProposalFilter>;

export const ListProposals = ProposalFilter.extend({
  cursor: z.string().max(2000).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ListProposals = z.infer<typeof ListProposals>;

const ids = z.array(z.uuid()).min(1, "Choose at least one").max(200, "Choose at most 200 at once");

/** An empty owner, type or lifecycle takes what was guessed. */
export const AdoptProposals = z.object({
  ids,
  ownerRef: z.string().trim().max(400).optional(),
  type: z.enum(componentTypes).optional(),
  lifecycle: z.enum(["experimental", "production", "deprecated"]).default("production"),
});
export type AdoptProposals = z.input<typeof AdoptProposals>;

export const DismissProposals = z.object({
  ids,
  reason: z.string().trim().min(3, "Say why, in a few words").max(300),
});
export type DismissProposals = z.infer<typeof DismissProposals>;

export const ProposalIds = z.object({ ids });
export type ProposalIds = z.infer<typeof ProposalIds>;
