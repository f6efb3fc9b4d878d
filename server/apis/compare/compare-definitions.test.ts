import { describe, expect, test } from "vitest";
import { readDefinition } from "../reading/read-definition.ts";
import { compareDefinitions } from "./compare-definitions.ts";

async function compare(type: string, before: string, after: string) {
  const [old, now] = await Promise.all([readDefinition(type, before), readDefinition(type, after)]);
  expect([old.overview.failure, now.overview.failure]).toEqual([null, null]);
  return compareDefinitions({ model: old, text: before }, { model: now, text: after });
}

const lines = ({ changes }: Awaited<ReturnType<typeof compare>>) =>
  changes.map(({ level, rule }) => `${level} ${rule}`);

/** One operation that takes and returns `schema`, with this inside it. */
const openapi = (operation: string, schemas = "{ Thing: { type: object } }", path = "/a/{id}") => `
openapi: 3.1.0
info: { title: A, version: "1" }
paths: { "${path}": { post: { ${operation} } } }
components: { schemas: ${schemas} }
`;
const answers = 'responses: { "200": { description: ok } }';
const parameter = (rest: string) => openapi(`parameters: [{ name: q, in: query, ${rest} }], ${answers}`);
const sent = (schema: string) =>
  openapi(
    `requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Thing" } } } }, ${answers}`,
    `{ Thing: ${schema} }`,
  );
const returned = (schema: string) =>
  openapi(
    'responses: { "200": { description: ok, content: { application/json: { schema: { $ref: "#/components/schemas/Thing" } } } } }',
    `{ Thing: ${schema} }`,
  );
const property = (schema: string) => `{ type: object, properties: { p: ${schema} } }`;

