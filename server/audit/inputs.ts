import { z } from "zod";

const text = z.string().trim().max(200).optional();

export const ListEvents = z.object({
  type: text,
  actor: text,
  subject: text,
  /** Days in UTC, inclusive, as 2026-11-21. */
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  before: z.string().max(200).optional(),
});
export type ListEvents = z.infer<typeof ListEvents>;
