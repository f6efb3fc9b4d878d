import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resolveActor } from "#server/auth/resolve-actor.ts";
import { procedureRows, restRows } from "#server/testing/access-rows.ts";
import { askProcedure, askRest } from "#server/testing/ask.ts";
import type { Caller } from "#server/testing/callers.ts";
import { copyDatabase, type DatabaseCopy } from "#server/testing/database.ts";
import { listProcedures } from "#server/testing/list-procedures.ts";
import { makeWorld, type World } from "#server/testing/world.ts";
import { appRouter } from "./router.ts";

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

const named = (name: string): Caller => world.callers.find((caller) => caller.name === name)!;
const refs = (answer: unknown) => (answer as { items: { ref: string }[] }).items.map(({ ref }) => ref);
const ask = (caller: Caller, path: string, input?: unknown) =>
  askProcedure(copy.pool.db, caller.carried, path, input);
const get = (caller: Caller, path: string) => askRest(copy.pool.db, caller.carried, { method: "GET", path });

describe("a guest sees what their groups own, the groups, and the people in them:", () => {
  test("lists, counts, facets, search and the palette", async () => {
    const guest = named("guest, own team");
    const found = refs(await ask(guest, "catalog.list", { limit: 50 }));
    const people = [...found.filter((ref) => ref.startsWith("user:"))];
    expect(people.length).toBeGreaterThan(5);
    expect(people.every((ref) => ref.endsWith("-ours"))).toBe(true);
    expect(found.filter((ref) => !ref.startsWith("user:")).sort()).toEqual([
      "api:default/our-api",
      "component:default/found-adopted",
      "component:default/our-service",
      "group:default/ours",
      "resource:default/kept",
      "resource:default/web-ours",
    ]);
    expect(await ask(guest, "catalog.count", {})).toEqual({ total: found.length, isCapped: false });
    const facets = (await ask(guest, "catalog.facets", {})) as { owner: { value: string; label: string }[] };
    expect(facets.owner).toEqual([{ value: "group:default/ours", label: "ours", count: 5 }]);
    expect(await ask(guest, "search.find", { query: "their" })).toMatchObject({
      hits: [],
      total: 0,
      correction: null,
    });
    const services = refs(await ask(guest, "catalog.list", { query: "service" }));
    expect(services.sort()).toEqual(["component:default/found-adopted", "component:default/our-service"]);
    const { text } = await get(guest, "/api/v1/catalog/entities.csv");
    expect(text.trim().split("\n").length).toBe(1 + found.length);
  });

  test("an entry without what points to it from outside, also in its document", async () => {
    const guest = named("guest, own team");
    const entry = (await ask(guest, "catalog.byRef", { ref: world.ours })) as {
      relations: { type: string; items: { ref: string }[] }[];
    };
    const related = entry.relations.flatMap(({ items }) => items.map(({ ref }) => ref));
    expect(related.sort()).toEqual(["api:default/our-api", "group:default/ours"]);
    const { text } = await get(guest, "/api/catalog/entities/by-name/component/default/our-service");
    const targets = (JSON.parse(text) as { relations: { targetRef: string }[] }).relations;
    expect(targets.map(({ targetRef }) => targetRef).sort()).toEqual(related);
  });

  test("a total that was counted for others is never that of a guest", async () => {
    const path = "/api/catalog/entities/by-query?filter=kind=component&limit=1";
    const total = async (name: string) =>
      JSON.parse((await get(named(name), path)).text).totalItems as number;
    expect(await total("admin, no team")).toBe(4);
    expect(await total("guest, own team")).toBe(2);
    expect(await total("guest, no team")).toBe(0);
    expect(await total("admin, no team")).toBe(4);
    expect(await total("guest, other team")).toBe(1);
  });

  test("figures of their services alone", async () => {
    const count = async (name: string, entityRef: string) => {
      const page = (await ask(named(name), "delivery.deployments", { entityRef })) as { items: unknown[] };
      return page.items.length;
    };
    expect(await count("guest, own team", world.ours)).toBe(await count("admin, no team", world.ours));
    expect(await count("guest, own team", world.ours)).toBeGreaterThan(0);
    expect(await count("guest, own team", world.theirs)).toBe(0);
    expect(await count("guest, no team", world.ours)).toBe(0);
    expect(await count("developer, no team", world.theirs)).toBe(1);
  });
});