const none = openapi(answers);
const cases: [string, string, string, string[]][] = [
  ["nothing", none, none, []],
  [
    "a path removed",
    none,
    openapi(answers, "{}", "/b"),
    ["breaking api-removed-without-deprecation", "compatible endpoint-added"],
  ],
  [
    "a deprecated operation removed",
    openapi(`deprecated: true, ${answers}`),
    openapi(answers, "{}", "/b"),
    ["risky api-removed-with-deprecation", "compatible endpoint-added"],
  ],
  [
    "an operation deprecated",
    none,
    openapi(`deprecated: true, ${answers}`),
    ["compatible endpoint-deprecated"],
  ],
  ["a path parameter renamed", none, openapi(answers, "{}", "/a/{key}"), []],
  [
    "a required parameter added",
    none,
    parameter("required: true, schema: { type: string }"),
    ["breaking new-required-request-parameter"],
  ],
  [
    "an optional parameter added",
    none,
    parameter("schema: { type: string }"),
    ["compatible new-optional-request-parameter"],
  ],
  ["a parameter removed", parameter("schema: { type: string }"), none, ["risky request-parameter-removed"]],
  [
    "a parameter became required",
    parameter("schema: {}"),
    parameter("required: true, schema: {}"),
    ["breaking request-parameter-became-required"],
  ],
  [
    "a parameter became optional",
    parameter("required: true, schema: {}"),
    parameter("schema: {}"),
    ["compatible request-parameter-became-optional"],
  ],
  [
    "a parameter's type narrowed",
    parameter("schema: { type: number }"),
    parameter("schema: { type: integer }"),
    ["breaking request-parameter-type-changed"],
  ],
  [
    "a parameter's type widened",
    parameter("schema: { type: integer }"),
    parameter("schema: { type: number }"),
    ["compatible request-parameter-type-generalized"],
  ],
  [
    "a parameter's format changed",
    parameter("schema: { type: string, format: date }"),
    parameter("schema: { type: string, format: uuid }"),
    ["risky request-parameter-type-changed"],
  ],
  [
    "a parameter's value removed",
    parameter("schema: { enum: [a, b] }"),
    parameter("schema: { enum: [a] }"),
    ["breaking request-parameter-enum-value-removed"],
  ],
  [
    "a parameter's value added",
    parameter("schema: { enum: [a] }"),
    parameter("schema: { enum: [a, b] }"),
    ["compatible request-parameter-enum-value-added"],
  ],
  [
    "a parameter restricted to values",
    parameter("schema: { type: string }"),
    parameter("schema: { type: string, enum: [a] }"),
    ["breaking request-parameter-became-enum"],
  ],
  [
    "a parameter's upper bound lowered",
    parameter("schema: { maxLength: 9 }"),
    parameter("schema: { maxLength: 5 }"),
    ["breaking request-parameter-max-length-decreased"],
  ],
  [
    "a parameter's upper bound set",
    parameter("schema: {}"),
    parameter("schema: { maximum: 5 }"),
    ["breaking request-parameter-max-set"],
  ],
  [
    "a parameter's lower bound raised",
    parameter("schema: { minimum: 1 }"),
    parameter("schema: { minimum: 2 }"),
    ["breaking request-parameter-min-increased"],
  ],
  [
    "a parameter's lower bound lowered",
    parameter("schema: { minItems: 2 }"),
    parameter("schema: { minItems: 1 }"),
    ["compatible request-parameter-min-items-decreased"],
  ],
  [
    "a parameter's pattern added",
    parameter("schema: {}"),
    parameter("schema: { pattern: ^a }"),
    ["breaking request-parameter-pattern-added"],
  ],
  [
    "a required body added",
    none,
    openapi(`requestBody: { required: true, content: {} }, ${answers}`),
    ["breaking request-body-added-required"],
  ],
  [
    "an optional body added",
    none,
    openapi(`requestBody: { content: {} }, ${answers}`),
    ["compatible request-body-added-optional"],
  ],
  [
    "a body became required",
    openapi(`requestBody: { content: {} }, ${answers}`),
    openapi(`requestBody: { required: true, content: {} }, ${answers}`),
    ["breaking request-body-became-required"],
  ],
  [
    "a media type removed from the body",
    openapi(`requestBody: { content: { a/b: {}, c/d: {} } }, ${answers}`),
    openapi(`requestBody: { content: { a/b: {} } }, ${answers}`),
    ["breaking request-body-media-type-removed"],
  ],
  [
    "a required property to be sent",
    sent("{ type: object }"),
    sent("{ type: object, required: [p], properties: { p: {} } }"),
    ["breaking new-required-request-property"],
  ],
  [
    "an optional property to be sent",
    sent("{ type: object }"),
    sent(property("{}")),
    ["compatible new-optional-request-property"],
  ],
  [
    "a sent property removed",
    sent(property("{}")),
    sent("{ type: object }"),
    ["risky request-property-removed"],
  ],
  [
    "a sent property became required",
    sent(property("{}")),
    sent("{ type: object, required: [p], properties: { p: {} } }"),
    ["breaking request-property-became-required"],
  ],
  [
    "a sent property may not be null",
    sent(property('{ type: [string, "null"] }')),
    sent(property("{ type: string }")),
    ["breaking request-property-became-not-nullable"],
  ],
  [
    "a read-only property required",
    sent(property("{ readOnly: true }")),
    sent("{ type: object, required: [p], properties: { p: { readOnly: true } } }"),
    [],
  ],
  [
    "a sent alternative removed",
    sent("{ oneOf: [{ type: string }, { type: integer }] }"),
    sent("{ oneOf: [{ type: string }] }"),
    ["breaking request-property-one-of-removed"],
  ],
  [
    "a required returned property removed",
    returned("{ type: object, required: [p], properties: { p: {} } }"),
    returned("{ type: object }"),
    ["breaking response-required-property-removed"],
  ],
  [
    "an optional returned property removed",
    returned(property("{}")),
    returned("{ type: object }"),
    ["risky response-optional-property-removed"],
  ],
  [
    "a returned property may be missing",
    returned("{ type: object, required: [p], properties: { p: {} } }"),
    returned(property("{}")),
    ["breaking response-property-became-optional"],
  ],
  [
    "a returned property may be null",
    returned(property("{ type: string }")),
    returned(property('{ type: [string, "null"] }')),
    ["breaking response-property-became-nullable"],
  ],
  [
    "a returned property added",
    returned("{ type: object }"),
    returned(property("{}")),
    ["compatible response-property-added"],
  ],
  [
    "a returned type widened",
    returned(property("{ type: integer }")),
    returned(property("{ type: number }")),
    ["breaking response-property-type-changed"],
  ],
  [
    "a returned type narrowed",
    returned(property("{ type: number }")),
    returned(property("{ type: integer }")),
    ["compatible response-property-type-generalized"],
  ],
  [
    "a returned value added",
    returned(property("{ enum: [a] }")),
    returned(property("{ enum: [a, b] }")),
    ["risky response-property-enum-value-added"],
  ],
  [
    "a returned alternative added",
    returned("{ oneOf: [{ type: string }] }"),
    returned("{ oneOf: [{ type: string }, { type: integer }] }"),
    ["breaking response-property-one-of-added"],
  ],
  [
    "a property moved into allOf",
    returned(property("{ type: string }")),
    returned(`{ allOf: [${property("{ type: string }")}] }`),
    [],
  ],
  [
    "an answer of success removed",
    openapi('responses: { "200": { description: a }, "201": { description: b } }'),
    none,
    ["breaking response-success-status-removed"],
  ],
  [
    "an answer of failure removed",
    openapi('responses: { "200": { description: a }, "404": { description: b } }'),
    none,
    ["risky response-non-success-status-removed"],
  ],
  [
    "a way to sign in added",
    none,
    openapi(`security: [{ key: [] }], ${answers}`),
    ["risky api-security-added"],
  ],
];

