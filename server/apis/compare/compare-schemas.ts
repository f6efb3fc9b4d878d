import type { Property, Schema } from "../model.ts";
import { compareBounds } from "./compare-bounds.ts";
import { add, type Comparison } from "./comparison.ts";
import { called, ruleName, type Spot } from "./spot.ts";

const maxDepth = 40;

/**
 * Compares two schemas by the question whether what fitted before still fits. Rules carry the names that oasdiff gives
 * them (github.com/oasdiff/oasdiff, its list of checks), so that they can be looked up.
 */
export function compareSchemas(
  comparison: Comparison,
  before: Schema,
  after: Schema,
  spot: Spot,
  depth = 0,
): void {
  comparison.steps -= 1;
  if (comparison.steps < 0 || depth > maxDepth) return;
  const here = { ...spot };
  if (before.ref !== undefined && after.ref !== undefined) {
    const key = `${spot.side} ${before.ref} ${after.ref}`;
    if (comparison.done.has(key)) return;
    comparison.done.add(key);
    // A shared type is told once, under its own name.
    if (before.ref === after.ref && spot.kind !== "parameter")
      Object.assign(here, { place: `Type ${after.ref}`, kind: "property", name: "" });
  }
  const [old, now] = [flat(comparison.before, before), flat(comparison.after, after)];
  compareTypes(comparison, old, now, here);
  compareEnums(comparison, old, now, here);
  compareBounds(comparison, old, now, here);
  compareAlternatives(comparison, old, now, here, depth);
  if (old.properties ?? now.properties)
    compareProperties(comparison, old.properties ?? [], now.properties ?? [], here, depth);
  if (old.items && now.items) compareSchemas(comparison, old.items, now.items, inside(here, "[]"), depth + 1);
  if (typeof old.additional === "object" && typeof now.additional === "object")
    compareSchemas(comparison, old.additional, now.additional, inside(here, "*"), depth + 1);
}

const inside = (spot: Spot, name: string): Spot => ({
  ...spot,
  kind: "property",
  name: spot.name === "" ? name : name === "[]" ? `${spot.name}[]` : `${spot.name}.${name}`,
});

/** Laid together once for each name: many parts that each have many parts would else be endless. */
const known = new WeakMap<object, Map<string, Schema>>();

/** References followed and parts of `allOf` laid together; a chain that leads back to itself ends. */
function flat(
  schemas: Readonly<Record<string, Schema>>,
  schema: Schema,
  seen: readonly string[] = [],
): Schema {
  if (schema.ref !== undefined) {
    const found = seen.includes(schema.ref) ? {} : flatNamed(schemas, schema.ref, seen);
    const isNullable = schema.types?.includes("null") && !found.types?.includes("null");
    return isNullable ? { ...found, types: [...(found.types ?? ["object"]), "null"] } : found;
  }
  if (!schema.allOf || seen.length > 200) return schema;
  const parts = schema.allOf.slice(0, 50).map((part) => flat(schemas, part, [...seen, "allOf"]));
  const properties = new Map<string, Property>();
  for (const property of [...parts, schema].flatMap((part) => part.properties ?? [])) {
    const earlier = properties.get(property.name);
    const isRequired = property.isRequired || (earlier?.isRequired ?? false);
    const isEmpty = Object.keys(property.schema).length === 0;
    properties.set(
      property.name,
      earlier && isEmpty ? { ...earlier, isRequired } : { ...property, isRequired },
    );
  }
  const { allOf: _, ...own } = schema;
  return {
    ...Object.assign({}, ...parts),
    ...own,
    ...(properties.size > 0 ? { properties: [...properties.values()] } : {}),
  };
}

function flatNamed(schemas: Readonly<Record<string, Schema>>, name: string, seen: readonly string[]): Schema {
  const cache = known.get(schemas) ?? new Map<string, Schema>();
  known.set(schemas, cache);
  const cached = cache.get(name);
  if (cached) return cached;
  const target = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
  const found = target ? flat(schemas, target, [...seen, name]) : {};
  cache.set(name, found);
  return found;
}

const plainTypes = (schema: Schema) => (schema.types ?? []).filter((type) => type !== "null");

/** Whether a value of the one type is one of the other too: every integer is a number. */
const isWithin = (types: readonly string[], wider: readonly string[]) =>
  wider.length === 0 ||
  (types.length > 0 &&
    types.every((type) => wider.includes(type) || (type === "integer" && wider.includes("number"))));

function compareTypes(comparison: Comparison, old: Schema, now: Schema, spot: Spot): void {
  const [from, to] = [plainTypes(old), plainTypes(now)];
  const fits = spot.side === "request" ? isWithin(from, to) : isWithin(to, from);
  const words = `${called(spot)}: ${typeWords(from, old)} became ${typeWords(to, now)}`;
  const isSame = from.join() === to.join();
  if (!isSame)
    add(
      comparison,
      fits ? "compatible" : "breaking",
      ruleName(spot, fits ? "type-generalized" : "type-changed"),
      spot,
      words,
    );
  else if (old.format !== now.format && (old.format ?? now.format))
    add(comparison, "risky", ruleName(spot, "type-changed"), spot, words);
  const [wasNullable, isNullable] = [old.types?.includes("null"), now.types?.includes("null")];
  if (!old.types || !now.types || wasNullable === isNullable) return;
  const level = (spot.side === "request") === isNullable ? "compatible" : "breaking";
  const what = isNullable ? "became-nullable" : "became-not-nullable";
  add(
    comparison,
    level,
    ruleName(spot, what),
    spot,
    `${called(spot)} ${isNullable ? "may now be null" : "may no longer be null"}`,
  );
}

