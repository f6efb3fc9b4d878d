import { CATALOG_FILTER_EXISTS, CatalogClient } from "@backstage/catalog-client";
import { expect } from "vitest";
import { createToken } from "#server/identity/create-token.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, test as withDatabase } from "#server/testing/database.ts";
import { serveRoutes } from "#server/testing/serve-routes.ts";
import { catalogRoutes } from "./catalog.ts";

const components = Array.from({ length: 25 }, (_, index) =>
  documentText("Component", `Service-${String(index).padStart(2, "0")}`, {
    metadata: {
      tags: index % 2 === 0 ? ["java", "Kafka"] : ["go"],
      title: index === 3 ? "Billing gate" : undefined,
      annotations: { "example.com/tier.level": String(index % 3) },
    },
    spec: {
      type: index < 20 ? "service" : "library",
      owner: index % 5 === 0 ? "user:jo" : "Team-A",
      ...(index > 0 ? { dependsOn: [`component:service-${String(index - 1).padStart(2, "0")}`] } : {}),
    },
  }),
);
const files = {
  "services.yaml": fileOf(...components).replaceAll('"tags":["java","Kafka"]', '"tags":["java","kafka"]'),
  "others.yaml": fileOf(
    documentText("Group", "team-a", { spec: { members: ["jo"] } }),
    documentText("User", "jo"),
    documentText("API", "billing", { namespace: "shop" }),
  ),
};

type Served = { client: CatalogClient; url: string; token: string };

const test = withDatabase.extend<{ served: Served }>({
  served: [
    async ({ copy }, use) => {
      const { db } = copy.pool;
      await importFiles(db, "/rest", files);
      const { token } = await createToken(as(db), {
        name: "client",
        role: "developer",
        scopes: ["read"],
        days: 1,
      });
      const server = await serveRoutes(db, catalogRoutes);
      const url = `${server.address}/api/catalog`;
      const client = new CatalogClient({ discoveryApi: { getBaseUrl: async () => url } });
      await use({ client, url, token });
      await server.close();
    },
    { scope: "file" },
  ],
});

const names = (items: { metadata: { name: string } }[]) => items.map((item) => item.metadata.name);

test("pages forwards and backwards by an order, with the total", async ({ served: { client, token } }) => {
  const order = {
    filter: { kind: "component" },
    orderFields: { field: "metadata.name", order: "asc" as const },
  };
  const first = await client.queryEntities({ ...order, limit: 10 }, { token });
  expect(first.totalItems).toBe(25);
  expect(names(first.items)).toEqual(Array.from({ length: 10 }, (_, index) => `Service-0${index}`));
  expect(first.pageInfo.prevCursor).toBeUndefined();
  const second = await client.queryEntities({ cursor: first.pageInfo.nextCursor!, limit: 10 }, { token });
  expect(names(second.items)[0]).toBe("Service-10");
  expect(second.totalItems).toBe(25);
  const third = await client.queryEntities({ cursor: second.pageInfo.nextCursor!, limit: 10 }, { token });
  expect(names(third.items)).toEqual(["Service-20", "Service-21", "Service-22", "Service-23", "Service-24"]);
  expect(third.pageInfo.nextCursor).toBeUndefined();
  const back = await client.queryEntities({ cursor: third.pageInfo.prevCursor!, limit: 10 }, { token });
  expect(names(back.items)).toEqual(names(second.items));
  const start = await client.queryEntities({ cursor: back.pageInfo.prevCursor!, limit: 10 }, { token });
  expect(names(start.items)).toEqual(names(first.items));
  expect(start.pageInfo.prevCursor).toBeUndefined();
});

test.for([
  ["metadata.name", "desc"],
  ["spec.type", "asc"],
  ["metadata.title", "asc"],
  ["metadata.title", "desc"],
  ["spec.owner", "desc"],
  ["metadata.annotations.example.com/tier.level", "asc"],
] as const)(
  "walking by %s %s visits every entry once, both ways",
  async ([field, order], { served: { client, token } }) => {
    const seen: string[] = [];
    let page = await client.queryEntities({ orderFields: { field, order }, limit: 4 }, { token });
    const pages = [names(page.items)];
    while (page.pageInfo.nextCursor) {
      page = await client.queryEntities({ cursor: page.pageInfo.nextCursor, limit: 4 }, { token });
      pages.push(names(page.items));
    }
    seen.push(...pages.flat());
    expect(new Set(seen).size).toBe(28);
    expect(seen).toHaveLength(28);
    const back = [names(page.items)];
    while (page.pageInfo.prevCursor) {
      page = await client.queryEntities({ cursor: page.pageInfo.prevCursor, limit: 4 }, { token });
      back.unshift(names(page.items));
    }
    expect(back.flat()).toEqual(seen);
  },
);

