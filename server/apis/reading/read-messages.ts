import type { Message, Schema } from "../model.ts";
import { isRecord } from "./parse-text.ts";
import { readExamples } from "./read-openapi.ts";
import { readSchema } from "./read-schema.ts";
import {
  boundedJson,
  clean,
  listOf,
  lookUp,
  pointerParts,
  type Reading,
  recordOf,
  resolve,
  textOf,
  valueText,
} from "./reading.ts";

/** A message with the name of its place, for those that have none. */
export type NamedMessage = { name: string; item: unknown };

/** Messages of an operation with their traits, payloads and examples. */
export function readMessages(reading: Reading, items: readonly NamedMessage[]): Message[] {
  return items.slice(0, 100).flatMap(({ name: fallback, item }) => {
    const found = resolve(reading, item);
    if (!found) return [];
    const { value } = found;
    const traits = listOf(value.traits).map((trait) => resolve(reading, trait)?.value ?? {});
    const field = (name: string) => value[name] ?? traits.find((trait) => trait[name] !== undefined)?.[name];
    const name =
      textOf(field("name"), 300) ?? clean(pointerParts(found.refs.at(-1) ?? "").at(-1) ?? fallback);
    const words = (["title", "summary", "description", "contentType"] as const).flatMap((key) => {
      const text = textOf(field(key));
      return text ? [[key, text] as const] : [];
    });
    return [
      {
        name,
        ...Object.fromEntries(words),
        ...(field("deprecated") === true ? { isDeprecated: true } : {}),
        headers: field("headers") === undefined ? null : readPayload(reading, field("headers"), undefined),
        payload:
          field("payload") === undefined
            ? null
            : readPayload(reading, field("payload"), field("schemaFormat")),
        examples: readMessageExamples(reading, value),
      },
    ];
  });
}

/** Version 3 wraps schemas of other languages: `{ schemaFormat, schema }`. */
function readPayload(reading: Reading, item: unknown, format: unknown): Schema {
  const isWrapped = isRecord(item) && typeof item.schemaFormat === "string" && item.schema !== undefined;
  const language = textOf(isWrapped ? item.schemaFormat : format, 200) ?? "";
  const schema = isWrapped ? item.schema : item;
  const isJson = language === "" || /asyncapi|schema\+(json|yaml)|vnd\.oai\.openapi/.test(language);
  if (isJson) return readSchema(reading, schema);
  const ref = recordOf(schema).$ref;
  if (typeof ref === "string" && !ref.startsWith("#")) return readSchema(reading, schema);
  const target = typeof ref === "string" ? lookUp(reading.root, ref) : schema;
  return {
    note: `Described as ${language}`,
    raw: typeof target === "string" ? clean(target).slice(0, 20_000) : clean(boundedJson(target)),
  };
}

function readMessageExamples(reading: Reading, value: Record<string, unknown>) {
  if (!Array.isArray(value.examples)) return readExamples(reading, value);
  return value.examples.slice(0, 5).map((item, index) => {
    const example = recordOf(item);
    return {
      name: textOf(example.name, 200) ?? `Example ${index + 1}`,
      text: valueText(example.payload ?? example.headers ?? item),
    };
  });
}