const typeWords = (types: readonly string[], { format }: Schema) =>
  `${types.join(" or ") || "any type"}${format ? ` (${format})` : ""}`;

function compareEnums(comparison: Comparison, old: Schema, now: Schema, spot: Spot): void {
  if (!old.enum && !now.enum) return;
  if (!old.enum || !now.enum) {
    const isNarrower = now.enum !== undefined;
    if (isNarrower && spot.side === "request")
      add(
        comparison,
        "breaking",
        ruleName(spot, "became-enum"),
        spot,
        `${called(spot)} takes only listed values now`,
      );
    else if (!isNarrower && spot.side === "response")
      add(
        comparison,
        "risky",
        ruleName(spot, "enum-removed"),
        spot,
        `${called(spot)} may hold any value now`,
      );
    return;
  }
  const [from, to] = [new Set(old.enum), new Set(now.enum)];
  for (const value of old.enum)
    if (!to.has(value))
      add(
        comparison,
        spot.side === "request" ? "breaking" : "compatible",
        ruleName(spot, "enum-value-removed"),
        spot,
        `${called(spot)} lost the value ${value}`,
      );
  for (const value of now.enum)
    if (!from.has(value))
      add(
        comparison,
        spot.side === "request" ? "compatible" : "risky",
        ruleName(spot, "enum-value-added"),
        spot,
        `${called(spot)} has the new value ${value}`,
      );
}

function compareAlternatives(
  comparison: Comparison,
  old: Schema,
  now: Schema,
  spot: Spot,
  depth: number,
): void {
  for (const [key, word] of [
    ["oneOf", "one-of"],
    ["anyOf", "any-of"],
  ] as const) {
    const [from, to] = [named(old[key]), named(now[key])];
    if (from.size === 0 || to.size === 0) continue;
    for (const [name, schema] of from) {
      const same = to.get(name);
      if (same) compareSchemas(comparison, schema, same, spot, depth + 1);
      else
        add(
          comparison,
          spot.side === "request" ? "breaking" : "compatible",
          ruleName(spot, `${word}-removed`),
          spot,
          `${called(spot)} can no longer be ${name}`,
        );
    }
    for (const name of to.keys())
      if (!from.has(name))
        add(
          comparison,
          spot.side === "request" ? "compatible" : "breaking",
          ruleName(spot, `${word}-added`),
          spot,
          `${called(spot)} can now be ${name}`,
        );
  }
}

/** Alternatives by their name, or by their title or place where they have none. */
const named = (schemas: readonly Schema[] | undefined) =>
  new Map(
    (schemas ?? []).map((schema, index) => [
      schema.ref ?? schema.title ?? (schema.types?.join(" or ") || `alternative ${index + 1}`),
      schema,
    ]),
  );

function compareProperties(
  comparison: Comparison,
  from: readonly Property[],
  to: readonly Property[],
  spot: Spot,
  depth: number,
): void {
  const counts = ({ schema }: Property) =>
    !(spot.side === "request" ? schema.isReadOnly : schema.isWriteOnly);
  const now = new Map(to.map((property) => [property.name, property]));
  const names = new Set(from.map(({ name }) => name));
  for (const old of from.filter(counts)) {
    const same = now.get(old.name);
    const here = inside(spot, old.name);
    if (!same) tellRemoved(comparison, old, here);
    else {
      tellRequired(comparison, old, same, here);
      if (same.schema.isDeprecated && !old.schema.isDeprecated)
        add(comparison, "compatible", ruleName(here, "deprecated"), here, `${called(here)} is deprecated`);
      compareSchemas(comparison, old.schema, same.schema, here, depth + 1);
    }
  }
  for (const added of to.filter(counts)) {
    if (names.has(added.name)) continue;
    const here = inside(spot, added.name);
    const isNeeded = spot.side === "request" && added.isRequired && added.schema.default === undefined;
    const name =
      spot.side === "request"
        ? `new-${added.isRequired ? "required" : "optional"}-request-property`
        : "response-property-added";
    add(
      comparison,
      isNeeded ? "breaking" : "compatible",
      name,
      here,
      `${called(here)} is new${isNeeded ? " and required" : ""}`,
    );
  }
}

function tellRemoved(comparison: Comparison, old: Property, spot: Spot): void {
  const words = `${called(spot)} was removed`;
  if (spot.side === "request")
    add(
      comparison,
      "risky",
      "request-property-removed",
      spot,
      `${words}: what callers send in it may be refused`,
    );
  else if (old.isRequired) add(comparison, "breaking", "response-required-property-removed", spot, words);
  else add(comparison, "risky", "response-optional-property-removed", spot, words);
}

function tellRequired(comparison: Comparison, old: Property, now: Property, spot: Spot): void {
  if (old.isRequired === now.isRequired) return;
  const isSafe = (spot.side === "request") !== now.isRequired;
  const what = now.isRequired ? "became-required" : "became-optional";
  const words = now.isRequired
    ? "is required now"
    : spot.side === "request"
      ? "is optional now"
      : "may be missing now";
  add(comparison, isSafe ? "compatible" : "breaking", ruleName(spot, what), spot, `${called(spot)} ${words}`);
}