test("without an order the stream yields everything once", async ({ served: { client, token } }) => {
  const all: string[] = [];
  for await (const batch of client.streamEntities({ pageSize: 7 }, { token })) all.push(...names(batch));
  expect(new Set(all).size).toBe(28);
});

test.for([
  [{ kind: "component" }, 25],
  [{ kind: ["COMPONENT", "group"] }, 26],
  [[{ kind: "user" }, { kind: "group" }], 2],
  [{ kind: "component", "spec.type": "library" }, 5],
  [{ "metadata.tags": "java" }, 13],
  [{ "metadata.tags.java": "true", "metadata.tags.kafka": CATALOG_FILTER_EXISTS }, 13],
  [{ "metadata.tags.java": "true", "metadata.tags.go": "true" }, 0],
  [{ "spec.owner": "team-a" }, 20],
  [{ "relations.ownedBy": "group:default/team-a" }, 20],
  [{ "relations.ownedby": "GROUP:default/TEAM-A" }, 20],
  [{ "relations.dependencyOf": CATALOG_FILTER_EXISTS }, 24],
  [{ "metadata.annotations.example.com/tier.level": "2" }, 8],
  [{ "metadata.namespace": "shop" }, 1],
  [{ "metadata.title": CATALOG_FILTER_EXISTS }, 1],
  [{ "spec.nothing": CATALOG_FILTER_EXISTS }, 0],
  [{ "metadata.name": "service-07" }, 1],
] as const)("the filter %j finds %i", async ([filter, count], { served: { client, token } }) => {
  const answer = await client.queryEntities({ filter: filter as never, limit: 0 }, { token });
  expect(answer.totalItems).toBe(count);
  expect(answer.items).toEqual([]);
});

test.for([
  [{ kind: "component" }, 25],
  [{ $all: [{ kind: "component" }, { $not: { "spec.type": "library" } }] }, 20],
  [{ $any: [{ kind: "user" }, { "metadata.tags": { $contains: "go" } }] }, 13],
  [{ "metadata.name": { $hasPrefix: "service-0" } }, 10],
  [{ "metadata.name": { $in: ["service-01", "billing"] } }, 2],
  [{ "metadata.title": { $exists: false } }, 27],
  [{ relations: { $contains: { type: "ownedBy", targetRef: "user:default/jo" } } }, 5],
  [{ $not: { $any: [{ kind: "component" }, { kind: "api" }] } }, 2],
] as const)(
  "the predicate %j finds %i, with its own cursor",
  async ([query, count], { served: { client, token } }) => {
    const first = await client.queryEntities({ query: query as never, limit: 1 }, { token });
    expect(first.totalItems).toBe(count);
    if (count > 1) {
      const second = await client.queryEntities({ cursor: first.pageInfo.nextCursor!, limit: 1 }, { token });
      expect(second.totalItems).toBe(count);
      expect(names(second.items)).not.toEqual(names(first.items));
    }
  },
);

test("text is looked for in the fields, offset and total can be chosen", async ({
  served: { client, token },
}) => {
  const find = (fullTextFilter: { term: string; fields?: string[] }) =>
    client.queryEntities(
      {
        filter: { kind: "component" },
        fullTextFilter,
        orderFields: { field: "metadata.name", order: "asc" },
      },
      { token },
    );
  expect(names((await find({ term: "CE-2" })).items)).toEqual([
    "Service-20",
    "Service-21",
    "Service-22",
    "Service-23",
    "Service-24",
  ]);
  expect(
    names((await find({ term: "billing", fields: ["metadata.title", "metadata.description"] })).items),
  ).toEqual(["Service-03"]);
  expect((await find({ term: "%" })).items).toEqual([]);
  const rest = await client.queryEntities(
    {
      filter: { kind: "component" },
      orderFields: { field: "metadata.name", order: "asc" },
      offset: 23,
      totalItems: "exclude",
    },
    { token },
  );
  expect(names(rest.items)).toEqual(["Service-23", "Service-24"]);
  expect(rest.totalItems).toBe(0);
});

