import {
  type ApiModel,
  apiLimits,
  emptyOverview,
  type Operation,
  type Parameter,
  type Schema,
  type SecurityScheme,
  type Server,
} from "../model.ts";
import { operationIds } from "./operation-ids.ts";
import { isRecord } from "./parse-text.ts";
import { type NamedMessage as Named, readMessages } from "./read-messages.ts";
import { lineOf, readGroups } from "./read-openapi.ts";
import { readNamedSchemas, readSchema, readSchemaGroup } from "./read-schema.ts";
import { readSecuritySchemes, securityOf, withDefaults } from "./read-security.ts";
import {
  boundedJson,
  clean,
  listOf,
  pointerParts,
  type Reading,
  recordOf,
  resolve,
  tell,
  textOf,
} from "./reading.ts";

/** AsyncAPI 2 and 3 as the page shows it: one operation for each thing that is sent or received on a channel. */
export function readAsyncApi(reading: Reading, formatName: string): ApiModel {
  const { root } = reading;
  const info = recordOf(root.info);
  const isSecond = /^2/.test(textOf(root.asyncapi) ?? "");
  const operations = isSecond ? operationsOfSecond(reading) : operationsOfThird(reading);
  readSchemaGroup(reading, "#/components/schemas");
  readNamedSchemas(reading);
  return {
    overview: {
      ...emptyOverview,
      format: "asyncapi",
      formatName,
      title: textOf(info.title, 300) ?? null,
      version: textOf(info.version, 100) ?? null,
      description: textOf(info.description) ?? null,
      servers: readAsyncServers(reading),
      security: readSchemes(reading),
      groups: readGroups(root.tags ?? info.tags, operations),
      operations: operations.map(lineOf),
      schemas: [...reading.schemas.keys()].map((name) => ({ name })),
      problems: reading.problems,
      leftOut: [...reading.leftOut],
    },
    operations: Object.fromEntries(operations.map((operation) => [operation.id, operation])),
    schemas: Object.fromEntries(reading.schemas),
  };
}

const readSchemes = (reading: Reading): SecurityScheme[] =>
  readSecuritySchemes(reading, recordOf(reading.root.components).securitySchemes);

/** Version 2 has `url`, version 3 `host` and `pathname`. */
function readAsyncServers(reading: Reading): Server[] {
  return Object.entries(recordOf(reading.root.servers))
    .slice(0, 50)
    .flatMap(([name, item]) => {
      const server = resolve(reading, item)?.value;
      if (!server) return [];
      const address =
        textOf(server.url, 1000) ?? `${textOf(server.host, 500) ?? ""}${textOf(server.pathname, 500) ?? ""}`;
      const protocol = textOf(server.protocol, 50);
      const description = textOf(server.description, 1000);
      return [
        {
          name: clean(name),
          url: withDefaults(address, server.variables),
          ...(protocol ? { protocol } : {}),
          ...(description ? { description } : {}),
        },
      ];
    });
}

type Channel = { name: string; address: string; value: Record<string, unknown> };
type Made = { verb: string; channel: Channel; value: Record<string, unknown>; fallback: string };

function makeOperation(reading: Reading, made: Made, idOf: (name: string) => string) {
  const { channel, value } = made;
  const traits = listOf(value.traits).map((trait) => resolve(reading, trait)?.value ?? {});
  const field = (name: string) => value[name] ?? traits.find((trait) => trait[name] !== undefined)?.[name];
  const summary = textOf(field("summary"), 300) ?? textOf(field("title"), 300);
  const description = textOf(field("description")) ?? textOf(channel.value.description);
  const operationId = textOf(value.operationId, 300) ?? made.fallback;
  const tag = resolve(reading, listOf(field("tags"))[0])?.value;
  const bindings = [
    ...(field("bindings") ? [boundedJson(resolve(reading, field("bindings"))?.value)] : []),
    ...(channel.value.bindings ? [boundedJson(resolve(reading, channel.value.bindings)?.value)] : []),
  ];
  return {
    id: idOf(operationId),
    verb: made.verb,
    path: channel.address,
    group: textOf(tag?.name, 300) ?? "Messages",
    ...(summary ? { summary } : {}),
    ...(description ? { description } : {}),
    operationId,
    ...(value.deprecated === true ? { isDeprecated: true } : {}),
    parameters: readChannelParameters(reading, channel.value.parameters),
    request: null,
    responses: [],
    security: securityNames(reading, field("security")),
    servers: listOf(channel.value.servers).map((server) => clean(nameBehind(server))),
    ...(bindings.length > 0 ? { bindings: clean(bindings.join("\n")).slice(0, 8000) } : {}),
  } satisfies Partial<Operation>;
}

/** In version 3 the alternatives are references to schemes; in version 2 as in OpenAPI. */
function securityNames(reading: Reading, value: unknown): string[][] | null {
  if (!Array.isArray(value)) return null;
  const isReferences = value.some(
    (item) => isRecord(item) && (item.$ref !== undefined || item.type !== undefined),
  );
  if (!isReferences) return securityOf(value);
  return value
    .slice(0, 20)
    .map((item) => [clean(nameBehind(item) || textOf(resolve(reading, item)?.value.type) || "")]);
}

