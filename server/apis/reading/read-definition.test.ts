import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { findCorpus } from "#server/testing/corpora.ts";
import { apiLimits, type Schema } from "../model.ts";
import { openDefinitionReader } from "./definition-reader.ts";
import { readDefinition } from "./read-definition.ts";

const shop = `
openapi: 3.1.0
info: { title: Shop, version: 2.1.0, description: Sells things }
servers: [{ url: "https://{region}.example.com", variables: { region: { default: eu } } }]
security: [{ key: [] }]
tags: [{ name: orders, description: What was bought }]
paths:
  /orders/{id}:
    parameters: [{ $ref: "#/components/parameters/Id" }]
    get:
      tags: [orders]
      operationId: getOrder
      summary: One order
      deprecated: true
      responses:
        "200": { description: The order, content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } } }
        "404": { $ref: "#/components/responses/Missing" }
    put:
      requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Order" }, example: { id: 1 } } } }
      responses: { "204": { description: Stored } }
webhooks:
  paid: { post: { responses: { "200": { description: ok } } } }
components:
  parameters: { Id: { name: id, in: path, required: true, schema: { type: string, pattern: "^o", maxLength: 9 } } }
  responses: { Missing: { description: No such order } }
  securitySchemes: { key: { type: apiKey, name: X-Key, in: header } }
  schemas:
    Order:
      required: [id]
      properties:
        id: { type: string, readOnly: true }
        state: { enum: [open, paid], default: open }
        parent: { $ref: "#/components/schemas/Order" }
        note: { type: [string, "null"], examples: [Thanks] }
        items: { type: array, items: { oneOf: [{ $ref: "#/components/schemas/Item" }, { $ref: "https://example.com/item.json" }] } }
    Item: { allOf: [{ type: object, additionalProperties: { type: integer } }] }
`;

test("OpenAPI 3.1: operations by tag, parameters, bodies, answers, servers, security, schemas that contain themselves", async () => {
  const { overview, operations, schemas } = await readDefinition("openapi", shop);
  expect(overview).toMatchObject({
    formatName: "OpenAPI 3.1.0",
    title: "Shop",
    version: "2.1.0",
    servers: [{ url: "https://eu.example.com" }],
    security: [{ name: "key", kind: "API key", details: ["Name: X-Key", "In: header"] }],
    securityNeeded: [["key"]],
    groups: [{ name: "orders", description: "What was bought" }, { name: "Other" }, { name: "Webhooks" }],
    problems: [],
    leftOut: ["https://example.com/item.json"],
    failure: null,
  });
  expect(overview.operations.map(({ id, isDeprecated }) => [id, isDeprecated ?? false])).toEqual([
    ["getOrder", true],
    ["put-orders-id", false],
    ["post-paid", false],
  ]);
  expect(operations.getOrder).toMatchObject({
    parameters: [
      { name: "id", place: "path", isRequired: true, schema: { limits: { pattern: "^o", maxLength: 9 } } },
    ],
    responses: [
      { status: "200", contents: [{ type: "application/json", schema: { ref: "Order" } }] },
      { status: "404", description: "No such order" },
    ],
  });
  expect(operations["put-orders-id"]?.request).toMatchObject({
    isRequired: true,
    contents: [{ examples: [{ text: '{\n  "id": 1\n}' }] }],
  });
  const order = schemas.Order?.properties ?? [];
  expect(order.map(({ name, isRequired }) => [name, isRequired])).toEqual([
    ["id", true],
    ["state", false],
    ["parent", false],
    ["note", false],
    ["items", false],
  ]);
  const of = (name: string): Schema | undefined => order.find((property) => property.name === name)?.schema;
  expect(of("parent")).toEqual({ ref: "Order" });
  expect(of("state")).toMatchObject({ enum: ["open", "paid"], default: "open" });
  expect(of("note")).toMatchObject({ types: ["string", "null"], examples: ["Thanks"] });
  expect(of("items")?.items?.oneOf).toEqual([
    { ref: "Item" },
    { note: "Stands elsewhere and is not fetched: https://example.com/item.json" },
  ]);
  expect(schemas.Item?.allOf?.[0]?.additional).toEqual({ types: ["integer"] });
});

