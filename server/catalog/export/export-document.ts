import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from "yaml";
import { addedAnnotation, addedLinksAnnotation } from "../history/merge-overlays.ts";

/** An entry as it is stored: its text in the file, and as JSON with placeholders filled in. */
export type StoredDocument = {
  yaml: string;
  /** The JSON without its closing brace. */
  head: string;
  /** Whether something was added to it in the portal. */
  hasAdditions: boolean;
};

type Fields = Record<string, unknown>;
const groupOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const placeholders = new Set(["$text", "$json", "$yaml", "$openapi", "$asyncapi"]);

/**
 * The document as it goes back into a catalog-info.yaml: its own text, comments included. Placeholders become what they
 * stood for, since the files that they name do not come along, and what was added in the portal is written into it.
 */
export function exportDocument({ yaml, head, hasAdditions }: StoredDocument): string {
  const hasPlaceholders = /\$(text|json|yaml|openapi|asyncapi)["']?\s*:/.test(yaml);
  if (!hasPlaceholders && !hasAdditions) return withLineEnd(yaml);
  const document = parseDocument(yaml, { uniqueKeys: false, logLevel: "silent" });
  const entity = JSON.parse(`${head}}`) as Fields;
  if (hasPlaceholders) {
    const filled: { path: (string | number)[]; value: unknown }[] = [];
    findPlaceholders(document.contents, entity, [], filled);
    for (const { path, value } of filled) document.setIn(path, document.createNode(value));
  }
  if (hasAdditions) writeAdditions(document, groupOf(entity.metadata));
  return withLineEnd(document.toString({ lineWidth: 0 }));
}

const withLineEnd = (text: string) => (text.endsWith("\n") ? text : `${text}\n`);

/** One that could not be filled in stands in the entry as it was written, and so it stays. */
function findPlaceholders(
  node: unknown,
  value: unknown,
  path: (string | number)[],
  found: { path: (string | number)[]; value: unknown }[],
): void {
  if (isAlias(node)) return;
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries())
      findPlaceholders(item, Array.isArray(value) ? value[index] : undefined, [...path, index], found);
    return;
  }
  if (!isMap(node)) return;
  const [first, ...others] = node.items;
  const only = first && others.length === 0 ? keyOf(first.key as Node) : null;
  if (only !== null && placeholders.has(only)) {
    const isKept = Object.hasOwn(groupOf(value), only);
    if (value !== undefined && !isKept) found.push({ path, value });
    return;
  }
  for (const pair of node.items) {
    const key = keyOf(pair.key as Node);
    findPlaceholders(pair.value, groupOf(value)[key], [...path, key], found);
  }
}

const keyOf = (key: Node): string => String(isScalar(key) ? key.value : key);

function writeAdditions(document: ReturnType<typeof parseDocument>, metadata: Fields): void {
  const annotations = groupOf(metadata.annotations);
  for (const key of String(annotations[addedAnnotation] ?? "").split(","))
    if (key !== "" && Object.hasOwn(annotations, key))
      document.setIn(["metadata", "annotations", key], annotations[key]);
  const added = new Set(String(annotations[addedLinksAnnotation] ?? "").split(" "));
  const links = Array.isArray(metadata.links) ? metadata.links : [];
  if (links.some((link) => added.has(String(groupOf(link).url))))
    document.setIn(["metadata", "links"], document.createNode(links));
}
