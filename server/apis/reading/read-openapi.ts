import {
  type ApiModel,
  type ApiOverview,
  apiLimits,
  type Body,
  type Content,
  type Example,
  emptyOverview,
  type Operation,
  type OperationLine,
  type Parameter,
  parameterPlaces,
  type Response,
} from "../model.ts";
import { operationIds } from "./operation-ids.ts";
import { isRecord } from "./parse-text.ts";
import { readNamedSchemas, readSchema, readSchemaGroup } from "./read-schema.ts";
import { readSecuritySchemes, readServers, securityOf } from "./read-security.ts";
import { clean, listOf, type Reading, recordOf, resolve, tell, textOf, valueText } from "./reading.ts";

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"] as const;

/** OpenAPI 3.x as the page shows it; Swagger 2.0 is converted before. Lenient: what is not of its shape is passed over. */
export function readOpenApi(reading: Reading, formatName: string): ApiModel {
  const { root } = reading;
  const info = recordOf(root.info);
  const operations = readOperations(reading);
  readSchemaGroup(reading, "#/components/schemas");
  readNamedSchemas(reading);
  const overview: ApiOverview = {
    ...emptyOverview,
    format: "openapi",
    formatName,
    title: textOf(info.title, 300) ?? null,
    version: textOf(info.version, 100) ?? null,
    description: textOf(info.description) ?? textOf(info.summary) ?? null,
    servers: readServers(root.servers),
    security: readSecuritySchemes(reading, recordOf(root.components).securitySchemes),
    securityNeeded: securityOf(root.security) ?? [],
    groups: readGroups(root.tags, operations),
    operations: operations.map(lineOf),
    schemas: [...reading.schemas].map(([name, { description }]) => ({
      name,
      ...(description ? { description: description.slice(0, 200) } : {}),
    })),
    problems: reading.problems,
    leftOut: [...reading.leftOut],
  };
  return {
    overview,
    operations: Object.fromEntries(operations.map((operation) => [operation.id, operation])),
    schemas: Object.fromEntries(reading.schemas),
  };
}

export const lineOf = ({ id, verb, path, group, summary, isDeprecated }: Operation): OperationLine => ({
  ...{ id, verb, path, group },
  ...(summary ? { summary } : {}),
  ...(isDeprecated ? { isDeprecated } : {}),
});

/** Tags in the order in which they are declared, then those that only operations name. */
export function readGroups(
  tags: unknown,
  operations: readonly Operation[],
): { name: string; description?: string }[] {
  const used = new Set(operations.map(({ group }) => group));
  const declared = listOf(tags).flatMap((tag) => {
    const { name, description } = recordOf(tag);
    const words = textOf(description);
    return typeof name === "string" && used.delete(clean(name))
      ? [{ name: clean(name), ...(words ? { description: words } : {}) }]
      : [];
  });
  return [...declared, ...[...used].map((name) => ({ name }))];
}

function readOperations(reading: Reading): Operation[] {
  const operations: Operation[] = [];
  const idOf = operationIds();
  const sections = [
    { items: recordOf(reading.root.paths), group: "Other" },
    { items: recordOf(reading.root.webhooks), group: "Webhooks" },
  ];
  for (const { items, group } of sections)
    for (const [path, item] of Object.entries(items)) {
      const shared = resolve(reading, item)?.value;
      if (!shared) continue;
      for (const method of methods) {
        if (!isRecord(shared[method])) continue;
        if (operations.length >= apiLimits.operations) {
          tell(reading, `Only the first ${apiLimits.operations.toLocaleString("en")} operations are shown`);
          return operations;
        }
        operations.push(readOperation(reading, { method, path, shared, group, idOf }));
      }
    }
  return operations;
}

type Found = {
  method: (typeof methods)[number];
  path: string;
  shared: Record<string, unknown>;
  group: string;
  idOf: ReturnType<typeof operationIds>;
};

