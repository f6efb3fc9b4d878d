import { CatalogClient } from "@backstage/catalog-client";
import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { previewLocationJob } from "#server/catalog/preview-location.ts";
import { systemActor } from "#server/core/actor.ts";
import { makeOutside } from "#server/core/outside.ts";
import { createToken } from "#server/identity/create-token.ts";
import { documentText, fileOf, importFiles, readContradictions } from "#server/testing/catalogue.ts";
import { as, test as withDatabase } from "#server/testing/database.ts";
import { serveRoutes } from "#server/testing/serve-routes.ts";
import { catalogRoutes } from "./catalog.ts";

const many = Array.from({ length: 30 }, (_, index) =>
  documentText("Component", `part-${String(index).padStart(2, "0")}`, {
    metadata: { tags: [index % 2 === 0 ? "even" : "odd"], title: `Teil ${index} – Übersicht 日本` },
    spec: { owner: index < 10 ? "ours" : "theirs", type: index % 3 === 0 ? "library" : "service" },
  }),
);
const files = {
  "catalog-info.yaml": fileOf(
    documentText("Location", "root", { spec: { type: "url", targets: ["./parts/*.yaml"] } }),
    documentText("API", "shown", { spec: { definition: "openapi: 3.1.0" } }),
  ),
  "parts/all.yaml": fileOf(...many),
};

type Served = { client: CatalogClient; url: string; read: string; write: string };

const test = withDatabase.extend<{ served: Served }>({
  served: [
    async ({ copy }, use) => {
      const { db } = copy.pool;
      await importFiles(db, "/client", files);
      const make = async (name: string, role: "developer" | "platform") =>
        (await createToken(as(db), { name, role, scopes: ["read", "write"], days: 1 })).token;
      const [read, write] = [await make("reads", "developer"), await make("writes", "platform")];
      const server = await serveRoutes(db, catalogRoutes);
      const url = `${server.address}/api/catalog`;
      const client = new CatalogClient({ discoveryApi: { getBaseUrl: async () => url } });
      await use({ client, url, read, write });
      await server.close();
    },
    { scope: "file" },
  ],
});

const names = (items: ({ metadata: { name: string } } | undefined)[]) =>
  items.map((item) => item?.metadata.name);

test("getEntities: everything, filtered, in several orders, in part", async ({
  served: { client, read },
}) => {
  const token = { token: read };
  const all = await client.getEntities({}, token);
  expect(all.items).toHaveLength(32);
  expect(names(all.items).slice(0, 3)).toEqual(["shown", "part-00", "part-01"]);
  const odd = await client.getEntities(
    {
      filter: [{ kind: "component", "metadata.tags": "odd" }, { kind: ["api"] }],
      fields: ["metadata.name", "metadata.title"],
      order: [
        { field: "kind", order: "asc" },
        { field: "spec.type", order: "desc" },
        { field: "metadata.name", order: "desc" },
      ],
    },
    token,
  );
  expect(odd.items).toHaveLength(16);
  expect(odd.items.slice(0, 3)).toEqual([
    { metadata: { name: "shown" } },
    { metadata: { name: "part-29", title: "Teil 29 – Übersicht 日本" } },
    { metadata: { name: "part-25", title: "Teil 25 – Übersicht 日本" } },
  ]);
  const page = await client.getEntities({ filter: { kind: "component" }, limit: 5, offset: 27 }, token);
  expect(names(page.items)).toEqual(["part-27", "part-28", "part-29"]);
  expect((await client.getEntities({ filter: { kind: "nothing" } }, token)).items).toEqual([]);
});

test("a limited list links to its next page, whose address begins after /api/catalog", async ({
  served: { url, read },
}) => {
  const headers = { authorization: `Bearer ${read}` };
  const seen: string[] = [];
  let path: string | undefined = "/entities?filter=kind=component&limit=12&order=asc:metadata.name";
  while (path) {
    const answer: Response = await fetch(url + path, { headers });
    expect(answer.status).toBe(200);
    seen.push(...(names((await answer.json()) as never) as string[]));
    path = /^<(.+)>; rel="next"$/.exec(answer.headers.get("link") ?? "")?.[1];
  }
  expect(seen).toEqual(many.map((_, index) => `part-${String(index).padStart(2, "0")}`));
});

test.for([
  ["/entities?limit=x", "Invalid limit"],
  ["/entities?limit=0", "greater than zero"],
  ["/entities?after=nonsense", "Malformed after cursor"],
  ["/entities?order=up:kind", "Invalid order parameter"],
  ["/entities?filter==x", "is no filter"],
] as const)("%s is refused with a sentence", async ([path, message], { served: { url, read } }) => {
  const answer = await fetch(url + path, { headers: { authorization: `Bearer ${read}` } });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    error: { name: "InputError", message: expect.stringContaining(message) },
    request: { method: "GET", url: `/api/catalog${path}` },
    response: { statusCode: 400 },
  });
});

