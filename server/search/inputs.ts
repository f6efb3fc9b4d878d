import { z } from "zod";
import { maxOffset, searchGroups } from "./model.ts";

const query = z.string().trim().max(200);

const oneOrMany = z.preprocess(
  (value) => (value === undefined || value === "" ? [] : Array.isArray(value) ? value : [value]),
  z.array(z.string().trim().toLowerCase().min(1).max(63)).max(20),
);

/** A page of results. Without `in` and `kind` it is of everything together, the best first. */
export const Search = z.object({
  query: query.default(""),
  in: z.enum(searchGroups).optional(),
  kind: oneOrMany,
  limit: z.coerce.number().int().min(1).max(100).default(25),
  offset: z.coerce.number().int().min(0).max(maxOffset).default(0),
});
export type Search = z.infer<typeof Search>;

/** The best of each group. */
export const SearchGroups = z.object({
  query,
  limit: z.coerce.number().int().min(1).max(20).default(6),
});
export type SearchGroups = z.infer<typeof SearchGroups>;

/** What was opened: an entry, or a page of its documentation. */
export const PickResult = z.object({
  ref: z.string().min(1).max(400),
  path: z.string().max(1_000).optional(),
});
export type PickResult = z.infer<typeof PickResult>;

export const NoteMiss = z.object({ query });
export type NoteMiss = z.infer<typeof NoteMiss>;

export const RecentEntries = z.object({ refs: z.array(z.string().min(1).max(400)).max(10) });
export type RecentEntries = z.infer<typeof RecentEntries>;

export const SaveSynonyms = z.object({
  id: z.uuid().optional(),
  words: z.array(z.string().trim().min(1).max(60)).min(2, "needs two words at least").max(12),
  /** What was looked for and not found, and is answered by this. */
  answers: query.optional(),
});
export type SaveSynonyms = z.infer<typeof SaveSynonyms>;

export const SynonymsId = z.object({ id: z.uuid() });
export type SynonymsId = z.infer<typeof SynonymsId>;

export const DismissMiss = z.object({ query: z.string().min(1).max(200) });
export type DismissMiss = z.infer<typeof DismissMiss>;
