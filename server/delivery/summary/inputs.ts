import { z } from "zod";

export const ReadSummary = z.object({
  teamRef: z.string().min(1).max(400),
  /** A day of the week that is summed up; the last week that has ended without it. */
  day: z.iso.date("Write the day as 2026-12-24").optional(),
});
export type ReadSummary = z.infer<typeof ReadSummary>;
