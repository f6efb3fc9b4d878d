import { z } from "zod";

export const OwnedBy = z.object({
  ref: z.string().min(1).max(400),
  /** Also what teams below it own. */
  withBelow: z.boolean().default(true),
});
export type OwnedBy = z.input<typeof OwnedBy>;
