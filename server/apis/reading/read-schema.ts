import { apiLimits, type Property, type Schema } from "../model.ts";
import { isRecord } from "./parse-text.ts";
import {
  clean,
  leaveOut,
  listOf,
  lookUp,
  pointerParts,
  type Reading,
  recordOf,
  tell,
  textOf,
  valueText,
} from "./reading.ts";

const boundKeywords = [
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "pattern",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
  "contentEncoding",
  "contentMediaType",
] as const;

/**
 * A JSON Schema as the page shows it. References stay references, so that what contains itself ends, and the result is
 * never larger than the document; what they name is read by `readNamedSchemas`.
 */
export function readSchema(reading: Reading, value: unknown, depth = 0): Schema {
  reading.nodes -= 1;
  if (reading.nodes < 0) {
    tell(reading, `Only the first ${apiLimits.nodes.toLocaleString("en")} parts of its schemas are shown`);
    return { note: "Left out: the definition is too large" };
  }
  if (depth > apiLimits.depth) return { note: "Left out: nested too deeply" };
  if (value === true) return {};
  if (value === false) return { note: "Nothing is allowed here" };
  if (!isRecord(value)) return {};
  if (typeof value.$ref === "string") return readReference(reading, value.$ref, value);
  const schema: Schema = { ...readWords(value), ...readTypes(value), ...readBounds(value) };
  const inner = (part: unknown) => readSchema(reading, part, depth + 1);
  const properties = readProperties(value, inner);
  if (properties.length > 0) schema.properties = properties;
  if (isRecord(value.items) || typeof value.items === "boolean") schema.items = inner(value.items);
  else if (Array.isArray(value.prefixItems ?? value.items))
    schema.items = { oneOf: listOf(value.prefixItems ?? value.items).map(inner) };
  const additional = value.additionalProperties;
  if (isRecord(additional)) schema.additional = inner(additional);
  else if (typeof additional === "boolean") schema.additional = additional;
  for (const key of ["oneOf", "anyOf", "allOf"] as const)
    if (listOf(value[key]).length > 0) schema[key] = listOf(value[key]).slice(0, 500).map(inner);
  if (isRecord(value.not)) schema.not = inner(value.not);
  const discriminator = textOf(recordOf(value.discriminator).propertyName ?? value.discriminator, 200);
  if (discriminator) schema.discriminator = discriminator;
  return schema;
}

function readReference(reading: Reading, ref: string, value: Record<string, unknown>): Schema {
  const words = readWords(value);
  if (!ref.startsWith("#")) {
    leaveOut(reading, ref);
    return { ...words, note: `Stands elsewhere and is not fetched: ${clean(ref).slice(0, 300)}` };
  }
  const name = schemaName(reading, ref);
  if (name === null) {
    tell(reading, `The reference ${ref} points to nothing`);
    return { ...words, note: `Points to nothing: ${clean(ref).slice(0, 300)}` };
  }
  return { ...words, ref: name };
}

/** The name under which a referenced schema is listed; the last part of its pointer unless that is taken. */
function schemaName(reading: Reading, ref: string): string | null {
  const known = reading.names.get(ref);
  if (known) return known;
  const target = ref === "#" ? reading.root : lookUp(reading.root, ref);
  if (target === undefined) return null;
  const parts = pointerParts(ref);
  const short = clean(parts.at(-1) ?? "document").slice(0, 200);
  const isUnclear = reading.taken.has(short) || /^\d+$/.test(short);
  const name = isUnclear ? clean(parts.join(" ")).slice(0, 300) || "document" : short;
  reading.names.set(ref, name);
  reading.taken.add(name);
  reading.waiting.push({ name, value: target });
  return name;
}

/** Reads the schemas that were named, and those that they name, each once. */
export function readNamedSchemas(reading: Reading): void {
  for (let next = reading.waiting.shift(); next; next = reading.waiting.shift())
    if (!reading.schemas.has(next.name)) reading.schemas.set(next.name, readSchema(reading, next.value));
}

/** Reads all schemas of a group, such as `#/components/schemas`, whether or not something refers to them. */
export function readSchemaGroup(reading: Reading, pointer: string): void {
  const escaped = (name: string) => name.replaceAll("~", "~0").replaceAll("/", "~1");
  for (const name of Object.keys(recordOf(lookUp(reading.root, pointer))))
    schemaName(reading, `${pointer}/${encodeURIComponent(escaped(name)).replaceAll("%7E", "~")}`);
  readNamedSchemas(reading);
}

function readWords(value: Record<string, unknown>): Schema {
  const schema: Schema = {};
  const title = textOf(value.title, 500);
  const description = textOf(value.description);
  if (title) schema.title = title;
  if (description) schema.description = description;
  if (value.deprecated === true) schema.isDeprecated = true;
  if (value.readOnly === true) schema.isReadOnly = true;
  if (value.writeOnly === true) schema.isWriteOnly = true;
  if (value.default !== undefined) schema.default = valueText(value.default);
  const examples = [...listOf(value.examples), ...(value.example === undefined ? [] : [value.example])];
  if (examples.length > 0) schema.examples = examples.slice(0, 5).map((example) => valueText(example));
  return schema;
}

function readTypes(value: Record<string, unknown>): Schema {
  const schema: Schema = {};
  const named = (Array.isArray(value.type) ? value.type : [value.type]).filter(
    (type): type is string => typeof type === "string",
  );
  const types = named.map((type) => clean(type).slice(0, 50)).slice(0, 10);
  if (value.nullable === true && !types.includes("null")) types.push("null");
  const isObject = types.length === 0 && isRecord(value.properties);
  if (isObject) types.push("object");
  if (types.length > 0) schema.types = types;
  const format = textOf(value.format, 100);
  if (format) schema.format = format;
  if (Array.isArray(value.enum)) schema.enum = value.enum.slice(0, 1000).map((item) => valueText(item, 500));
  else if (value.const !== undefined) schema.enum = [valueText(value.const, 500)];
  return schema;
}

function readBounds(value: Record<string, unknown>): Schema {
  const limits: Record<string, string | number> = {};
  for (const keyword of boundKeywords) {
    const bound = value[keyword];
    if (typeof bound === "number") limits[keyword] = bound;
    else if (typeof bound === "string" && bound !== "") limits[keyword] = clean(bound).slice(0, 500);
    else if (bound === true) limits[keyword] = "yes";
  }
  return Object.keys(limits).length > 0 ? { limits } : {};
}

function readProperties(value: Record<string, unknown>, inner: (part: unknown) => Schema): Property[] {
  const required = new Set(listOf(value.required).filter((name) => typeof name === "string"));
  const properties = Object.entries(recordOf(value.properties)).map(([name, part]) => ({
    name: clean(name).slice(0, 300),
    isRequired: required.delete(name),
    schema: inner(part),
  }));
  // What is required without being described is still needed.
  for (const name of required) properties.push({ name: clean(String(name)), isRequired: true, schema: {} });
  return properties;
}
