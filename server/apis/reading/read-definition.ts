import { upgrade } from "@scalar/openapi-upgrader";
import { type ApiFormat, type ApiModel, apiLimits, emptyOverview } from "../model.ts";
import { failed, formatOf } from "./failed.ts";
import { isRecord, parseText } from "./parse-text.ts";
import { readAsyncApi } from "./read-asyncapi.ts";
import { readGraphql } from "./read-graphql.ts";
import { readGrpc } from "./read-grpc.ts";
import { readOpenApi } from "./read-openapi.ts";
import { clean, newReading, type Reading, tell } from "./reading.ts";
import { checkAsyncApi, checkOpenApi } from "./validate.ts";

/**
 * Reads a definition of any format into what the page shows. A definition that cannot be read is a model with
 * `overview.failure`. Not bounded in time by itself: `definition-reader.ts` sees to that.
 */
export async function readDefinition(type: string | null, text: string): Promise<ApiModel> {
  const format = formatOf(type);
  if (text.length > apiLimits.textLength) {
    const most = `${apiLimits.textLength / 1_000_000} MB`;
    return failed(format, {
      message: `The definition is larger than ${most}`,
      line: null,
      column: null,
      path: null,
    });
  }
  if (format === "text")
    return {
      overview: { ...emptyOverview, formatName: type ? clean(type) : "Text" },
      operations: {},
      schemas: {},
    };
  if (format === "graphql" || format === "grpc") {
    const model = format === "graphql" ? readGraphql(text) : readGrpc(text);
    return "overview" in model ? model : failed(format, model);
  }
  const parsed = parseText(text);
  if (!parsed.ok) return failed(format, parsed.problem);
  const reading = newReading(parsed.value, parsed.locate);
  return readDocument(reading, format, text.length);
}

/** What the document says it is counts, not what its entry says: the two are mixed up now and then. */
async function readDocument(reading: Reading, format: ApiFormat, length: number): Promise<ApiModel> {
  const { root } = reading;
  const isChecked = length <= apiLimits.validatedLength;
  const version = (field: string) => clean(String(root[field])).slice(0, 20);
  if (root.asyncapi !== undefined) {
    if (isChecked) await attempt(reading, () => checkAsyncApi(reading, root));
    return readAsyncApi(reading, `AsyncAPI ${version("asyncapi")}`);
  }
  if (root.swagger !== undefined) {
    if (isChecked) await attempt(reading, () => checkOpenApi(reading, root));
    const converted: unknown = upgrade(structuredClone(root), "3.0");
    if (isRecord(converted)) reading.root = converted;
    return readOpenApi(reading, `Swagger ${version("swagger")}`);
  }
  if (root.openapi !== undefined) {
    if (isChecked) await attempt(reading, () => checkOpenApi(reading, root));
    return readOpenApi(reading, `OpenAPI ${version("openapi")}`);
  }
  return failed(format, {
    message:
      'It names neither "openapi", "swagger" nor "asyncapi" with a version, so it is shown as it stands',
    ...reading.locate([]),
    path: null,
  });
}

/** A checker that stumbles over a document is no reason not to show it. */
async function attempt(reading: Reading, check: () => void | Promise<void>): Promise<void> {
  try {
    await check();
  } catch {
    tell(reading, "It could not be checked against the specification");
  }
}
