import protobuf from "protobufjs";
import {
  type ApiModel,
  apiLimits,
  emptyOverview,
  type Operation,
  type Problem,
  type Property,
  type Schema,
} from "../model.ts";
import { operationIds } from "./operation-ids.ts";
import { messageOf } from "./parse-text.ts";
import { lineOf } from "./read-openapi.ts";
import { clean } from "./reading.ts";

/** A .proto file: the methods of its services are the operations, its messages and enums the schemas. */
export function readGrpc(text: string): ApiModel | Problem {
  let parsed: protobuf.IParserResult;
  try {
    // Parsing alone reads no imports; only loading would.
    parsed = protobuf.parse(text, new protobuf.Root(), { keepCase: true, alternateCommentMode: true });
  } catch (error) {
    const message = clean(messageOf(error)).slice(0, 300);
    const line = /\(line (\d+)\)$/.exec(message)?.[1];
    return {
      message: `This is not readable as a .proto file: ${message.replace(/ \(line \d+\)$/, "")}`,
      line: line ? Number(line) : null,
      column: null,
      path: null,
    };
  }
  const found = {
    operations: [] as Operation[],
    schemas: {} as Record<string, Schema>,
    idOf: operationIds(),
  };
  walk(parsed.root, found, 0);
  const operations = found.operations.slice(0, apiLimits.operations);
  return {
    overview: {
      ...emptyOverview,
      format: "grpc",
      formatName: "gRPC",
      title: parsed.package ? clean(parsed.package) : null,
      groups: [...new Set(operations.map(({ group }) => group))].map((name) => ({ name })),
      operations: operations.map(lineOf),
      schemas: Object.entries(found.schemas).map(([name, { kind, description }]) => ({
        name,
        ...(kind ? { kind } : {}),
        ...(description ? { description: description.slice(0, 200) } : {}),
      })),
      leftOut: [...(parsed.imports ?? []), ...(parsed.weakImports ?? [])].map(clean).slice(0, 100),
    },
    operations: Object.fromEntries(operations.map((operation) => [operation.id, operation])),
    schemas: found.schemas,
  };
}

type Found = { operations: Operation[]; schemas: Record<string, Schema>; idOf: (name: string) => string };

const fullName = (object: protobuf.ReflectionObject) => clean(object.fullName.replace(/^\./, ""));

function walk(namespace: protobuf.NamespaceBase, found: Found, depth: number): void {
  if (depth > apiLimits.depth) return;
  for (const item of namespace.nestedArray) {
    if (item instanceof protobuf.Service)
      for (const method of item.methodsArray) found.operations.push(operationOf(item, method, found.idOf));
    else if (item instanceof protobuf.Type) found.schemas[fullName(item)] = messageSchema(item);
    else if (item instanceof protobuf.Enum) found.schemas[fullName(item)] = enumSchema(item);
    if (item instanceof protobuf.Namespace) walk(item, found, depth + 1);
  }
}

const flows = {
  "false false": "rpc",
  "true false": "client stream",
  "false true": "server stream",
  "true true": "stream",
} as const;

function operationOf(service: protobuf.Service, method: protobuf.Method, idOf: Found["idOf"]): Operation {
  const isStream = (value: unknown) => value === true;
  const verb = flows[`${isStream(method.requestStream)} ${isStream(method.responseStream)}`];
  const description = method.comment ? clean(method.comment) : undefined;
  const body = (type: string) => [
    { type: "application/grpc", schema: typeSchema(type, service), examples: [] },
  ];
  return {
    id: idOf(`${service.name}.${method.name}`),
    verb,
    path: `${fullName(service)}/${method.name}`,
    group: fullName(service),
    ...(description ? { summary: (description.split("\n")[0] ?? "").slice(0, 300), description } : {}),
    ...(method.options?.deprecated === true ? { isDeprecated: true } : {}),
    parameters: [],
    request: { isRequired: true, contents: body(method.requestType) },
    responses: [{ status: "OK", headers: [], contents: body(method.responseType) }],
    messages: [],
    reply: null,
    security: null,
    servers: [],
  };
}

/** Looked up as protobuf scopes names, from the inside out; what an import would bring stays a word. */
function typeSchema(type: string, from: protobuf.NamespaceBase): Schema {
  if (type in protobuf.types.basic) return { types: [type] };
  const known = from.lookup(type, [protobuf.Type, protobuf.Enum]);
  return known
    ? { ref: fullName(known) }
    : { types: [clean(type)], note: "Comes from an imported file, which is not read" };
}

function messageSchema(type: protobuf.Type): Schema {
  const reserved = (type.reserved ?? []).map((range) =>
    typeof range === "string"
      ? range
      : range[0] === range[1]
        ? String(range[0])
        : `${range[0]} to ${range[1]}`,
  );
  return {
    kind: "message",
    types: ["object"],
    ...(type.comment ? { description: clean(type.comment) } : {}),
    properties: type.fieldsArray.map((field) => propertyOf(field, type)),
    ...(reserved.length > 0 ? { limits: { reserved: clean(reserved.join(", ")).slice(0, 500) } } : {}),
  };
}

function propertyOf(field: protobuf.Field, type: protobuf.Type): Property {
  const value = typeSchema(field.type, type);
  const group = field.partOf && !field.options?.proto3_optional ? field.partOf.name : null;
  const shape: Schema =
    field instanceof protobuf.MapField
      ? { types: ["map"], additional: value, format: `key ${field.keyType}` }
      : field.repeated
        ? { types: ["list"], items: value }
        : value;
  return {
    name: clean(field.name),
    number: field.id,
    isRequired: field.required,
    schema: {
      ...shape,
      ...(field.comment ? { description: clean(field.comment) } : {}),
      ...(field.options?.deprecated === true ? { isDeprecated: true } : {}),
      ...(group ? { title: `one of ${group}` } : {}),
    },
  };
}

function enumSchema(type: protobuf.Enum): Schema {
  return {
    kind: "enum",
    ...(type.comment ? { description: clean(type.comment) } : {}),
    enum: Object.entries(type.values).map(([name, number]) => `${clean(name)} = ${number}`),
  };
}
