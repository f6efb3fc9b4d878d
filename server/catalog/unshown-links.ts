/** Links of other kinds (javascript:, data:, file:) run or open something on the reader's machine: pages leave them out. */
export const isShownLink = (url: unknown): boolean =>
  typeof url === "string" && /^(https?|mailto):/i.test(url);

/** The links of a document that no page will show, each with its place. */
export function unshownLinks(document: Record<string, unknown>): { pointer: string; message: string }[] {
  const { links } = (document.metadata ?? {}) as { links?: unknown };
  if (!Array.isArray(links)) return [];
  return links.flatMap((link: unknown, index) => {
    const { url } = (link ?? {}) as { url?: unknown };
    if (typeof url !== "string" || isShownLink(url)) return [];
    const message = `The link "${url.slice(0, 100)}" is not shown: it has to begin with https://, http:// or mailto:`;
    return [{ pointer: `/metadata/links/${index}/url`, message }];
  });
}
