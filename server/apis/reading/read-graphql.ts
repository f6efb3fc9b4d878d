import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  GraphQLError,
  type InputValueDefinitionNode,
  Kind,
  parse,
  print,
  type TypeDefinitionNode,
  type TypeExtensionNode,
  type TypeNode,
} from "graphql";
import {
  type ApiModel,
  apiLimits,
  emptyOverview,
  type Operation,
  type Parameter,
  type Problem,
  type Property,
  type Schema,
} from "../model.ts";
import { operationIds } from "./operation-ids.ts";
import { messageOf } from "./parse-text.ts";
import { lineOf } from "./read-openapi.ts";
import { clean } from "./reading.ts";

/** As many words and signs as a schema may have before the reader stops. */
const maxTokens = 500_000;

const roots = { query: "Query", mutation: "Mutation", subscription: "Subscription" } as const;
type RootVerb = keyof typeof roots;

export function parseGraphql(text: string): DocumentNode {
  return parse(text, { maxTokens });
}

/** GraphQL's own schema language: the fields of its root types are the operations, all other types the schemas. */
export function readGraphql(text: string): ApiModel | Problem {
  let document: DocumentNode;
  try {
    document = parseGraphql(text);
  } catch (error) {
    const place = error instanceof GraphQLError ? error.locations?.[0] : undefined;
    return {
      message: `This is not readable as a GraphQL schema: ${clean(messageOf(error)).slice(0, 300)}`,
      line: place?.line ?? null,
      column: place?.column ?? null,
      path: null,
    };
  }
  const types = typesOf(document);
  const named = rootNames(document);
  const schemas: Record<string, Schema> = {};
  const operations: Operation[] = [];
  const idOf = operationIds();
  for (const [name, parts] of types) {
    const verb = (Object.keys(named) as RootVerb[]).find((key) => named[key] === name);
    if (verb) operations.push(...parts.flatMap(fieldsOf).map((field) => operationOf(field, verb, idOf)));
    else schemas[name] = schemaOf(parts);
  }
  const shown = operations.slice(0, apiLimits.operations);
  const groups = [...new Set(shown.map(({ group }) => group))].map((name) => ({ name }));
  return {
    overview: {
      ...emptyOverview,
      format: "graphql",
      formatName: "GraphQL",
      groups,
      operations: shown.map(lineOf),
      schemas: Object.entries(schemas).map(([name, { kind, description }]) => ({
        name,
        ...(kind ? { kind } : {}),
        ...(description ? { description: description.slice(0, 200) } : {}),
      })),
    },
    operations: Object.fromEntries(shown.map((operation) => [operation.id, operation])),
    schemas,
  };
}

type TypePart = TypeDefinitionNode | TypeExtensionNode;

/** Each type with its extensions. */
function typesOf(document: DocumentNode): Map<string, TypePart[]> {
  const types = new Map<string, TypePart[]>();
  for (const node of document.definitions) {
    if (!/Type(Definition|Extension)$/.test(node.kind) || !("name" in node) || !node.name) continue;
    const name = clean(node.name.value);
    types.set(name, [...(types.get(name) ?? []), node as TypePart]);
  }
  return types;
}

function rootNames(document: DocumentNode): Record<RootVerb, string> {
  const names: Record<RootVerb, string> = { ...roots };
  for (const node of document.definitions)
    if (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION)
      for (const { operation, type } of node.operationTypes ?? []) names[operation] = type.name.value;
  return names;
}

const fieldsOf = (part: TypePart): readonly FieldDefinitionNode[] =>
  part.kind === Kind.OBJECT_TYPE_DEFINITION ||
  part.kind === Kind.OBJECT_TYPE_EXTENSION ||
  part.kind === Kind.INTERFACE_TYPE_DEFINITION ||
  part.kind === Kind.INTERFACE_TYPE_EXTENSION
    ? (part.fields ?? [])
    : [];

