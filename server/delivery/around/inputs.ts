import { z } from "zod";

export const ReadAround = z.object({
  ref: z.string().min(1).max(400),
  /** The moment before which to look; now without it. */
  before: z.iso.datetime({ offset: true, error: "Write the moment as 2026-11-21T14:03:00Z" }).optional(),
  hours: z.coerce.number().int().min(1).max(720).default(48),
  /** How far along what it depends on: 0 is the entry alone. */
  depth: z.coerce.number().int().min(0).max(2).default(2),
  /** Of deployments: those to production, or all. */
  tier: z.enum(["production", "all"]).default("production"),
});
export type ReadAround = z.infer<typeof ReadAround>;