const nameBehind = (item: unknown): string => {
  const ref = recordOf(item).$ref;
  return typeof ref === "string" ? (pointerParts(ref).at(-1) ?? ref) : (textOf(item) ?? "");
};

function readChannelParameters(reading: Reading, items: unknown): Parameter[] {
  return Object.entries(recordOf(items)).flatMap(([name, item]) => {
    const value = resolve(reading, item)?.value;
    if (!value) return [];
    const description = textOf(value.description);
    // Version 3 has the bounds beside the description, version 2 in a schema.
    const schema: Schema =
      value.schema === undefined
        ? {
            types: ["string"],
            ...readSchema(reading, { enum: value.enum, default: value.default, examples: value.examples }),
          }
        : readSchema(reading, value.schema);
    return [
      {
        name: clean(name),
        place: "path" as const,
        isRequired: true,
        ...(description ? { description } : {}),
        schema,
      },
    ];
  });
}

function operationsOfSecond(reading: Reading): Operation[] {
  const idOf = operationIds();
  const operations: Operation[] = [];
  for (const [address, item] of Object.entries(recordOf(reading.root.channels))) {
    const value = resolve(reading, item)?.value;
    if (!value) continue;
    for (const verb of ["publish", "subscribe"] as const) {
      const found = resolve(reading, value[verb])?.value;
      if (!found || !hasRoom(reading, operations)) continue;
      const channel = { name: address, address: clean(address).slice(0, 1000), value };
      const made = makeOperation(
        reading,
        { verb, channel, value: found, fallback: `${verb} ${channel.address}` },
        idOf,
      );
      const message = resolve(reading, found.message)?.value;
      const one = found.message === undefined ? [] : [found.message];
      const several = Array.isArray(message?.oneOf) ? message.oneOf : one;
      operations.push({ ...made, messages: readMessages(reading, unnamed(several)), reply: null });
    }
  }
  return operations;
}

function operationsOfThird(reading: Reading): Operation[] {
  const idOf = operationIds();
  const operations: Operation[] = [];
  const used = new Set<unknown>();
  for (const [name, item] of Object.entries(recordOf(reading.root.operations))) {
    const value = resolve(reading, item)?.value;
    if (!value || !hasRoom(reading, operations)) continue;
    const channel = channelBehind(reading, value.channel);
    if (!channel) continue;
    used.add(channel.name);
    const verb = value.action === "receive" ? "receive" : "send";
    const made = makeOperation(reading, { verb, channel, value, fallback: clean(name) }, idOf);
    const messages = messagesOf(value, channel);
    operations.push({
      ...made,
      messages: readMessages(reading, messages),
      reply: readReply(reading, value.reply),
    });
  }
  // A channel without operations tells what could be sent over it.
  for (const [name, item] of Object.entries(recordOf(reading.root.channels))) {
    const value = resolve(reading, item)?.value;
    if (used.has(name) || !value || !hasRoom(reading, operations)) continue;
    const channel = { name, address: textOf(value.address, 1000) ?? clean(name), value };
    const made = makeOperation(reading, { verb: "channel", channel, value, fallback: clean(name) }, idOf);
    operations.push({ ...made, messages: readMessages(reading, messagesOf({}, channel)), reply: null });
  }
  return operations;
}

function hasRoom(reading: Reading, operations: readonly Operation[]): boolean {
  if (operations.length < apiLimits.operations) return true;
  tell(reading, `Only the first ${apiLimits.operations.toLocaleString("en")} operations are shown`);
  return false;
}

function channelBehind(reading: Reading, item: unknown): Channel | null {
  const found = resolve(reading, item);
  if (!found) return null;
  const name = pointerParts(found.refs.at(0) ?? "").at(-1) ?? "";
  return {
    name,
    address: textOf(found.value.address, 1000) ?? (clean(name) || "(no address)"),
    value: found.value,
  };
}

function readReply(reading: Reading, item: unknown): Operation["reply"] {
  const value = resolve(reading, item)?.value;
  if (!value) return null;
  const channel = channelBehind(reading, value.channel);
  const address = textOf(resolve(reading, value.address)?.value.location, 500);
  const messages = messagesOf(value, channel);
  return { address: address ?? channel?.address ?? null, messages: readMessages(reading, messages) };
}

const unnamed = (items: readonly unknown[]): Named[] => items.map((item) => ({ name: "Message", item }));

/** Those that the operation names, else all of its channel. */
function messagesOf(value: Record<string, unknown>, channel: Channel | null): Named[] {
  const chosen = listOf(value.messages);
  if (chosen.length > 0) return unnamed(chosen);
  return Object.entries(recordOf(channel?.value.messages)).map(([name, item]) => ({ name, item }));
}
