import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rateLimits } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { httpRoutes } from "#server/http/routes.ts";
import { expectedVerdict, isGuest } from "#server/testing/access-expected.ts";
import { procedureRows, restRows } from "#server/testing/access-rows.ts";
import { askProcedure, askRest } from "#server/testing/ask.ts";
import type { Caller } from "#server/testing/callers.ts";
import { copyDatabase, type DatabaseCopy } from "#server/testing/database.ts";
import { addHiddenEntries, addHiddenRows } from "#server/testing/hidden-rows.ts";
import { inRolledBack } from "#server/testing/in-rolled-back.ts";
import { listProcedures } from "#server/testing/list-procedures.ts";
import { makeWorld, type World } from "#server/testing/world.ts";

let copy: DatabaseCopy;
let world: World;

beforeAll(async () => {
  copy = await copyDatabase();
  world = await makeWorld(copy.pool.db);
});
afterAll(async () => {
  world?.remove();
  await copy?.drop();
});

const queries = listProcedures().flatMap(({ path, type }) => (type === "query" ? [path] : []));
// A redirect to a provider is new each time it is asked for; a packed report is the other one, packed.
const isLeftOut = (path: string) =>
  path.startsWith("/api/auth/") || path.startsWith("/api/scim/") || path.endsWith(".jsonl.gz");
const gets = httpRoutes
  .filter((route) => route.method === "GET" && !isLeftOut(route.path))
  .map((route) => `GET ${route.path}`);

/** Everybody to whom the added rows are hidden. */
const uninitiated = (caller: Caller) =>
  caller.kind === "nobody" || ["guest", "developer", "leader"].includes(caller.role);

/** Whatever a read may be narrowed or ordered by could tell of rows that it does not show. */
const narrowed: Record<string, unknown[]> = {
  "catalog.count": [
    { query: "service" },
    { query: "secret" },
    { query: "secrt" },
    { is: ["unowned"] },
    { is: ["problems"] },
  ],
  "catalog.facets": [{ query: "service" }, { owner: ["group:default/theirs"] }],
  "catalog.list": [
    { query: "service" },
    { sort: "name", direction: "desc" },
    { limit: 1 },
    { sort: "owner" },
    { system: ["system:default/secret-system"] },
    { tag: ["secret"] },
  ],
  "catalog.related": [
    { ref: "component:default/our-service", type: "dependencyOf" },
    { ref: "component:default/our-service", type: "dependsOn" },
    { ref: "component:default/secret-service", type: "dependsOn" },
    { ref: "group:default/theirs", type: "ownerOf" },
  ],
  "search.byGroup": [{ query: "secret" }, { query: "secrt" }, { query: "gho" }],
  "search.find": [
    { query: "service" },
    { query: "secret" },
    { query: "secrt servce" },
    { query: "ghst" },
    { query: "owner:theirs" },
    { query: "kind:system" },
    { query: "tag:secret" },
    { query: "system:secret-system" },
    { query: "is:mine" },
    { query: "zed", in: "people" },
    { query: "service", kind: ["component"], limit: 1 },
  ],
  "search.recent": [{ refs: ["component:default/secret-service", "component:default/our-service"] }],
  "delivery.deployments": [{ entityRef: "component:default/our-service", limit: 1 }],
  "delivery.service": [{ entityRef: "component:default/secret-service" }],
};

const byQuery = "/api/catalog/entities/by-query";
const facets = "/api/catalog/entity-facets";

/** The same for REST: filters, orders, cursors' totals, facets and exports. */
const narrowedRest: Record<string, string[]> = {
  "GET /api/catalog/entities/by-query": [
    `${byQuery}?limit=0`,
    `${byQuery}?filter=relations.dependencyOf`,
    `${byQuery}?filter=relations.dependencyOf=component:default/secret-service`,
    `${byQuery}?filter=relations.dependsOn=component:default/ghost`,
    `${byQuery}?filter=relations.apiConsumedBy`,
    `${byQuery}?orderField=relations.dependencyOf,asc&limit=3`,
    `${byQuery}?orderField=spec.system,desc&limit=3`,
    `${byQuery}?fullTextFilterTerm=secret&fullTextFilterFields=metadata.name`,
  ],
  "GET /api/catalog/entity-facets": [
    `${facets}?facet=relations.dependencyOf&facet=relations.ownedBy&facet=metadata.tags&facet=spec.system`,
    `${facets}?facet=kind&filter=relations.dependencyOf`,
  ],
  "GET /api/v1/search": [
    "/api/v1/search?q=secret",
    "/api/v1/search?q=secrt&in=entries",
    "/api/v1/search?q=service&limit=1",
  ],
  "GET /api/search/query": ["/api/search/query?term=secret", "/api/search/query?term=service&pageLimit=1"],
  "GET /api/v1/catalog/entities.csv": [
    "/api/v1/catalog/entities.csv?is=problems",
    "/api/v1/catalog/entities.csv",
  ],
};