test("Swagger 2.0 is shown as what it became", async () => {
  const text = `{"swagger":"2.0","info":{"title":"Old","version":"1"},"host":"api.example.com","basePath":"/v1","schemes":["https"],
    "paths":{"/a":{"post":{"consumes":["application/json"],"parameters":[{"in":"body","name":"b","required":true,"schema":{"$ref":"#/definitions/P"}}],"responses":{"200":{"description":"ok","schema":{"$ref":"#/definitions/P"}}}}}},"definitions":{"P":{"type":"object"}}}`;
  const { overview, operations } = await readDefinition("openapi", text);
  expect(overview).toMatchObject({
    formatName: "Swagger 2.0",
    servers: [{ url: "https://api.example.com/v1" }],
  });
  expect(operations["post-a"]).toMatchObject({
    request: { isRequired: true, contents: [{ type: "application/json", schema: { ref: "P" } }] },
    responses: [{ status: "200", contents: [{ schema: { ref: "P" } }] }],
  });
});

test("AsyncAPI 2 and 3: servers, channels, operations, messages, payloads, replies", async () => {
  const third = await readDefinition(
    "asyncapi",
    `
asyncapi: 3.0.0
info: { title: Lights, version: "1" }
servers: { main: { host: "mqtt.example.com:1883", protocol: mqtt } }
channels:
  measured:
    address: lights/{id}/measured
    parameters: { id: { description: Which one } }
    messages: { Measured: { $ref: "#/components/messages/Measured" } }
  unused: { address: lights/unused }
operations:
  receiveMeasured: { action: receive, channel: { $ref: "#/channels/measured" }, reply: { channel: { $ref: "#/channels/unused" } } }
components:
  messages: { Measured: { contentType: application/json, payload: { type: object, properties: { lumen: { type: integer } } }, headers: { type: object } } }
`,
  );
  expect(third.overview).toMatchObject({
    formatName: "AsyncAPI 3.0.0",
    servers: [{ name: "main", url: "mqtt.example.com:1883", protocol: "mqtt" }],
    problems: [],
  });
  expect(third.operations.receiveMeasured).toMatchObject({
    verb: "receive",
    path: "lights/{id}/measured",
    parameters: [{ name: "id", description: "Which one" }],
    messages: [
      { name: "Measured", payload: { properties: [{ name: "lumen" }] }, headers: { types: ["object"] } },
    ],
    reply: { address: "lights/unused" },
  });
  expect(third.operations.unused).toMatchObject({ verb: "channel" });
  const second = await readDefinition(
    "asyncapi",
    `
asyncapi: 2.6.0
info: { title: Lights, version: "1" }
channels:
  lights/on:
    publish: { operationId: turnOn, message: { oneOf: [{ name: A, payload: { type: string } }, { name: B, schemaFormat: "application/vnd.apache.avro;version=1.9.0", payload: { type: record, name: B, fields: [] } }] } }
`,
  );
  expect(second.operations.turnOn).toMatchObject({
    verb: "publish",
    messages: [
      { name: "A", payload: { types: ["string"] } },
      { name: "B", payload: { note: "Described as application/vnd.apache.avro;version=1.9.0" } },
    ],
  });
});

test("GraphQL: root fields are operations, all other types are listed with their kind", async () => {
  const { overview, operations, schemas } = await readDefinition(
    "graphql",
    `"""Everything""" type Query { order(id: ID!, lang: String = "en"): Order! @deprecated orders: [Order!]! }
     type Order { id: ID! state: State }  enum State { OPEN PAID } input Filter { state: State! } union Any = Order
     extend type Query { more: Int }`,
  );
  expect(
    overview.operations.map(({ verb, path, isDeprecated }) => [verb, path, isDeprecated ?? false]),
  ).toEqual([
    ["query", "order", true],
    ["query", "orders", false],
    ["query", "more", false],
  ]);
  expect(overview.schemas).toEqual([
    { name: "Order", kind: "object" },
    { name: "State", kind: "enum" },
    { name: "Filter", kind: "input" },
    { name: "Any", kind: "union" },
  ]);
  expect(operations["query-order"]).toMatchObject({
    parameters: [
      { name: "id", isRequired: true, schema: { types: ["ID"] } },
      { name: "lang", isRequired: false, schema: { default: '"en"' } },
    ],
    returns: { ref: "Order" },
  });
  expect(schemas.State?.enum).toEqual(["OPEN", "PAID"]);
});

