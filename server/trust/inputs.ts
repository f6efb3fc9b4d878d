import { z } from "zod";
import { answers } from "./truth/model.ts";

const ref = z.string().min(1).max(400);

export const TrustRef = z.object({ ref });
export type TrustRef = z.infer<typeof TrustRef>;

export const ConfirmEntries = z.object({
  refs: z.array(ref).min(1, "Choose at least one entry").max(200, "Confirm at most 200 at once"),
  /** JSON pointer of one field; empty: the entry as a whole. */
  fact: z.string().max(300).default(""),
});
export type ConfirmEntries = z.input<typeof ConfirmEntries>;

export const ReadHistory = TrustRef.extend({
  cursor: z.string().max(2000).optional(),
  limit: z.number().int().min(1).max(100).default(20),
});
export type ReadHistory = z.input<typeof ReadHistory>;

export const ReadVersion = z.object({ id: z.number().int().positive() });
export type ReadVersion = z.infer<typeof ReadVersion>;

export const AddOverlay = TrustRef.extend({
  kind: z.enum(["annotation", "link"]),
  key: z.string().trim().min(1, "Fill this in").max(500, "Use at most 500 characters"),
  value: z.string().trim().max(1000, "Use at most 1,000 characters").default(""),
});
export type AddOverlay = z.input<typeof AddOverlay>;

export const OverlayId = z.object({ id: z.uuid() });
export type OverlayId = z.infer<typeof OverlayId>;

export const AnswerQuestion = z.object({
  id: z.uuid(),
  answer: z.enum(answers),
  /** What would be right. */
  note: z.string().trim().max(300, "Use at most 300 characters").default(""),
});
export type AnswerQuestion = z.input<typeof AnswerQuestion>;

export const CloseUpkeep = z.object({
  id: z.uuid(),
  note: z.string().trim().min(1, "Say what was done about it").max(300, "Use at most 300 characters"),
});
export type CloseUpkeep = z.infer<typeof CloseUpkeep>;

export const ProposeOwner = TrustRef.extend({
  ownerRef: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^(group|user):[^/:\s]{1,63}\/[^/:\s]{1,63}$/, "Choose a team, such as group:default/payments"),
});
export type ProposeOwner = z.infer<typeof ProposeOwner>;

export const ListPage = z.object({
  cursor: z.string().max(2000).optional(),
  limit: z.number().int().min(1).max(50).default(20),
});
export type ListPage = z.input<typeof ListPage>;