type Ask = (db: Db) => Promise<string>;

/** A report says when it was written, and its hashes are over that too. */
const timeless = (text: string) =>
  text.replaceAll(/"(writtenAt|asOf|sha256|part)":"[^"]*"/g, (_, name) => `"${name}":""`);

/** Asks everything before and after the addition; answers with what changed by it. */
async function whatChanges(
  asked: Readonly<Record<string, Ask>>,
  add: (db: Db) => Promise<void>,
): Promise<string[]> {
  return inRolledBack(copy.pool.db, async (db) => {
    const before: Record<string, string> = {};
    for (const [name, ask] of Object.entries(asked)) before[name] = await ask(db);
    await add(db);
    // Asking everything twice is more than anybody may ask in a minute.
    await db.delete(rateLimits);
    const changed: string[] = [];
    for (const [name, ask] of Object.entries(asked)) if ((await ask(db)) !== before[name]) changed.push(name);
    return changed;
  });
}

const told = (error: unknown) => `refused: ${(error as Error).message}`;

function procedureAsks(path: string, callers: readonly Caller[]): Record<string, Ask> {
  const inputs = [procedureRows[path]?.input?.(world, world.callers[0]!), ...(narrowed[path] ?? [])];
  const asks = callers.flatMap((caller) =>
    inputs.map((input): [string, Ask] => [
      `${path} ${caller.name} ${JSON.stringify(input)}`,
      (db) => askProcedure(db, caller.carried, path, input).then(JSON.stringify, told),
    ]),
  );
  return Object.fromEntries(asks);
}

function restAsks(name: string, callers: readonly Caller[]): Record<string, Ask> {
  const paths = [restRows[name]!.path(world), ...(narrowedRest[name] ?? [])];
  const asks = callers.flatMap((caller) =>
    paths.map((path): [string, Ask] => [
      `${caller.name} ${path}`,
      async (db) => timeless((await askRest(db, caller.carried, { method: "GET", path })).text),
    ]),
  );
  return Object.fromEntries(asks);
}

describe("what an actor may not see changes nothing that they can ask for:", () => {
  test("procedures", async () => {
    const asked = queries.map((path) => {
      const row = procedureRows[path]!;
      return procedureAsks(
        path,
        world.callers.filter((caller) => uninitiated(caller) && mayRead(row, caller)),
      );
    });
    expect(await whatChanges(Object.assign({}, ...asked), addHiddenRows)).toEqual([]);
  });

  test("REST", async () => {
    const asked = gets.map((name) =>
      restAsks(
        name,
        world.callers.filter((caller) => uninitiated(caller) && mayRead(restRows[name]!, caller)),
      ),
    );
    expect(await whatChanges(Object.assign({}, ...asked), addHiddenRows)).toEqual([]);
  });

  test("while those who may see it do see it", async () => {
    const admin = world.callers.find((caller) => caller.name === "admin, no team")!;
    for (const path of ["audit.list", "github.count", "identity.tokens"]) {
      const input = procedureRows[path]?.input?.(world, admin);
      const [before, after] = await inRolledBack(copy.pool.db, async (db) => {
        const first = JSON.stringify(await askProcedure(db, admin.carried, path, input));
        await addHiddenRows(db);
        return [first, JSON.stringify(await askProcedure(db, admin.carried, path, input))];
      });
      expect(after).not.toBe(before);
    }
  });
});

describe("what a guest may not see changes nothing that they can ask for:", () => {
  const guests = () =>
    world.callers.filter((caller) => isGuest(caller) && !caller.name.includes("other team"));
  const add = (db: Db) => addHiddenEntries(db, world);

  test("procedures", async () => {
    const asked = queries.map((path) => procedureAsks(path, guests()));
    expect(await whatChanges(Object.assign({}, ...asked), add)).toEqual([]);
  });

  test("REST", async () => {
    const asked = gets.map((name) => restAsks(name, guests()));
    expect(await whatChanges(Object.assign({}, ...asked), add)).toEqual([]);
  });

  test("while a developer does see it", async () => {
    const developer = world.callers.filter((caller) => caller.name === "developer, no team");
    const seen = ["catalog.list", "catalog.count", "catalog.facets", "catalog.related", "search.find"];
    for (const path of seen) expect(await whatChanges(procedureAsks(path, developer), add)).not.toEqual([]);
    for (const name of Object.keys(narrowedRest))
      expect(await whatChanges(restAsks(name, developer), add)).not.toEqual([]);
  });
});

const mayRead = (row: { who: Parameters<typeof expectedVerdict>[0]; isOurs?: boolean }, caller: Caller) =>
  expectedVerdict(row.who, caller, { scope: "read", isOurs: row.isOurs }) === "allowed";
