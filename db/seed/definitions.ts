import { stringify } from "yaml";
import { organisation } from "./organisation.ts";

const json = (schema: object) => ({ "application/json": { schema } });
const one = { $ref: "#/components/schemas/Item" };

/** The API whose definition changed one day, in a way that its callers notice. */
export const changedApi = "orders-api";

/** An OpenAPI definition as the services of the organisation have them; `isEarlier` is how it was before its last change. */
export function openApi(name: string, description: string, isEarlier = false): string {
  const title = name.replace("-api", "");
  const isChanged = name === changedApi && !isEarlier;
  const done = { 200: { description: "Done", content: json(one) } };
  const list = {
    type: "object",
    required: ["items"],
    properties: {
      items: { type: "array", items: one },
      next: { type: "string", description: "Where to go on; absent on the last page" },
    },
  };
  const customer = {
    name: "customer",
    in: "query",
    required: true,
    description: "Whose are meant",
    schema: { type: "string", format: "uuid" },
  };
  const limit = {
    name: "limit",
    in: "query",
    description: "How many at most",
    schema: { type: "integer", minimum: 1, maximum: isChanged ? 100 : 500, default: 50 },
  };
  const missing = { 404: { description: "There is none" } };
  const definition = {
    openapi: "3.1.0",
    info: {
      title: name,
      version: isChanged ? "2.0.0" : "1.4.0",
      description: `${description}. Amounts are in the smallest unit of their currency, as in \`1099\` for 10.99.`,
    },
    servers: [{ url: `https://api.${organisation.host}/${title}`, description: "Production" }],
    tags: [{ name: title, description }],
    security: [{ token: [] }],
    paths: {
      [`/${title}`]: {
        get: {
          operationId: `list-${title}`,
          tags: [title],
          summary: `List ${title}`,
          parameters: [...(isChanged ? [customer] : []), limit],
          responses: { 200: { description: "A page of them", content: json(list) } },
        },
        post: {
          operationId: `add-${title}`,
          tags: [title],
          summary: `Add to ${title}`,
          requestBody: { required: true, content: json(one) },
          responses: { 201: { description: "Added", content: json(one) } },
        },
      },
      [`/${title}/{id}`]: {
        parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
        get: {
          operationId: `read-${title}`,
          tags: [title],
          summary: `One of ${title}`,
          responses: { ...done, ...missing },
        },
        ...(isChanged
          ? {}
          : {
              delete: {
                operationId: `remove-${title}`,
                tags: [title],
                summary: `Remove one of ${title}`,
                responses: { 204: { description: "Gone" }, ...missing },
              },
            }),
      },
    },
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "A token of the service that calls" },
      },
      schemas: {
        Item: {
          type: "object",
          required: ["id"],
          properties: {
            id: { type: "string", readOnly: true, examples: ["it_4711"] },
            state: {
              type: "string",
              enum: isChanged ? ["open", "paid", "cancelled", "returned"] : ["open", "paid", "cancelled"],
              default: "open",
            },
            amount: { type: "integer", minimum: 0 },
            note: { type: ["string", "null"], maxLength: 500 },
            parent: { $ref: "#/components/schemas/Item" },
          },
        },
      },
    },
  };
  return JSON.stringify(definition, null, 2);
}

export const grpcDefinition = `syntax = "proto3";

package pricing.v1;

// What something costs, for whom.
service Pricing {
  // The price of one thing.
  rpc Price(PriceRequest) returns (PriceReply);
  // Prices as they change.
  rpc Watch(PriceRequest) returns (stream PriceReply);
}

message PriceRequest {
  string sku = 1;
  string customer = 2;
  repeated string vouchers = 3;
}

message PriceReply {
  // In the smallest unit of the currency.
  int64 amount = 1;
  string currency = 2;
  Reason reason = 3;
  enum Reason {
    LIST = 0;
    VOUCHER = 1;
    CONTRACT = 2;
  }
}
`;

export const graphqlDefinition = `"""What the shop window shows."""
type Query {
  "Goods that fit the words, the best first."
  search(words: String!, first: Int = 20): [Product!]!
  product(sku: ID!): Product
  basket: Basket!
}

type Mutation {
  addToBasket(sku: ID!, count: Int = 1): Basket!
  emptyBasket: Basket! @deprecated(reason: "Remove the lines one by one")
}

type Product {
  sku: ID!
  title: String!
  "In the smallest unit of the currency."
  price: Int!
  stock: Stock!
}

enum Stock { PLENTY FEW NONE }

type Basket { lines: [Line!]! total: Int! }
type Line { product: Product! count: Int! }
`;

export const asyncApiDefinition = (name: string): string =>
  stringify({
    asyncapi: "3.0.0",
    info: { title: name, version: "1.0.0", description: "Something moved in the warehouse." },
    servers: { broker: { host: `broker.${organisation.host}:9092`, protocol: "kafka" } },
    channels: {
      stock: {
        address: "stock.moved.{warehouse}",
        parameters: { warehouse: { description: "Where it moved" } },
        messages: { StockMoved: { $ref: "#/components/messages/StockMoved" } },
      },
    },
    operations: {
      sendStockMoved: {
        action: "send",
        summary: "Goods came, went or were counted",
        channel: { $ref: "#/channels/stock" },
      },
    },
    components: {
      messages: {
        StockMoved: {
          contentType: "application/json",
          payload: {
            type: "object",
            required: ["sku", "change"],
            properties: {
              sku: { type: "string" },
              change: { type: "integer", description: "More or fewer" },
              reason: { enum: ["delivery", "sale", "count"] },
            },
          },
        },
      },
    },
  });