test("getEntitiesByRefs: in the order asked, undefined where there is none, under a filter or a query", async ({
  served: { client, read },
}) => {
  const entityRefs = [
    "component:default/part-02",
    "component:default/none",
    "Component:part-01",
    "no reference",
    "api:default/shown",
  ];
  const token = { token: read };
  const found = await client.getEntitiesByRefs({ entityRefs, fields: ["metadata.name"] }, token);
  expect(names(found.items)).toEqual(["part-02", undefined, "part-01", undefined, "shown"]);
  const filtered = await client.getEntitiesByRefs({ entityRefs, filter: { kind: "component" } }, token);
  expect(names(filtered.items)).toEqual(["part-02", undefined, "part-01", undefined, undefined]);
  const queried = await client.getEntitiesByRefs(
    { entityRefs, filter: { kind: "component" }, query: { "metadata.tags": { $contains: "even" } } },
    token,
  );
  expect(names(queried.items)).toEqual(["part-02", undefined, undefined, undefined, undefined]);
});

test("an entity by uid, with its Locations as ancestry, and 304 for who has it already", async ({
  served: { client, url, read },
}) => {
  const token = { token: read };
  const entity = await client.getEntityByRef("component:default/part-07", token);
  const headers = { authorization: `Bearer ${read}` };
  const address = `${url}/entities/by-uid/${entity?.metadata.uid}`;
  const first = await fetch(address, { headers });
  expect(await first.json()).toEqual(entity);
  const etag = first.headers.get("etag") ?? "";
  expect(etag).toMatch(/^W\/"/);
  const again = await fetch(address, { headers: { ...headers, "if-none-match": etag } });
  expect([again.status, await again.text()]).toEqual([304, ""]);
  for (const uid of ["not-a-uid", "00000000-0000-4000-8000-000000000000"]) {
    const none = await fetch(`${url}/entities/by-uid/${uid}`, { headers });
    expect(none.status).toBe(404);
    expect(await none.json()).toMatchObject({
      error: { name: "NotFoundError", message: `No entity with uid ${uid}` },
    });
  }
  const ancestry = await client.getEntityAncestors({ entityRef: "component:default/part-07" }, token);
  expect(ancestry).toMatchObject({
    rootEntityRef: "component:default/part-07",
    items: [
      { entity: { metadata: { name: "part-07" } }, parentEntityRefs: ["location:default/root"] },
      { entity: { kind: "Location", metadata: { name: "root" } }, parentEntityRefs: [] },
    ],
  });
  await expect(client.getEntityAncestors({ entityRef: "component:default/no" }, token)).rejects.toThrow(
    "404",
  );
});

test("streams yield everything once", async ({ served: { client, read } }) => {
  const seen: string[] = [];
  for await (const batch of client.streamEntities({ pageSize: 7 }, { token: read }))
    seen.push(...(names(batch) as string[]));
  expect(new Set(seen).size).toBe(32);
  expect(seen).toHaveLength(32);
});

test("locations are registered, tried, found, moved and removed", async ({
  db,
  served: { client, read, write },
}) => {
  const token = { token: write };
  const target = "https://git.example.com/acme/shop/blob/main/catalog-info.yaml";
  const { location, entities, exists } = await client.addLocation({ target }, token);
  expect(entities).toEqual([]);
  expect(exists).toBeUndefined();
  expect(location).toEqual({
    id: expect.any(String),
    type: "url",
    target: "https://git.example.com/acme/shop/tree/main/catalog-info.yaml",
  });
  await expect(client.addLocation({ target }, token)).rejects.toMatchObject({ statusCode: 409 });
  const refreshed = await client.addLocation({ target, onConflict: "refresh" }, token);
  expect(refreshed.location).toEqual(location);
  await expect(client.addLocation({ type: "file", target: "/etc/passwd" }, token)).rejects.toMatchObject({
    statusCode: 400,
  });
  await expect(client.addLocation({ target }, { token: read })).rejects.toMatchObject({ statusCode: 403 });

  expect((await client.getLocations({}, token)).items).toContainEqual(location);
  expect(await client.getLocationById(location.id, { token: read })).toEqual(location);
  expect(await client.getLocationById("none", token)).toBeUndefined();
  expect(await client.getLocationByRef(`url:${location.target}`, token)).toEqual(location);
  expect(await client.getLocationByEntity("component:default/part-01", token)).toMatchObject({
    type: "file",
    target: "/client",
  });
  expect(await client.getLocationByEntity("component:default/none", token)).toBeUndefined();

  const moved = await client.updateLocation(location.id, { target: "https://git.example.com/b/c" }, token);
  expect(moved).toEqual({ id: location.id, type: "url", target: "https://git.example.com/b/c" });
  expect(await client.getLocationById(location.id, token)).toEqual(moved);
  await client.removeLocationById(location.id, token);
  expect(await client.getLocationById(location.id, token)).toBeUndefined();
  await expect(client.removeLocationById(location.id, token)).rejects.toMatchObject({ statusCode: 404 });
  const events = await db.execute<{ type: string; name: string }>(
    sql`select type, actor_name as name from events where subject_id = ${location.id} order by id`,
  );
  expect(events.map(({ type, name }) => `${name}: ${type}`)).toEqual([
    "writes: location.registered",
    "writes: location.moved",
    "writes: location.removed",
  ]);
});

test("locations are queried and streamed by pages", async ({ served: { client, write } }) => {
  const token = { token: write };
  const targets = Array.from({ length: 5 }, (_, index) => `https://git.example.com/many/${index}`);
  for (const target of targets) await client.addLocation({ target }, token);
  const query = { target: { $hasPrefix: "https://git.example.com/many/" } };
  const first = await client.queryLocations({ query, limit: 2 }, token);
  expect([first.items.length, first.totalItems]).toEqual([2, 5]);
  const seen: string[] = [];
  for await (const batch of client.streamLocations({ query, limit: 2 }, token))
    seen.push(...batch.map((item) => item.target));
  expect(seen.sort()).toEqual(targets);
  const not = { $all: [query, { $not: { target: targets[0] ?? "" } }] };
  expect((await client.queryLocations({ query: not }, token)).totalItems).toBe(4);
  await expect(client.queryLocations({ cursor: "x" } as never, token)).rejects.toMatchObject({
    statusCode: 400,
  });
});

test("an address is tried by the worker, without registering it", async ({
  db,
  served: { client, write },
}) => {
  const token = { token: write };
  const target = "https://git.example.com/nobody/listens";
  const asked = client.addLocation({ target, dryRun: true }, token);
  await expect(workPreviews(db, asked)).rejects.toMatchObject({ statusCode: 400 });
  const before = (await client.getLocations({}, token)).items.length;
  await expect(
    workPreviews(db, client.analyzeLocation({ location: { type: "url", target } }, token)),
  ).rejects.toMatchObject({ statusCode: 400 });
  expect((await client.getLocations({}, token)).items).toHaveLength(before);
});

/** What the worker does with the jobs of a request that waits for them: nothing listens at these addresses. */
async function workPreviews<T>(db: Parameters<typeof as>[0], asked: Promise<T>): Promise<T> {
  const isOver = asked.then(
    () => true,
    () => true,
  );
  while (!(await Promise.race([isOver, new Promise<false>((resolve) => setTimeout(resolve, 20, false))]))) {
    const rows = await db.execute<{ id: string }>(
      sql`select id from location_previews where state = 'waiting'`,
    );
    const ctx = { ...as(db), actor: systemActor("Worker") };
    for (const { id } of rows)
      await previewLocationJob.work(
        { ctx, outside: makeOutside({ hosts: [] }), signal: new AbortController().signal },
        { id },
      );
  }
  return asked;
}

test("an entry is removed by its uid, and its relations with it", async ({
  db,
  served: { client, write },
}) => {
  const token = { token: write };
  const entity = await client.getEntityByRef("component:default/part-29", token);
  await client.removeEntityByUid(entity?.metadata.uid ?? "", token);
  expect(await client.getEntityByRef("component:default/part-29", token)).toBeUndefined();
  await expect(client.removeEntityByUid(entity?.metadata.uid ?? "", token)).rejects.toMatchObject({
    statusCode: 404,
  });
  expect(await readContradictions(db)).toEqual([]);
  await client.refreshEntity("component:default/part-01", token);
  const [location] = await db.execute<{ state: string }>(
    sql`select state from locations where target = '/client'`,
  );
  expect(location?.state).toBe("waiting");
  await client.refreshEntity("component:default/part-01", token);
  await expect(client.refreshEntity("component:default/none", token)).rejects.toMatchObject({
    statusCode: 404,
  });
});

test("validateEntity gives the verdict and its reasons", async ({ served: { client, read } }) => {
  const entity = JSON.parse(documentText("Component", "fine", { spec: { owner: "a" } }));
  const place = "url:https://git.example.com/a/b/catalog-info.yaml";
  const token = { token: read };
  expect(await client.validateEntity(entity, place, token)).toEqual({ valid: true });
  const bad = { ...entity, spec: { type: "service" } };
  expect(await client.validateEntity(bad, place, token)).toEqual({
    valid: false,
    errors: expect.arrayContaining([{ name: "InputError", message: expect.stringContaining("owner") }]),
  });
  expect(await client.validateEntity(entity, "file:/etc/passwd", token)).toMatchObject({
    valid: false,
    errors: [{ name: "TypeError" }],
  });
  const api = JSON.parse(documentText("API", "text", { spec: { definition: { $text: "./api.yaml" } } }));
  expect(await client.validateEntity(api, place, token)).toEqual({ valid: true });
});
