import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { httpRoutes } from "#server/http/routes.ts";
import { expectedVerdict } from "#server/testing/access-expected.ts";
import { procedureRows, restRows } from "#server/testing/access-rows.ts";
import { askProcedure, askRest } from "#server/testing/ask.ts";
import type { Caller } from "#server/testing/callers.ts";
import { copyDatabase, type DatabaseCopy } from "#server/testing/database.ts";
import { addHiddenRows } from "#server/testing/hidden-rows.ts";
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
const gets = httpRoutes.filter((route) => route.method === "GET").map((route) => `GET ${route.path}`);

/** Everybody to whom the added rows are hidden. */
const uninitiated = (caller: Caller) =>
  caller.kind === "nobody" || caller.role === "developer" || caller.role === "leader";

/** Whatever a read may be narrowed or ordered by could tell of rows that it does not show. */
const narrowed: Record<string, unknown[]> = {
  "catalog.count": [{ query: "service" }, { is: ["unowned"] }],
  "catalog.facets": [{ query: "service" }, { owner: ["group:default/theirs"] }],
  "catalog.list": [{ query: "service" }, { sort: "name", direction: "desc" }, { limit: 1 }],
  "delivery.deployments": [{ entityRef: "component:default/our-service", limit: 1 }],
};

describe("what an actor may not see changes nothing that they can ask for:", () => {
  test.each(queries)("%s", async (path) => {
    const inputs = [procedureRows[path]?.input?.(world), ...(narrowed[path] ?? [])];
    const callers = world.callers.filter(
      (caller) => uninitiated(caller) && mayRead(procedureRows[path]!.who, caller),
    );
    for (const caller of callers)
      for (const input of inputs) {
        const ask = async (isAfter: boolean) =>
          inRolledBack(copy.pool.db, async (db) => {
            if (isAfter) await addHiddenRows(db);
            return JSON.stringify(await askProcedure(db, caller.carried, path, input));
          });
        expect(await ask(true), `${caller.name}, ${JSON.stringify(input)}`).toBe(await ask(false));
      }
  });

  test.each(gets)("%s", async (name) => {
    const row = restRows[name]!;
    for (const caller of world.callers.filter((one) => uninitiated(one) && mayRead(row.who, one))) {
      const ask = async (isAfter: boolean) =>
        inRolledBack(copy.pool.db, async (db) => {
          if (isAfter) await addHiddenRows(db);
          return (await askRest(db, caller.carried, { method: "GET", path: row.path(world) })).text;
        });
      expect(await ask(true), caller.name).toBe(await ask(false));
    }
  });

  test("while those who may see it do see it", async () => {
    const admin = world.callers.find((caller) => caller.name === "admin, no team")!;
    for (const path of ["audit.list", "github.count", "identity.tokens"]) {
      const input = procedureRows[path]?.input?.(world);
      const [before, after] = await inRolledBack(copy.pool.db, async (db) => {
        const first = JSON.stringify(await askProcedure(db, admin.carried, path, input));
        await addHiddenRows(db);
        return [first, JSON.stringify(await askProcedure(db, admin.carried, path, input))];
      });
      expect(after).not.toBe(before);
    }
  });
});

const mayRead = (who: Parameters<typeof expectedVerdict>[0], caller: Caller) =>
  expectedVerdict(who, caller, "read") === "allowed";
