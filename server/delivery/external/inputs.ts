import { z } from "zod";
import { externalKinds, leadTimeUnits, longestFile, roles, verdicts } from "./model.ts";

const column = z.string().max(200);

/** Times without an offset are read in this zone of the IANA database. */
const timeZone = z
  .string()
  .max(60)
  .refine((zone) => isZone(zone), "Name a time zone such as Europe/Berlin");

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

const file = {
  text: z
    .string()
    .min(1, "The file is empty")
    .max(longestFile, `The file is longer than ${longestFile / 1000} kB: import it in parts`),
  kind: z.enum(externalKinds).optional(),
  mapping: z.partialRecord(z.enum(roles), column).optional(),
  unit: z.enum(leadTimeUnits).optional(),
  timeZone: timeZone.optional(),
};

export const PreviewExternal = z.object(file);
export type PreviewExternal = z.infer<typeof PreviewExternal>;

export const ImportExternal = z.object({
  ...file,
  tool: z.string().trim().min(1, "Say which tool it comes from").max(100),
  fileName: z.string().trim().min(1).max(200),
});
export type ImportExternal = z.infer<typeof ImportExternal>;

export const ExternalId = z.object({ id: z.uuid() });
export type ExternalId = z.infer<typeof ExternalId>;

export const AskComparison = z.object({
  id: z.uuid(),
  show: z.enum(verdicts).optional(),
  offset: z.coerce.number().int().min(0).max(100_000).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type AskComparison = z.infer<typeof AskComparison>;