test("only the wanted fields are sent", async ({ served: { client, token } }) => {
  const { items } = await client.queryEntities(
    {
      filter: { "metadata.name": "service-03" },
      fields: ["kind", "metadata.name", "metadata.annotations.example.com/tier.level", "spec.nothing"],
    },
    { token },
  );
  expect(items).toEqual([
    { kind: "Component", metadata: { name: "Service-03", annotations: { "example.com/tier.level": "0" } } },
  ]);
});

test("an entity by its name, in any case; none is 404 in Backstage's words", async ({
  served: { client, url, token },
}) => {
  const entity = await client.getEntityByRef("Component:Default/SERVICE-01", { token });
  expect(entity).toMatchObject({
    apiVersion: "backstage.io/v1alpha1",
    kind: "Component",
    metadata: { name: "Service-01", namespace: "default" },
    spec: { owner: "Team-A" },
    relations: [
      { type: "dependencyOf", targetRef: "component:default/service-02" },
      { type: "dependsOn", targetRef: "component:default/service-00" },
      { type: "ownedBy", targetRef: "group:default/team-a" },
    ],
  });
  expect(await client.getEntityByRef("component:default/none", { token })).toBeUndefined();
  const answer = await fetch(`${url}/entities/by-name/component/default/none`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toEqual({
    error: {
      name: "NotFoundError",
      message: "No entity named 'none' found, with kind 'component' in namespace 'default'",
      code: "not_found",
      requestId: "r1",
    },
    request: { method: "GET", url: "/api/catalog/entities/by-name/component/default/none" },
    response: { statusCode: 404 },
  });
});

test("facets count values as they are written, under a filter or a predicate", async ({
  served: { client, token },
}) => {
  const plain = await client.getEntityFacets(
    { facets: ["kind", "spec.owner", "metadata.tags", "relations.ownedBy"], filter: { kind: "component" } },
    { token },
  );
  expect(plain.facets).toEqual({
    kind: [{ value: "Component", count: 25 }],
    "spec.owner": [
      { value: "Team-A", count: 20 },
      { value: "user:jo", count: 5 },
    ],
    "metadata.tags": [
      { value: "go", count: 12 },
      { value: "java", count: 13 },
      { value: "kafka", count: 13 },
    ],
    "relations.ownedBy": [
      { value: "group:default/team-a", count: 20 },
      { value: "user:default/jo", count: 5 },
    ],
  });
  const all = await client.getEntityFacets({ facets: ["spec.type", "spec.owner"] }, { token });
  expect(all.facets["spec.owner"]).toContainEqual({ value: "nobody", count: 1 });
  expect(all.facets["spec.type"]).toHaveLength(4);
  const byPredicate = await client.getEntityFacets(
    { facets: ["spec.type"], query: { kind: "component" } },
    { token },
  );
  expect(byPredicate.facets["spec.type"]).toEqual([
    { value: "library", count: 5 },
    { value: "service", count: 20 },
  ]);
});

test.for([
  ["/entities/by-query?cursor=nonsense", "Malformed cursor"],
  [`/entities/by-query?cursor=${Buffer.from('{"filters":[]}').toString("base64")}`, "Malformed cursor"],
  ["/entities/by-query?limit=many", "limit has to be a number"],
  ["/entities/by-query?orderField=name,sideways", "asc or desc"],
  ["/entities/by-query?filter==x", "is no filter"],
  ["/entities/by-query?fields=metadata.tags[0]", "single items of lists"],
  ["/entity-facets", "Missing or empty facets parameter"],
] as const)("%s is refused with a sentence", async ([path, message], { served: { url, token } }) => {
  const answer = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    error: { name: "InputError", message: expect.stringContaining(message) },
  });
});

test("who shows no token sees nothing", async ({ served: { url } }) => {
  const answer = await fetch(`${url}/entities/by-query`);
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({ error: { name: "AuthenticationError" } });
});
