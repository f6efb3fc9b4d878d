import type { FieldChange } from "#db/schema/trust.ts";

const mostChanges = 100;
const longestValue = 200;

/** What the catalogue itself writes into a document: not a change of what somebody states. */
const ownFields = new Set([
  "/metadata/uid",
  "/metadata/etag",
  "/metadata/generation",
  ...[
    "view-url",
    "edit-url",
    "source-location",
    "orphan",
    "managed-by-location",
    "managed-by-origin-location",
  ].map((name) => `/metadata/annotations/backstage.io~1${name}`),
]);

/** These hold one thing under each key; everything else that is a map is one value. */
const keyed = new Set(["/metadata", "/metadata/annotations", "/metadata/labels", "/spec", "/spec/profile"]);

type Fields = { single: Map<string, string>; lists: Map<string, Set<string>> };

/**
 * What differs between two documents of an entry, field by field. Lists of words are sets: one that was added has no
 * `from`, one that was taken away no `to`. Long values are told by their length alone. At most 100 changes, by pointer.
 */
export function fieldChanges(before: Record<string, unknown>, after: Record<string, unknown>): FieldChange[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const changes: FieldChange[] = [];
  for (const at of new Set([...old.single.keys(), ...now.single.keys()])) {
    const [from, to] = [old.single.get(at) ?? null, now.single.get(at) ?? null];
    if (from !== to && !ownFields.has(at)) changes.push({ at, from: shown(from), to: shown(to) });
  }
  for (const at of new Set([...old.lists.keys(), ...now.lists.keys()])) {
    const [from, to] = [old.lists.get(at) ?? new Set<string>(), now.lists.get(at) ?? new Set<string>()];
    for (const item of from) if (!to.has(item)) changes.push({ at, from: shown(item), to: null });
    for (const item of to) if (!from.has(item)) changes.push({ at, from: null, to: shown(item) });
  }
  return changes.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).slice(0, mostChanges);
}

function shown(value: string | null): string | null {
  if (value === null || (value.length <= longestValue && !value.includes("\n"))) return value;
  return `a text of ${value.length.toLocaleString("en")} characters`;
}

function fieldsOf(document: Record<string, unknown>): Fields {
  const fields: Fields = { single: new Map(), lists: new Map() };
  const visit = (at: string, value: unknown): void => {
    if (value === null || value === undefined) return;
    if (Array.isArray(value)) fields.lists.set(at, new Set(value.map((item) => itemText(at, item))));
    else if (typeof value !== "object") fields.single.set(at, String(value));
    else if (at === "" || keyed.has(at))
      for (const [key, inner] of Object.entries(value)) visit(`${at}/${pointerPart(key)}`, inner);
    else fields.single.set(at, JSON.stringify(value));
  };
  visit("", document);
  return fields;
}

/** Links are told by address, with their title where they have one. */
function itemText(at: string, item: unknown): string {
  if (typeof item !== "object" || item === null) return String(item);
  const { url, title } = item as { url?: unknown; title?: unknown };
  if (at === "/metadata/links" && typeof url === "string")
    return typeof title === "string" && title !== "" ? `${title} (${url})` : url;
  return JSON.stringify(item);
}

/** One part of a JSON pointer (RFC 6901). */
export const pointerPart = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");
