import { validate as validateOpenApi } from "@scalar/openapi-validator";
import { Ajv, type ErrorObject } from "ajv";
import { pointerParts, type Reading, tell } from "./reading.ts";

/** Judges the document by the specification's own JSON Schema; what it finds becomes problems with their line. */
export function checkOpenApi(reading: Reading, document: Record<string, unknown>): void {
  const result = validateOpenApi(document);
  if (result.valid) return;
  for (const { message, path } of result.errors ?? []) {
    const pointer = Array.isArray(path) ? `/${path.join("/")}` : (path ?? "");
    tell(reading, sentence(message, pointer), pointerParts(pointer));
  }
}

const sentence = (message: string, path: string) => {
  const place = pointerParts(path).join(" › ");
  return place ? `${place}: ${message}` : message;
};

/** The same for AsyncAPI 2 and 3; newer versions than the schemas know are read without being judged. */
export async function checkAsyncApi(reading: Reading, document: Record<string, unknown>): Promise<void> {
  const { default: specs } = await import("@asyncapi/specs");
  const schemas: Record<string, object> = specs.schemas;
  const version = String(document.asyncapi);
  const schema = Object.hasOwn(schemas, version) ? schemas[version] : undefined;
  if (!schema) {
    tell(reading, `AsyncAPI ${version.slice(0, 20)} is not known here: it is shown without being checked`);
    return;
  }
  // Without formats: they are hints, and checking them runs expressions over foreign text.
  const check = checks.get(version) ?? compile(schema);
  checks.set(version, check);
  if (check(document)) return;
  for (const error of tellingErrors(check.errors ?? [])) {
    const name = error.params.additionalProperty ?? error.params.missingProperty;
    const message = error.message ?? "is not as the specification says";
    const words = error.keyword === "additionalProperties" ? `${message}: ${String(name)}` : message;
    tell(reading, sentence(words, error.instancePath), pointerParts(error.instancePath));
  }
}

/** Compiling one takes half a second, and a location often has many definitions of one version. */
const checks = new Map<string, ReturnType<Ajv["compile"]>>();

function compile(schema: object) {
  // Without Ajv's own copy of draft 7: the schemas bring one along.
  const bare = { meta: false, validateSchema: false, logger: false } as const;
  return new Ajv({ ...bare, strict: false, allErrors: true, validateFormats: false }).compile(schema);
}

const combining = ["oneOf", "anyOf", "allOf", "if", "not", "$ref"];

/** Of alternatives that all fail, what failed deepest inside says most: one for each part of the document. */
function tellingErrors(errors: readonly ErrorObject[]): ErrorObject[] {
  const depth = (error: ErrorObject) => error.instancePath.split("/").length;
  const deepest = new Map<string, ErrorObject>();
  for (const error of errors) {
    if (combining.includes(error.keyword)) continue;
    const part = error.instancePath.split("/").slice(0, 3).join("/");
    const known = deepest.get(part);
    if (!known || depth(error) > depth(known)) deepest.set(part, error);
  }
  return [...deepest.values()].slice(0, 20);
}
