import { z } from "zod";
import { importedStates, reachChoices } from "./model.ts";

const connectionId = z.uuid();

export const ImportOf = z.object({ connectionId });
export type ImportOf = z.infer<typeof ImportOf>;

export const StartImport = z.object({
  connectionId,
  reachDays: z.literal(reachChoices),
  /** Reads everything once more; else it goes on, and only further back where the reach grew. */
  isAnew: z.boolean().default(false),
});
export type StartImport = z.infer<typeof StartImport>;

/** One repository, or all that have failed. */
export const RetryImport = z.object({ connectionId, repositoryId: z.uuid().optional() });
export type RetryImport = z.infer<typeof RetryImport>;

export const ListImported = z.object({
  connectionId,
  state: z.enum(importedStates).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type ListImported = z.infer<typeof ListImported>;

/** The address of the progress page. */
export const ShownImport = z.object({
  connection: z.uuid().optional(),
  state: z.enum(importedStates).optional(),
  cursor: z.string().max(200).optional(),
});
