import type { Refusal } from "#server/core/refusal.ts";
import type { ImportCounts } from "../model.ts";

/** What a push of a custom source changes, or would change. References in lower case. */
export type SourceDifference = {
  added: string[];
  /** Fields by JSON pointer, such as `/spec/owner`. */
  changed: { ref: string; fields: string[] }[];
  unchanged: number;
  removed: string[];
  /** Entries that another source has, which keeps them. */
  refused: { ref: string; message: string }[];
};

export type CustomSourceItem = {
  id: string;
  title: string;
  locationId: string;
  guardPercent: number;
  entityCount: number;
  problemCount: number;
  receivedAt: Date | null;
  receivedBy: string | null;
  counts: ImportCounts | null;
  may: { change: Refusal | null };
};
