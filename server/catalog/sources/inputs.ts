import { z } from "zod";

/** The name of a custom source in addresses. */
const sourceId = z
  .string()
  .trim()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/, "Small letters, digits and dashes, at most 50");

export const SaveCustomSource = z.object({
  id: sourceId,
  title: z.string().trim().min(1, "Say what it is").max(100),
  guardPercent: z.coerce.number().int().min(0).max(100).default(20),
});
export type SaveCustomSource = z.infer<typeof SaveCustomSource>;

export const CustomSourceId = z.object({ id: sourceId });
export type CustomSourceId = z.infer<typeof CustomSourceId>;

/** At once: the largest catalogues known have some ten thousand entries of one source. */
export const mostSent = 20_000;
const entity = z.record(z.string(), z.unknown());
const reference = z.string().min(1).max(400);

/** What a custom source sends: everything it has, or what is new and gone since the last time. */
export const SentEntities = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("full"), entities: z.array(entity).max(mostSent) }),
  z.strictObject({
    type: z.literal("delta"),
    added: z.array(entity).max(mostSent).default([]),
    removed: z.array(reference).max(mostSent).default([]),
  }),
]);
export type SentEntities = z.infer<typeof SentEntities>;

export const SavePortalEntry = z.object({
  text: z.string().min(1, "Write an entry").max(500_000),
  version: z.number().int().min(1).optional(),
});
export type SavePortalEntry = z.infer<typeof SavePortalEntry>;

export const PortalEntryRef = z.object({ ref: reference });
export type PortalEntryRef = z.infer<typeof PortalEntryRef>;

export const CheckText = z.object({ text: z.string().max(1_000_000, "At most 1 MB") });
export type CheckText = z.infer<typeof CheckText>;
