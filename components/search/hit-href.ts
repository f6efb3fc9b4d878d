import { entityHref } from "#components/catalog/entity-href.ts";
import { docsHref } from "#components/docs/docs-href.ts";
import type { SearchHit } from "#server/search/model.ts";

export const hitHref = (hit: SearchHit): string =>
  hit.group === "docs" ? docsHref(hit.ref, hit.path, hit.anchor) : entityHref(hit.ref);

export const hitKey = (hit: SearchHit): string =>
  hit.group === "docs" ? `docs ${hit.ref} ${hit.path}` : hit.ref;

/** The address of the results for what was typed. */
export function searchHref(query: string, more: Record<string, string> = {}): string {
  return `/search?${new URLSearchParams({ q: query, ...more })}`;
}