function readOperation(reading: Reading, { method, path, shared, group, idOf }: Found): Operation {
  const value = recordOf(shared[method]);
  const summary = textOf(value.summary, 300) ?? textOf(shared.summary, 300);
  const description = textOf(value.description) ?? textOf(shared.description);
  const operationId = textOf(value.operationId, 300);
  const shownPath = clean(path).slice(0, 1000);
  const callbacks = Object.keys(recordOf(value.callbacks)).map((name) => `Calls back: ${clean(name)}`);
  return {
    id: idOf(operationId ?? `${method} ${shownPath}`),
    verb: method,
    path: shownPath,
    group: textOf(listOf(value.tags)[0], 300) ?? group,
    ...(summary ? { summary } : {}),
    ...(description ? { description } : {}),
    ...(operationId ? { operationId } : {}),
    ...(value.deprecated === true ? { isDeprecated: true } : {}),
    parameters: readParameters(reading, [...listOf(shared.parameters), ...listOf(value.parameters)]),
    request: readBody(reading, value.requestBody),
    responses: readResponses(reading, value.responses),
    messages: [],
    reply: null,
    security: securityOf(value.security),
    servers: readServers(value.servers ?? shared.servers).map(({ url }) => url),
    ...(callbacks.length > 0 ? { notes: callbacks.slice(0, 20) } : {}),
  };
}

/** A parameter of the operation replaces one of the path with the same name and place (OpenAPI 3.1.1, 4.8.10). */
function readParameters(reading: Reading, values: readonly unknown[]): Parameter[] {
  const found = new Map<string, Parameter>();
  for (const item of values) {
    const value = resolve(reading, item)?.value;
    const place = parameterPlaces.find((known) => known === value?.in);
    const name = textOf(value?.name, 300);
    if (value && place && name)
      found.set(`${place} ${name}`, { name, place, ...parameterParts(reading, value) });
  }
  return [...found.values()];
}

function parameterParts(reading: Reading, value: Record<string, unknown>): Omit<Parameter, "name" | "place"> {
  const description = textOf(value.description);
  const [content] = Object.values(recordOf(value.content));
  const schema = readSchema(reading, value.schema ?? recordOf(content).schema ?? {});
  if (value.example !== undefined && !schema.examples) schema.examples = [valueText(value.example)];
  return {
    isRequired: value.required === true,
    ...(value.deprecated === true ? { isDeprecated: true } : {}),
    ...(description ? { description } : {}),
    schema,
  };
}

function readBody(reading: Reading, item: unknown): Body | null {
  const value = resolve(reading, item)?.value;
  if (!value) return null;
  const description = textOf(value.description);
  return {
    isRequired: value.required === true,
    ...(description ? { description } : {}),
    contents: readContents(reading, value.content),
  };
}

function readContents(reading: Reading, contents: unknown): Content[] {
  return Object.entries(recordOf(contents))
    .slice(0, 50)
    .map(([type, item]) => {
      const value = recordOf(item);
      return {
        type: clean(type).slice(0, 200),
        schema: value.schema === undefined ? null : readSchema(reading, value.schema),
        examples: readExamples(reading, value),
      };
    });
}

export function readExamples(reading: Reading, value: Record<string, unknown>): Example[] {
  const named = Object.entries(recordOf(value.examples)).flatMap(([name, item]) => {
    const example = resolve(reading, item)?.value;
    return example?.value === undefined ? [] : [{ name: clean(name), text: valueText(example.value) }];
  });
  const one = value.example === undefined ? [] : [{ name: "Example", text: valueText(value.example) }];
  return [...one, ...named].slice(0, 5);
}

function readResponses(reading: Reading, items: unknown): Response[] {
  return Object.entries(recordOf(items))
    .slice(0, 100)
    .map(([status, item]) => {
      const value = resolve(reading, item)?.value ?? {};
      const description = textOf(value.description);
      const headers = Object.entries(recordOf(value.headers)).flatMap(([name, header]) => {
        const inner = resolve(reading, header)?.value;
        return inner
          ? [{ name: clean(name), place: "header" as const, ...parameterParts(reading, inner) }]
          : [];
      });
      return {
        status: clean(status).slice(0, 50),
        ...(description ? { description } : {}),
        headers,
        contents: readContents(reading, value.content),
      };
    });
}
