import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import { makeOutside } from "#server/core/outside.ts";
import { clearCatalogue, importFiles, importFolder, readRefs } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { cancelImport } from "./cancel-import.ts";
import { importLocation } from "./import-location.ts";
import { ensureLocation } from "./register-location.ts";
import { runImport } from "./run-import.ts";
import { memoryTree } from "./trees/memory-tree.ts";
import type { CatalogTree } from "./trees/tree.ts";

const tools = (db: Db) => ({ ctx: as(db), outside: makeOutside({ hosts: [] }) });

const component = (name: string, spec = "{ type: service, lifecycle: production, owner: team }") =>
  `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: ${name} }\nspec: ${spec}\n`;

test("a location that cannot be read says why and leaves the catalog as it was", async ({ db }) => {
  await clearCatalogue(db);
  const folder = mkdtempSync(join(tmpdir(), "milepost-import-"));
  writeFileSync(join(folder, "catalog-info.yaml"), component("a"));
  const { id } = await importFolder(db, folder);
  rmSync(folder, { recursive: true });
  await ensureLocation(as(db), { type: "folder", target: folder, isDemo: false });
  await expect(importLocation(tools(db), { locationId: id })).rejects.toThrow("does not exist");
  const [location] = await db.execute(sql`select state, failure from locations`);
  expect(location).toEqual({ state: "failed", failure: `The folder ${folder} does not exist` });
  expect(await readRefs(db)).toEqual(["component:default/a"]);
});

/** A tree that does something in the middle of being read. */
function interrupted(files: Record<string, string>, during: () => Promise<unknown>): CatalogTree {
  const tree = memoryTree(new Map(Object.entries(files)));
  return {
    ...tree,
    read: async (path) => {
      await during();
      return tree.read(path);
    },
  };
}

test("a cancelled import saves nothing", async ({ db }) => {
  await clearCatalogue(db);
  const { id } = await ensureLocation(as(db), { type: "folder", target: "/cancelled", isDemo: false });
  const tree = interrupted({ "a.yaml": component("a") }, () => cancelImport(as(db), { id }));
  const run = runImport(tools(db), id, async () => ({ tree, start: { folder: "" } }));
  await expect(run).rejects.toThrow("cancelled");
  expect(await readRefs(db)).toEqual([]);
  const [location] = await db.execute(sql`select state, failure from locations`);
  expect(location).toEqual({ state: "cancelled", failure: null });
});

test("an import that is cancelled while it fetches ends in the middle of the request", async ({ db }) => {
  await clearCatalogue(db);
  let arrived = () => {};
  const asked = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const silent = createServer(() => arrived());
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const { id } = await ensureLocation(as(db), {
    type: "git",
    target: `http://${host}/acme/shop`,
    isDemo: false,
  });
  const run = importLocation({ ctx: as(db), outside: makeOutside({ hosts: [host] }) }, { locationId: id });
  const ended = expect(run).rejects.toThrow("cancelled");
  await asked;
  await cancelImport(as(db), { id });
  await ended;
  silent.closeAllConnections();
  silent.close();
  const [location] = await db.execute(sql`select state, failure from locations`);
  expect(location).toEqual({ state: "cancelled", failure: null });
});

test("an import that was overtaken by a newer one writes nothing", async ({ db }) => {
  await clearCatalogue(db);
  const { id } = await ensureLocation(as(db), { type: "folder", target: "/overtaken", isDemo: false });
  const tree = interrupted({ "old.yaml": component("old") }, () =>
    importFiles(db, "/overtaken", { "new.yaml": component("new") }),
  );
  const run = runImport(tools(db), id, async () => ({ tree, start: { folder: "" } }));
  await expect(run).rejects.toThrow("cancelled");
  expect(await readRefs(db)).toEqual(["component:default/new"]);
});

test("each import leaves its event, with who and how many", async ({ db }) => {
  await clearCatalogue(db);
  await importFiles(db, "/events", { "a.yaml": component("a") });
  const rows = await db.execute(sql`select type, actor_name, payload from events order by id`);
  expect([...rows]).toEqual([
    { type: "location.registered", actor_name: "Test", payload: { target: "/events", type: "folder" } },
    {
      type: "location.imported",
      actor_name: "Test",
      payload: {
        target: "/events",
        commit: null,
        problems: 0,
        added: 1,
        changed: 0,
        unchanged: 0,
        removed: 0,
      },
    },
  ]);
});

test("an import that is told to end is begun anew by the next one", async ({ db }) => {
  await clearCatalogue(db);
  const { id } = await ensureLocation(as(db), { type: "folder", target: "/ended", isDemo: false });
  const stop = new AbortController();
  const tree = interrupted({ "a.yaml": component("a") }, async () => stop.abort());
  const open = async () => ({ tree, start: { folder: "" } });
  await expect(runImport({ ...tools(db), signal: stop.signal }, id, open)).rejects.toThrow("aborted");
  const [location] = await db.execute(sql`select state, failure from locations`);
  expect(location).toEqual({ state: "running", failure: null });
  expect(await runImport(tools(db), id, open)).toMatchObject({ added: 1 });
});

test("after an error that nobody foresaw the location says so, and the next try may succeed", async ({
  db,
}) => {
  await clearCatalogue(db);
  const { id } = await ensureLocation(as(db), { type: "folder", target: "/bug", isDemo: false });
  const open = () => Promise.reject(new Error("inner detail"));
  await expect(runImport(tools(db), id, open)).rejects.toThrow("inner detail");
  const [location] = await db.execute<{ state: string; failure: string }>(
    sql`select state, failure from locations`,
  );
  expect(location).toEqual({
    state: "failed",
    failure: "Something went wrong while importing: see the log of the worker",
  });
  const tree = memoryTree(new Map([["a.yaml", component("a")]]));
  expect(await runImport(tools(db), id, async () => ({ tree, start: { folder: "" } }))).toMatchObject({
    added: 1,
  });
});