test("gRPC: methods with their streams, messages with numbers, enums; imports are named and not read", async () => {
  const { overview, operations, schemas } = await readDefinition(
    "grpc",
    `syntax = "proto3"; package shop.v1; import "google/type/money.proto";
     // Sells things
     service Shop { rpc Get(Id) returns (Order); rpc Watch(stream Id) returns (stream google.type.Money) { option deprecated = true; } }
     message Id { string id = 1; } message Order { repeated Id parts = 1; map<string, int32> counts = 2; State state = 3; reserved 4, 6 to 8; enum State { OPEN = 0; } }`,
  );
  expect(overview).toMatchObject({ title: "shop.v1", leftOut: ["google/type/money.proto"] });
  expect(overview.operations).toMatchObject([
    { verb: "rpc", path: "shop.v1.Shop/Get" },
    { verb: "stream", path: "shop.v1.Shop/Watch", isDeprecated: true },
  ]);
  expect(operations["Shop.Get"]?.request?.contents[0]?.schema).toEqual({ ref: "shop.v1.Id" });
  expect(schemas["shop.v1.Order"]).toMatchObject({
    limits: { reserved: "4, 6 to 8" },
    properties: [
      { name: "parts", number: 1, schema: { types: ["list"], items: { ref: "shop.v1.Id" } } },
      { name: "counts", number: 2, schema: { types: ["map"] } },
      { name: "state", number: 3, schema: { ref: "shop.v1.Order.State" } },
    ],
  });
  expect(schemas["shop.v1.Order.State"]?.enum).toEqual(["OPEN = 0"]);
});

describe("what is wrong is told with its line, and what can be shown is shown:", () => {
  const broken: [string, string, string, number | null][] = [
    ["openapi", "", "empty", null],
    ["openapi", "openapi: 3.0.0\ninfo: [", "not readable as YAML", 2],
    ["openapi", "just words", "a text, not a document", 1],
    ["openapi", '{"openapi": "3.0.0",\n "info": ]}', "not readable as YAML", 2],
    ["openapi", "kind: ConfigMap\n", 'neither "openapi", "swagger" nor "asyncapi"', 1],
    ["openapi", "a: &a [*a]\nopenapi: 3.0.0\n", "", null],
    ["graphql", "type A {\n  b: }", "GraphQL schema", 2],
    ["grpc", "message A {\n int32 = 3; }", ".proto file", 2],
    ["openapi", "[".repeat(600), "nested deeper", null],
  ];
  test.each(broken)("%s %j", async (type, text, message, line) => {
    const { overview } = await readDefinition(type, text);
    if (message === "") return expect(overview.failure).toBeNull();
    expect(overview.failure?.message).toContain(message);
    expect(overview.failure?.line).toBe(line);
  });

  test("a definition against the specification", async () => {
    const { overview } = await readDefinition(
      "openapi",
      "openapi: 3.0.3\ninfo:\n  title: A\npaths:\n  b: {}\n",
    );
    expect(overview.problems.map(({ line, message }) => `${line} ${message}`)).toEqual([
      "3 info: must have required property 'version'",
      "5 paths: Property b is not expected to be here",
    ]);
    const { overview: messages } = await readDefinition(
      "asyncapi",
      "asyncapi: 3.0.0\ninfo: { title: A }\noperations:\n  b: { action: sed, channel: { $ref: '#/channels/c' } }\n",
    );
    expect(messages.problems.map(({ line }) => line)).toContain(4);
    expect(messages.problems.some(({ message }) => /action/.test(message))).toBe(true);
  });

  test("references that lead to nothing or back to themselves", async () => {
    const { overview } = await readDefinition(
      "openapi",
      `openapi: 3.1.0
info: { title: A, version: "1" }
paths:
  /a: { $ref: "#/paths/~1a" }
  /b: { get: { parameters: [{ $ref: "#/components/nothing" }], responses: { "200": { description: ok, content: { a/b: { schema: { $ref: "#/x" } } } } } } }
`,
    );
    expect(overview.problems.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        "The reference #/paths/~1a leads back to itself",
        "The reference #/components/nothing points to nothing",
        "The reference #/x points to nothing",
      ]),
    );
  });

  test("what the database cannot hold is replaced", async () => {
    const text = JSON.stringify({
      openapi: "3.1.0",
      info: { title: "a\0b\ud800" },
      paths: { "/\0": { get: { operationId: "x\0" } } },
    });
    const model = await readDefinition("openapi", text);
    expect(JSON.stringify(model)).not.toMatch(/\\u0000|\\ud800/i);
    expect(model.overview.title).toBe("a␀b\ufffd");
  });
});

