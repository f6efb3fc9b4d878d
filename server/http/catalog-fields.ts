type Fields = Record<string, unknown>;

const isGroup = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Keeps only the named fields of an entity. A dot parts a path, but keys may hold dots themselves
 * (`metadata.annotations.github.com/project-slug`): the shortest key that exists is taken first, as Backstage does.
 */
export function pickFields(entity: Fields, fields: readonly string[]): Fields {
  const picked: Fields = {};
  for (const field of fields) {
    const path = pathOf(entity, field.split("."));
    if (path) put(picked, path.keys, path.value);
  }
  return picked;
}

function pathOf(entity: Fields, parts: string[]): { keys: string[]; value: unknown } | null {
  const keys: string[] = [];
  let value: unknown = entity;
  let key = "";
  for (const part of parts) {
    key = key === "" ? part : `${key}.${part}`;
    if (!isGroup(value) || !Object.hasOwn(value, key)) continue;
    value = value[key];
    keys.push(key);
    key = "";
  }
  return key === "" && value !== undefined ? { keys, value } : null;
}

function put(target: Fields, keys: string[], value: unknown): void {
  const last = keys.at(-1);
  if (last === undefined) return;
  let group = target;
  for (const key of keys.slice(0, -1)) {
    if (!Object.hasOwn(group, key)) define(group, key, {});
    group = group[key] as Fields;
  }
  define(group, last, value);
}

/** A plain assignment to a key named `__proto__` would change the object instead. */
function define(group: Fields, key: string, value: unknown): void {
  Object.defineProperty(group, key, { value, enumerable: true, configurable: true, writable: true });
}
