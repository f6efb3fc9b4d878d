/** One searchable field; `original` is null where lower case changes nothing, `value` is null where it is too long or empty. */
export type EntityField = { key: string; value: string | null; original: string | null };

const maxLength = 200;
const maxFields = 5000;

/** These are answered from columns of the entities table, or from the relations. */
const columnKeys = new Set([
  "kind",
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.type",
  "spec.lifecycle",
]);
const leftOut = new Set(["metadata.etag", "relations", "status", "attachments"]);

/**
 * Flattens an entity to the keys and values by which Backstage's API filters: paths in lower case with dots, lists as
 * several values of one key, and every text of a list also as a key of its own (`metadata.tags.java` = "true").
 */
export function fieldsOf(entity: Record<string, unknown>): EntityField[] {
  const fields = new Map<string, EntityField>();
  const add = (path: string, value: unknown) => {
    const key = path.toLowerCase();
    if (key.length > maxLength || fields.size >= maxFields) return;
    const text = value === null || value === undefined ? null : String(value);
    const isKept = text !== null && text.length <= maxLength;
    const lower = isKept ? text.toLowerCase() : null;
    const id = `${key}\0${lower ?? "\0"}`;
    if (!fields.has(id))
      fields.set(id, { key, value: lower, original: isKept && text !== lower ? text : null });
  };
  const visit = (path: string, value: unknown): void => {
    if (leftOut.has(path)) return;
    if (Array.isArray(value)) {
      for (const item of value) {
        visit(path, item);
        if (typeof item === "string") add(`${path}.${item}`, true);
      }
    } else if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) visit(path ? `${path}.${key}` : key, inner);
    } else if (!columnKeys.has(path)) add(path, value);
  };
  visit("", entity);
  return [...fields.values()];
}
