import { z } from "zod";
import { Scope } from "#server/delivery/figures/inputs.ts";
import { tiers } from "#server/delivery/model.ts";

export const ReadTimeline = z.object({
  scope: Scope.default({ kind: "organisation" }),
  /** `all`: whatever the environment is for. */
  tier: z.enum([...tiers, "all"]).default("production"),
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type ReadTimeline = z.infer<typeof ReadTimeline>;
