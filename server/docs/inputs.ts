import { z } from "zod";

const ref = z.string().min(1).max(400);
/** Address of a page below its site: `guide/install`, "" for the first one. */
const path = z.string().max(1_000);

export const SiteInput = z.object({ ref });
export type SiteInput = z.infer<typeof SiteInput>;

export const PageInput = z.object({ ref, path });
export type PageInput = z.infer<typeof PageInput>;

export const ImageInput = z.object({ ref, path: z.string().min(1).max(4_000) });
export type ImageInput = z.infer<typeof ImageInput>;

export const ListSites = z.object({
  query: z.string().trim().max(200).default(""),
  cursor: z.string().max(2_000).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ListSites = z.infer<typeof ListSites>;

/** Within one site where `ref` is given, else in all documentation that the person may read. */
export const SearchDocs = z.object({
  query: z.string().trim().max(200),
  ref: ref.optional(),
  limit: z.coerce.number().int().min(1).max(50).default(20),
});
export type SearchDocs = z.infer<typeof SearchDocs>;

export const VoteOnPage = PageInput.extend({
  /** Null takes the answer back. */
  isUseful: z.boolean().nullable(),
  comment: z.string().trim().max(2_000).optional(),
});
export type VoteOnPage = z.infer<typeof VoteOnPage>;
