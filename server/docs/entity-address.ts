import { parseRef } from "#server/catalog/entity-ref.ts";

const partsOf = (ref: string) => {
  const { kind, namespace, name } = parseRef(ref);
  return [kind, namespace, name].map(encodeURIComponent).join("/");
};

/** Where the pages of an entry's documentation are read. */
export const docsBase = (ref: string): string => `/catalog/${partsOf(ref)}/docs`;

/** Where its images are served, followed by `?path=`. */
export const docsImageBase = (ref: string): string => `/api/v1/docs/${partsOf(ref)}/image`;