function operationOf(field: FieldDefinitionNode, verb: RootVerb, idOf: (name: string) => string): Operation {
  const description = field.description ? clean(field.description.value) : undefined;
  const group = { query: "Queries", mutation: "Mutations", subscription: "Subscriptions" }[verb];
  return {
    id: idOf(`${verb} ${field.name.value}`),
    verb,
    path: field.name.value,
    group,
    ...(description ? { summary: (description.split("\n")[0] ?? "").slice(0, 300), description } : {}),
    ...(isDeprecated(field.directives) ? { isDeprecated: true } : {}),
    parameters: (field.arguments ?? []).map(argumentOf),
    request: null,
    responses: [],
    messages: [],
    reply: null,
    security: null,
    servers: [],
    returns: typeSchema(field.type),
  };
}

const isDeprecated = (directives: readonly ConstDirectiveNode[] | undefined): boolean =>
  (directives ?? []).some(({ name }) => name.value === "deprecated");

function argumentOf(node: InputValueDefinitionNode): Parameter {
  return {
    name: node.name.value,
    place: "argument",
    isRequired: node.type.kind === Kind.NON_NULL_TYPE && !node.defaultValue,
    ...(isDeprecated(node.directives) ? { isDeprecated: true } : {}),
    ...(node.description ? { description: clean(node.description.value) } : {}),
    schema: withDefault(typeSchema(node.type), node),
  };
}

const withDefault = (schema: Schema, node: InputValueDefinitionNode): Schema =>
  node.defaultValue ? { ...schema, default: clean(print(node.defaultValue)).slice(0, 500) } : schema;

const scalars = new Set(["String", "Int", "Float", "Boolean", "ID"]);

/** Nullable unless it says otherwise: `types` has "null" then, as in JSON Schema. */
function typeSchema(type: TypeNode, isNullable = true): Schema {
  if (type.kind === Kind.NON_NULL_TYPE) return typeSchema(type.type, false);
  const nullable = isNullable ? ["null"] : [];
  if (type.kind === Kind.LIST_TYPE) return { types: ["list", ...nullable], items: typeSchema(type.type) };
  const name = type.name.value;
  return scalars.has(name)
    ? { types: [name, ...nullable] }
    : { ref: name, ...(isNullable ? { types: ["null"] } : {}) };
}

function schemaOf(parts: readonly TypePart[]): Schema {
  const [first] = parts;
  const words = parts.find((part) => "description" in part && part.description);
  const description = words && "description" in words ? words.description?.value : undefined;
  const schema: Schema = {
    kind: (first?.kind ?? "").replace(/Type(Definition|Extension)$/, "").toLowerCase(),
  };
  if (schema.kind === "inputobject") schema.kind = "input";
  if (description) schema.description = clean(description);
  const properties = parts.flatMap(propertiesOf);
  if (properties.length > 0) schema.properties = properties;
  const values = parts.flatMap((part) => ("values" in part ? (part.values ?? []) : []));
  if (values.length > 0) schema.enum = values.map(({ name }) => name.value);
  const members = parts.flatMap((part) => ("types" in part ? (part.types ?? []) : []));
  if (members.length > 0) schema.oneOf = members.map(({ name }) => ({ ref: name.value }));
  return schema;
}

function propertiesOf(part: TypePart): Property[] {
  if (part.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION || part.kind === Kind.INPUT_OBJECT_TYPE_EXTENSION)
    return (part.fields ?? []).map((field) => {
      const { name, isRequired, description, schema } = argumentOf(field);
      return { name, isRequired, schema: { ...schema, ...(description ? { description } : {}) } };
    });
  return fieldsOf(part).map((field) => ({
    name: field.name.value,
    isRequired: field.type.kind === Kind.NON_NULL_TYPE,
    schema: {
      ...typeSchema(field.type),
      ...(field.description ? { description: clean(field.description.value) } : {}),
      ...(isDeprecated(field.directives) ? { isDeprecated: true } : {}),
    },
    ...(field.arguments && field.arguments.length > 0
      ? {
          arguments: field.arguments
            .map(argumentOf)
            .map(({ name, isRequired, schema }) => ({ name, isRequired, schema })),
        }
      : {}),
  }));
}
