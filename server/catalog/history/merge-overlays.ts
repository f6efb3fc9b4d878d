/** Something that was added in the portal: an annotation's key and value, or a link's address and title. */
export type Overlay = { kind: "annotation" | "link"; key: string; value: string };

export type MergedDocument = {
  document: Record<string, unknown>;
  /** How many additions count; those in `superseded`, as `kind key`, give way to the file. */
  added: number;
  superseded: Set<string>;
  projectSlug: string | null;
};

/** Where the merged document says what of it is not from the file. */
export const addedAnnotation = "milepost.dev/added-in-portal";
export const addedLinksAnnotation = "milepost.dev/links-added-in-portal";

type Fields = Record<string, unknown>;
const mapOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/**
 * The document of a file with what was added in the portal; pure. Nothing of the file is changed or removed: an addition
 * under a key or address that the file has gives way, also where the file's value is empty.
 */
export function mergeOverlays(base: Fields, overlays: readonly Overlay[]): MergedDocument {
  const metadata = mapOf(base.metadata);
  const stated = mapOf(metadata.annotations);
  const links: unknown[] = Array.isArray(metadata.links) ? metadata.links : [];
  const urls = new Set(links.map((link) => mapOf(link).url));
  const hasOddLinks = metadata.links !== undefined && !Array.isArray(metadata.links);
  const superseded = new Set<string>();
  const annotations = new Map<string, string>();
  const addedLinks: { url: string; title?: string }[] = [];
  for (const { kind, key, value } of overlays) {
    const isTaken = kind === "annotation" ? Object.hasOwn(stated, key) : hasOddLinks || urls.has(key);
    if (isTaken) superseded.add(`${kind} ${key}`);
    else if (kind === "annotation") annotations.set(key, value);
    else addedLinks.push({ url: key, ...(value === "" ? {} : { title: value }) });
  }
  const added = annotations.size + addedLinks.length;
  const marks = {
    ...(annotations.size > 0 ? { [addedAnnotation]: [...annotations.keys()].join(",") } : {}),
    ...(addedLinks.length > 0 ? { [addedLinksAnnotation]: addedLinks.map(({ url }) => url).join(" ") } : {}),
  };
  // What the file states comes last, so that it counts whatever is added.
  const all: Fields = { ...marks, ...Object.fromEntries(annotations), ...stated };
  const document =
    added === 0
      ? base
      : {
          ...base,
          metadata: {
            ...metadata,
            annotations: all,
            ...(addedLinks.length > 0 ? { links: [...links, ...addedLinks] } : {}),
          },
        };
  const slug = all["github.com/project-slug"];
  const projectSlug = typeof slug === "string" && /^[\w.-]+\/[\w.-]+$/.test(slug) ? slug.toLowerCase() : null;
  return { document, added, superseded, projectSlug };
}
