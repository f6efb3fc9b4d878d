import { z } from "zod";
import { AskFigures } from "#server/delivery/figures/inputs.ts";
import { evidenceParts, metrics } from "#server/delivery/figures/model.ts";

const id = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);
const ref = z.string().min(1).max(400);

/** Longer ones are stories, and belong to where the team writes those. */
export const longestReason = 1_000;
const reason = z
  .string()
  .trim()
  .min(3, "Say why, so that others can follow it")
  .max(longestReason, `Keep it under ${longestReason} characters`);

/** A deployment of a service, as the rows of evidence name it. */
export const EvidenceId = z.object({ id });
export type EvidenceId = z.infer<typeof EvidenceId>;

export const EvidenceIds = z.object({ ids: z.array(id).max(100) });
export type EvidenceIds = z.infer<typeof EvidenceIds>;

/** What somebody says of one deployment, with why. */
export const DecideDeployment = z.object({ id, reason });
export type DecideDeployment = z.infer<typeof DecideDeployment>;

/** One click on a suggestion needs no words; turning what was judged before does. */
export const JudgeFailures = z.object({
  ids: z.array(id).min(1, "Choose at least one").max(200, "At most 200 at once"),
  verdict: z.enum(["confirm", "reject"]),
  reason: reason.optional(),
});
export type JudgeFailures = z.infer<typeof JudgeFailures>;

/** Which incident shows it, or which later deployment repaired it; without either it is open until one is named. */
export const StateFailure = z
  .object({ id, reason, incident: z.string().min(1).max(500).optional(), remedyId: id.optional() })
  .refine(({ incident, remedyId }) => incident === undefined || remedyId === undefined, {
    path: ["incident"],
    message: "Name an incident or the deployment that repaired it: one of them tells when it had recovered",
  });
export type StateFailure = z.infer<typeof StateFailure>;

/** Of a team and those below it, of one service, of what the actor's own teams have, or of all that the actor may see. */
const whose = { team: ref.optional(), service: ref.optional(), mine: z.boolean().default(false) };

export const AskReview = z.object({
  ...whose,
  cursor: z.string().max(500).optional(),
  limit: z.number().int().min(1).max(100).default(25),
});
export type AskReview = z.infer<typeof AskReview>;

export const AskReviewCount = z.object(whose);
export type AskReviewCount = z.infer<typeof AskReviewCount>;

/** A list that somebody opens. */
export const NoteLook = AskFigures.and(
  z.object({ metric: z.enum(metrics), part: z.string().max(20) }),
).refine(({ metric, part }) => (evidenceParts[metric] as readonly string[]).includes(part), {
  path: ["part"],
  message: "This figure has no such part",
});
export type NoteLook = z.infer<typeof NoteLook>;
