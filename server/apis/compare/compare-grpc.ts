import type { ApiComparison, ApiModel, Operation, Property, Schema } from "../model.ts";
import { add, type Comparison, finish, newComparison } from "./comparison.ts";

/** What changed between two .proto files. Rules carry the names of buf's breaking-change rules (buf.build/docs/breaking/rules). */
export function compareGrpc(before: ApiModel, after: ApiModel): ApiComparison {
  const comparison = newComparison(before.schemas, after.schemas);
  compareMethods(comparison, before, after);
  for (const [name, old] of Object.entries(before.schemas)) {
    const now = Object.hasOwn(after.schemas, name) ? after.schemas[name] : undefined;
    if (!now || now.kind !== old.kind) {
      const rule = old.kind === "enum" ? "ENUM_NO_DELETE" : "MESSAGE_NO_DELETE";
      add(comparison, "breaking", rule, { place: name }, `The ${old.kind ?? "type"} was removed`);
    } else if (old.kind === "enum") compareValues(comparison, name, old, now);
    else compareFields(comparison, name, old, now);
  }
  for (const [name, { kind }] of Object.entries(after.schemas))
    if (!Object.hasOwn(before.schemas, name))
      add(comparison, "compatible", "type-added", { place: name }, `The ${kind ?? "type"} is new`);
  return finish(comparison.changes);
}

const bodyOf = (schema: Schema | null | undefined) => schema?.ref ?? schema?.types?.join() ?? "";

function compareMethods(comparison: Comparison, before: ApiModel, after: ApiModel): void {
  const byPath = ({ operations }: ApiModel) =>
    new Map(Object.values(operations).map((one) => [one.path, one]));
  const [from, to] = [byPath(before), byPath(after)];
  for (const [path, old] of from) {
    const now = to.get(path);
    if (!now) {
      add(comparison, "breaking", "RPC_NO_DELETE", { place: path }, "The method was removed");
      continue;
    }
    const where = { place: path, operationId: now.id };
    const tell = (rule: string, what: string, [was, is]: readonly [string, string]) => {
      if (was !== is) add(comparison, "breaking", rule, where, `${what}: ${was} became ${is}`);
    };
    tell("RPC_SAME_CLIENT_STREAMING", "How it streams", [old.verb, now.verb]);
    tell("RPC_SAME_REQUEST_TYPE", "What it takes", [requestOf(old), requestOf(now)]);
    tell("RPC_SAME_RESPONSE_TYPE", "What it gives back", [responseOf(old), responseOf(now)]);
  }
  for (const [path, { id }] of to)
    if (!from.has(path))
      add(comparison, "compatible", "rpc-added", { place: path, operationId: id }, "The method is new");
}

const requestOf = ({ request }: Operation) => bodyOf(request?.contents[0]?.schema);
const responseOf = ({ responses }: Operation) => bodyOf(responses[0]?.contents[0]?.schema);

/** On the wire a field is its number; its name counts for JSON and for generated code. */
function compareFields(comparison: Comparison, place: string, old: Schema, now: Schema): void {
  const byNumber = ({ properties }: Schema) =>
    new Map((properties ?? []).map((field) => [field.number ?? 0, field]));
  const [from, to] = [byNumber(old), byNumber(now)];
  const where = { place };
  for (const [number, field] of from) {
    const same = to.get(number);
    if (!same) {
      add(
        comparison,
        "breaking",
        "FIELD_NO_DELETE",
        where,
        `The field "${field.name}" (${number}) was removed`,
      );
      continue;
    }
    if (same.name !== field.name)
      add(
        comparison,
        "breaking",
        "FIELD_SAME_NAME",
        where,
        `Field ${number}: "${field.name}" became "${same.name}"`,
      );
    const [was, is] = [shapeOf(field), shapeOf(same)];
    if (was !== is)
      add(
        comparison,
        "breaking",
        "FIELD_SAME_TYPE",
        where,
        `The field "${same.name}" (${number}): ${was} became ${is}`,
      );
    if (same.isRequired !== field.isRequired)
      add(
        comparison,
        "breaking",
        "FIELD_SAME_CARDINALITY",
        where,
        `The field "${same.name}" (${number}) is ${same.isRequired ? "required" : "optional"} now`,
      );
  }
  for (const [number, { name, isRequired }] of to)
    if (!from.has(number))
      add(
        comparison,
        isRequired ? "breaking" : "compatible",
        "field-added",
        where,
        `The field "${name}" (${number}) is new`,
      );
}

function shapeOf({ schema }: Property): string {
  if (schema.items) return `list of ${bodyOf(schema.items)}`;
  if (typeof schema.additional === "object") return `map (${schema.format}) of ${bodyOf(schema.additional)}`;
  return bodyOf(schema);
}

function compareValues(comparison: Comparison, place: string, old: Schema, now: Schema): void {
  const numberOf = (value: string) => value.slice(value.lastIndexOf("= ") + 2);
  const kept = new Set((now.enum ?? []).map(numberOf));
  for (const value of old.enum ?? [])
    if (!kept.has(numberOf(value)))
      add(comparison, "breaking", "ENUM_VALUE_NO_DELETE", { place }, `The value ${value} was removed`);
    else if (!now.enum?.includes(value))
      add(comparison, "breaking", "ENUM_VALUE_SAME_NAME", { place }, `The value ${value} has another name`);
  const known = new Set((old.enum ?? []).map(numberOf));
  for (const value of now.enum ?? [])
    if (!known.has(numberOf(value)))
      add(comparison, "risky", "enum-value-added", { place }, `The value ${value} is new`);
}