/** Every procedure and route that is asked for one thing, asked for one that is hidden and one that is not there. */
describe("what a guest may not see and what is not there have the same answer:", () => {
  const hidden = "component:default/their-service";
  const missing = "component:default/no-such-service";
  const pairs = Object.entries(procedureRows).flatMap(([path]) =>
    ["ref", "entityRef", "refs"].map((key): [string, string] => [path, key]),
  );

  const answerTo = (path: string, input: unknown, ref: string) =>
    ask(named("guest, own team"), path, input)
      .then(JSON.stringify, (error: { code: string; message: string }) => `${error.code}: ${error.message}`)
      .then((text) => text.replaceAll(ref, "<ref>"));

  test("procedures", async () => {
    const queries = new Set(listProcedures().flatMap(({ path, type }) => (type === "query" ? [path] : [])));
    let asked = 0;
    for (const [path, key] of pairs) {
      const input = queries.has(path) ? procedureRows[path]?.input?.(world, named("guest, own team")) : null;
      if (typeof input !== "object" || input === null || !(key in input)) continue;
      const about = (ref: string) => ({ ...input, [key]: key === "refs" ? [ref] : ref });
      expect(await answerTo(path, about(hidden), hidden), path).toBe(
        await answerTo(path, about(missing), missing),
      );
      asked += 1;
    }
    expect(asked).toBeGreaterThan(10);
  });

  test("a deployment", async () => {
    const answer = (id: number) => answerTo("delivery.evidenceDetail", { id }, String(id));
    expect(await answer(world.theirDeployment)).toBe(await answer(99_999_999));
    expect(
      await ask(named("developer, no team"), "delivery.evidenceDetail", { id: world.theirDeployment }),
    ).toMatchObject({ serviceRef: world.theirs });
  });

  test("REST", async () => {
    const path = (name: string) => `/api/catalog/entities/by-name/component/default/${name}`;
    const answer = async (name: string) => {
      const { status, text } = await get(named("guest, own team"), path(name));
      return `${status} ${text.replaceAll(name, "<name>")}`;
    };
    expect(await answer("their-service")).toBe(await answer("no-such-service"));
    expect(await answer("their-service")).toMatch(/^404 /);
    expect(Object.keys(restRows)).toContain("GET /api/catalog/entities/by-name/:kind/:namespace/:name");
  });
});

describe("several calls in one request are judged one by one:", () => {
  async function batch(caller: Caller, paths: readonly string[]): Promise<(number | "allowed")[]> {
    const inputs = paths.map((path, index) => [
      index,
      { json: procedureRows[path]?.input?.(world, caller) ?? null },
    ]);
    const address = new URL(`http://127.0.0.1/api/trpc/${paths.join(",")}?batch=1`);
    address.searchParams.set("input", JSON.stringify(Object.fromEntries(inputs)));
    const now = () => new Date();
    const createContext = async () => {
      const actor = await resolveActor(copy.pool.db, caller.carried, now());
      return { db: copy.pool.db, actor, now, requestId: "test", reportBug: () => {} };
    };
    const answer = await fetchRequestHandler({
      endpoint: "/api/trpc",
      req: new Request(address),
      router: appRouter,
      createContext,
    });
    const parts = (await answer.json()) as {
      result?: unknown;
      error?: { json: { data: { httpStatus: number } } };
    }[];
    return parts.map(({ error }) => error?.json.data.httpStatus ?? "allowed");
  }

  const mixed = [
    "catalog.byRef",
    "audit.list",
    "catalog.list",
    "identity.people",
    "catalog.locations",
  ] as const;

  test.each([
    ["nobody", [401, 401, 401, 401, 401]],
    ["guest, own team", ["allowed", 403, "allowed", 403, 403]],
    ["guest, no team", [404, 403, "allowed", 403, 403]],
    ["developer, no team", ["allowed", 403, "allowed", 403, "allowed"]],
    ["maintainer, other team", ["allowed", 403, "allowed", "allowed", "allowed"]],
    ["admin, no team", ["allowed", "allowed", "allowed", "allowed", "allowed"]],
  ])("%s", async (name, expected) => {
    expect(await batch(named(name), mixed)).toEqual(expected);
    expect(await batch(named(name), [...mixed].reverse())).toEqual([...expected].reverse());
  });
});
