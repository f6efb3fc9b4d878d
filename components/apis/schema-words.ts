import type { Schema } from "#server/apis/model.ts";

/** What a value is, in a few words: "list of Order", "string (uuid) or null". */
export function typeWords(schema: Schema, depth = 0): string {
  if (depth > 3) return "…";
  const isNullable = schema.types?.includes("null") ?? false;
  const words = plainWords(schema, depth);
  return isNullable ? `${words} or null` : words;
}

function plainWords(schema: Schema, depth: number): string {
  if (schema.ref !== undefined) return schema.ref;
  if (schema.raw !== undefined) return "as described";
  const types = (schema.types ?? []).filter((type) => type !== "null");
  if (schema.items) return `list of ${typeWords(schema.items, depth + 1)}`;
  if (typeof schema.additional === "object" && !schema.properties)
    return `map of ${typeWords(schema.additional, depth + 1)}`;
  if (types.length === 0) {
    const [word, parts] = schema.oneOf
      ? ["one of", schema.oneOf]
      : schema.anyOf
        ? ["any of", schema.anyOf]
        : ["all of", schema.allOf ?? []];
    if (parts.length === 1 && parts[0]) return typeWords(parts[0], depth + 1);
    if (parts.length > 1) return `${word} ${parts.length}`;
    if (schema.enum) return schema.kind ?? "one of the values";
    return schema.kind ?? (schema.note ? "unknown" : "anything");
  }
  return `${types.join(" or ")}${schema.format ? ` (${schema.format})` : ""}`;
}

const limitWords: Readonly<Record<string, (value: string | number) => string>> = {
  minimum: (value) => `at least ${value}`,
  maximum: (value) => `at most ${value}`,
  exclusiveMinimum: (value) => `more than ${value}`,
  exclusiveMaximum: (value) => `less than ${value}`,
  multipleOf: (value) => `a multiple of ${value}`,
  minLength: (value) => `at least ${value} characters`,
  maxLength: (value) => `at most ${value} characters`,
  pattern: (value) => `matches ${value}`,
  minItems: (value) => `at least ${value} items`,
  maxItems: (value) => `at most ${value} items`,
  uniqueItems: () => "no item twice",
  minProperties: (value) => `at least ${value} fields`,
  maxProperties: (value) => `at most ${value} fields`,
  reserved: (value) => `reserved numbers: ${value}`,
};

/** The bounds of a value, each in words. */
export const boundWords = (schema: Schema): string[] =>
  Object.entries(schema.limits ?? {}).map(([name, value]) =>
    Object.hasOwn(limitWords, name) ? (limitWords[name]?.(value) ?? "") : `${name}: ${value}`,
  );

/** Whether there is more to a schema than one line says. */
export const hasInside = (schema: Schema): boolean =>
  schema.ref !== undefined ||
  schema.raw !== undefined ||
  Boolean(schema.properties?.length) ||
  (schema.items !== undefined && hasInside(schema.items)) ||
  (typeof schema.additional === "object" && hasInside(schema.additional)) ||
  [schema.oneOf, schema.anyOf, schema.allOf].some((parts) => (parts?.length ?? 0) > 0);