describe("nothing in a definition holds up the reader:", () => {
  const bombs: Record<string, () => string> = {
    "ten levels of nine aliases": () =>
      `openapi: 3.1.0\ninfo: {title: a, version: "1"}\npaths: {}\nx0: &x0 {a: 1}\n${Array.from({ length: 10 }, (_, n) => `x${n + 1}: &x${n + 1} [${Array(9).fill(`*x${n}`).join()}]`).join("\n")}\ncomponents: {schemas: {A: {enum: *x10}}}\n`,
    "allOf of allOf, thirty levels of two": () =>
      JSON.stringify({
        openapi: "3.1.0",
        paths: {},
        components: {
          schemas: Object.fromEntries(
            Array.from({ length: 31 }, (_, n) => [
              `S${n}`,
              n === 0
                ? { type: "string" }
                : {
                    allOf: [
                      { $ref: `#/components/schemas/S${n - 1}` },
                      { $ref: `#/components/schemas/S${n - 1}` },
                    ],
                  },
            ]),
          ),
        },
      }),
    "a schema that is its own property, inline": () =>
      `openapi: 3.1.0\npaths: {}\ncomponents: {schemas: {A: &a {properties: {b: *a}}}}\n`,
    "a hundred thousand properties": () =>
      JSON.stringify({
        openapi: "3.1.0",
        components: {
          schemas: {
            A: {
              properties: Object.fromEntries(
                Array.from({ length: 100_000 }, (_, n) => [`p${n}`, { type: "string" }]),
              ),
            },
          },
        },
      }),
  };
  test.each(Object.entries(bombs))("%s", async (_, make) => {
    const { overview, schemas } = await readDefinition("openapi", make());
    const size = JSON.stringify({ overview, schemas }).length;
    expect(size).toBeLessThan(apiLimits.nodes * 200);
  });

  test("beyond its time or memory the definition is text with a reason, and the next one is read", async () => {
    const slow = openDefinitionReader({ seconds: 20, megabytes: 64 });
    const heavy = `{"openapi":"3.1.0","paths":{${Array.from({ length: 200_000 }, (_, n) => `"/p${n}":{"get":{"x":[{},{},{}]}}`).join()}}}`;
    const { overview } = await slow.read("openapi", heavy);
    expect(overview.failure?.message).toMatch(
      /^It could not be read: it (took longer than 20 seconds|needs more than 64 MB of memory)/,
    );
    expect((await slow.read("openapi", shop.replace("3.1.0", "3.0.0"))).overview.title).toBe("Shop");
    await slow.close();
    expect((await slow.read("text", "x".repeat(apiLimits.textLength + 1))).overview.failure?.message).toMatch(
      /larger than 10 MB/,
    );
  });
});

const folder = findCorpus("apis");
test.skipIf(!folder)("real definitions are all shown, or say why not", async () => {
  const root = folder ?? "";
  const index = JSON.parse(readFileSync(join(root, "index.json"), "utf8")) as {
    file: string;
    kind: string;
  }[];
  const counts: Record<string, number> = {};
  const told: string[] = [];
  for (const { file, kind } of index) {
    const text = readFileSync(join(root, file), "utf8");
    const { overview, operations } = await readDefinition(kind, definitionIn(text));
    const outcome = overview.failure ? "said why not" : "shown";
    counts[`${kind} ${outcome}`] = (counts[`${kind} ${outcome}`] ?? 0) + 1;
    if (overview.failure) told.push(`${file}: ${overview.failure.message}`);
    else expect(overview.operations.length, file).toBeGreaterThan(0);
    expect(Object.keys(operations).length).toBe(overview.operations.length);
  }
  console.log(`definitions: ${JSON.stringify(counts)}\n${told.join("\n")}`);
  expect(index.length).toBeGreaterThan(40);
  expect(told.every((line) => /neither "openapi", "swagger" nor "asyncapi"/.test(line))).toBe(true);
});

/** Some files of the corpus are entries of a catalogue with the definition inside. */
function definitionIn(text: string): string {
  if (!/^kind: API$/m.test(text)) return text;
  const { spec } = parse(text) as { spec: { definition: string } };
  return spec.definition;
}
