import { entityHref } from "#components/catalog/entity-href.ts";

/** The address of a page of an entry's documentation; "" is the first one. */
export function docsHref(ref: string, path = "", anchor: string | null = null): string {
  const base = entityHref(ref, "docs");
  const page = path === "" ? base : `${base}/${path.split("/").map(encodeURIComponent).join("/")}`;
  return anchor ? `${page}#${encodeURIComponent(anchor)}` : page;
}

/** What the first page shows in place of its text. */
export type DocsView = "report" | "answers";

export const viewHref = (ref: string, view: DocsView): string => `${docsHref(ref)}?show=${view}`;