describe("OpenAPI, with the names of oasdiff's checks:", () => {
  test.each(cases)("%s", async (_, before, after, expected) => {
    expect(lines(await compare("openapi", before, after)).sort()).toEqual([...expected].sort());
  });

  test("a shared type is told once, under its own name, and one that holds itself ends", async () => {
    const both = (type: string) =>
      openapi(
        'responses: { "200": { description: ok, content: { a/b: { schema: { $ref: "#/components/schemas/T" } }, c/d: { schema: { $ref: "#/components/schemas/T" } } } } }',
        `{ T: { type: object, properties: { next: { $ref: "#/components/schemas/T" }, n: { type: ${type} } } } }`,
      );
    const { changes, total, breaking } = await compare("openapi", both("integer"), both("string"));
    expect({ total, breaking }).toEqual({ total: 1, breaking: 1 });
    expect(changes[0]).toMatchObject({ place: "Type T", message: '"n": integer became string' });
  });

  test("thirty levels of parts that have two parts each end", async () => {
    const bomb = (type: string) =>
      openapi(
        'responses: { "200": { description: ok, content: { a/b: { schema: { $ref: "#/components/schemas/S30" } } } } }',
        JSON.stringify(
          Object.fromEntries(
            Array.from({ length: 31 }, (_, n) => {
              const part = { $ref: `#/components/schemas/S${n - 1}` };
              return [`S${n}`, n === 0 ? { type } : { allOf: [part, part] }];
            }),
          ),
        ),
      );
    expect((await compare("openapi", bomb("string"), bomb("integer"))).breaking).toBe(1);
  });
});

const asyncapi = (messages: string, action = "send") => `
asyncapi: 3.0.0
info: { title: A, version: "1" }
channels: { c: { address: c, messages: ${messages} } }
operations: { o: { action: ${action}, channel: { $ref: "#/channels/c" } } }
`;
const message = (properties: string, required = "[]") =>
  `{ M: { payload: { type: object, required: ${required}, properties: ${properties} } } }`;

describe("AsyncAPI, judged from the other end of the channel:", () => {
  const rows: [string, string, string, string[]][] = [
    [
      "what listeners get may be missing",
      asyncapi(message("{ a: {} }", "[a]")),
      asyncapi(message("{ a: {} }")),
      ["breaking response-property-became-optional"],
    ],
    [
      "what senders have to send",
      asyncapi(message("{ a: {} }"), "receive"),
      asyncapi(message("{ a: {} }", "[a]"), "receive"),
      ["breaking request-property-became-required"],
    ],
    [
      "a message removed",
      asyncapi("{ M: {}, N: {} }"),
      asyncapi("{ M: {} }"),
      ["breaking async-message-removed"],
    ],
    ["a message added", asyncapi("{ M: {} }"), asyncapi("{ M: {}, N: {} }"), ["risky async-message-added"]],
  ];
  test.each(rows)("%s", async (_, before, after, expected) => {
    expect(lines(await compare("asyncapi", before, after))).toEqual(expected);
  });
});

test("GraphQL is judged by its reference implementation", async () => {
  const before = "type Query { a(x: Int): Int b: Int } enum E { A B }";
  const after = "type Query { a(x: Int!): Int } enum E { A B C }";
  expect(lines(await compare("graphql", before, after))).toEqual([
    "breaking FIELD_REMOVED",
    "breaking ARG_CHANGED_KIND",
    "risky VALUE_ADDED_TO_ENUM",
  ]);
});

const proto = (body: string) => `syntax = "proto3"; ${body}`;
describe("gRPC, with the names of buf's rules:", () => {
  const rows: [string, string, string, string[]][] = [
    [
      "a method removed",
      "service S { rpc A(M) returns (M); } message M {}",
      "message M {}",
      ["breaking RPC_NO_DELETE"],
    ],
    [
      "a method streams",
      "service S { rpc A(M) returns (M); } message M {}",
      "service S { rpc A(stream M) returns (M); } message M {}",
      ["breaking RPC_SAME_CLIENT_STREAMING"],
    ],
    [
      "a field removed",
      "message M { int32 a = 1; }",
      "message M { reserved 1; }",
      ["breaking FIELD_NO_DELETE"],
    ],
    [
      "a field's type",
      "message M { int32 a = 1; }",
      "message M { string a = 1; }",
      ["breaking FIELD_SAME_TYPE"],
    ],
    [
      "a field's name",
      "message M { int32 a = 1; }",
      "message M { int32 b = 1; }",
      ["breaking FIELD_SAME_NAME"],
    ],
    [
      "a field repeated",
      "message M { int32 a = 1; }",
      "message M { repeated int32 a = 1; }",
      ["breaking FIELD_SAME_TYPE"],
    ],
    ["a field added", "message M {}", "message M { int32 a = 1; }", ["compatible field-added"]],
    ["a value removed", "enum E { A = 0; B = 1; }", "enum E { A = 0; }", ["breaking ENUM_VALUE_NO_DELETE"]],
    ["a message removed", "message M {} message N {}", "message M {}", ["breaking MESSAGE_NO_DELETE"]],
  ];
  test.each(rows)("%s", async (_, before, after, expected) => {
    expect(lines(await compare("grpc", proto(before), proto(after)))).toEqual(expected);
  });
});

test("of a format that is not understood only that it changed", async () => {
  expect(lines(await compare("trpc", "a", "b"))).toEqual(["risky definition-changed"]);
});
