import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import { removeLocation } from "#server/catalog/remove-location.ts";
import { createToken } from "#server/identity/create-token.ts";
import { clearCatalogue, documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, test as withDatabase } from "#server/testing/database.ts";
import { serveRoutes } from "#server/testing/serve-routes.ts";
import { catalogExportRoutes } from "./catalog-export.ts";

type Read = (
  path: string,
  headers?: Record<string, string>,
) => Promise<{ status: number; headers: Headers; text: string }>;

const test = withDatabase.extend<{ read: Read }>({
  read: async ({ db }, use) => {
    await clearCatalogue(db);
    await db.execute(sql`truncate entity_changes`);
    const { token } = await createToken(as(db), {
      name: `feed ${Math.random()}`,
      role: "developer",
      scopes: ["read"],
      days: 1,
    });
    const server = await serveRoutes(db, catalogExportRoutes);
    await use(async (path, headers = {}) => {
      // However often it is asked until other tests let the cursor go on: the rate is not what this is about.
      await db.execute(sql`delete from rate_limits`);
      const answer = await fetch(`${server.address}/api/v1/catalog/${path}`, {
        headers: { authorization: `Bearer ${token}`, ...headers },
      });
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    });
    await server.close();
  },
});

const system = (name: string, owner = "team") => documentText("System", name, { spec: { owner } });
const write = (db: Db, ...documents: string[]) =>
  importFiles(db, "/feed", { "a.yaml": fileOf(...documents) });

type Line = { ref?: string; removed?: boolean; metadata?: { name: string } };
const linesOf = (text: string) =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)
    .map((line) => (line.removed ? `removed ${line.ref}` : line.metadata?.name));

test("the feed has every entry, as lines or as an array, and 304 while nothing changes", async ({
  db,
  read,
}) => {
  await write(db, system("a"), system("b", "others"));
  const lines = await read("entities.jsonl");
  expect(lines.headers.get("content-type")).toMatch("application/x-ndjson");
  expect(linesOf(lines.text)).toEqual(["a", "b"]);
  const array = await read("entities.json?owner=group:default/others");
  expect((JSON.parse(array.text) as Line[]).map(({ metadata }) => metadata?.name)).toEqual(["b"]);
  expect((await read("entities.json?kind=nothing")).text).toBe("[]");
  const etag = { "if-none-match": lines.headers.get("etag") ?? "" };
  expect((await read("entities.jsonl", etag)).status).toBe(304);
  await write(db, system("a"), system("b"));
  expect((await read("entities.jsonl", etag)).status).toBe(200);
});

const cursorOf = ({ headers }: { headers: Headers }) => headers.get("milepost-cursor") ?? "";
type Answer = { text: string; headers: Headers };

/**
 * A transaction of any database of the server that began earlier holds the cursor back, and what came since is told
 * again. Other tests hold such for seconds.
 */
async function settled<T extends Answer>(read: (path: string) => Promise<T>, path: string): Promise<T> {
  for (let wait = 100; ; wait = Math.min(wait * 2, 3_000)) {
    const answer = await read(path);
    const again = await read(`entities.jsonl?since=${cursorOf(answer)}`);
    if (linesOf(again.text).length === 0) return answer;
    await sleep(wait);
  }
}

test("since a cursor come what changed, whose relations changed, and what went away", async ({
  db,
  read,
}) => {
  const { id } = await importFiles(db, "/other", { "a.yaml": documentText("Group", "team") });
  await write(db, system("a"), system("b"), system("c"));
  const since = (cursor: string, more = "") => read(`entities.jsonl?since=${cursor}${more}`);
  const first = await settled(read, "entities.jsonl");

  await write(db, system("a", "else"), system("b"), system("c"), system("d"));
  const second = await settled(read, `entities.jsonl?since=${cursorOf(first)}`);
  expect(linesOf(second.text)).toEqual(["team", "a", "d"]);
  expect(linesOf((await since(cursorOf(first), "&kind=group")).text)).toEqual([
    "team",
    "removed system:default/a",
    "removed system:default/d",
  ]);

  await removeLocation(as(db), { id });
  expect(linesOf((await since(cursorOf(second))).text)).toEqual(["removed group:default/team"]);
  await importFiles(db, "/other", { "a.yaml": documentText("Group", "team") });
  expect(linesOf((await since(cursorOf(second))).text)).toEqual(["team"]);

  const foreign = Buffer.from(JSON.stringify(["1", "1"])).toString("base64url");
  for (const cursor of [foreign, "x", "W10"]) {
    const refused = await since(cursor);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain("read everything once");
  }
});

test("a change that was under way when a cursor was given is told with the next", async ({ db, read }) => {
  await write(db, system("a"), system("b"));
  await settled(read, "entities.jsonl");
  let cursor = "";
  await db.transaction(async (tx) => {
    await tx.execute(sql`update entity_bodies set yaml = yaml || '#'
      where entity_id = (select id from entities where ref = 'system:default/a')`);
    cursor = (await read("entities.jsonl")).headers.get("milepost-cursor") ?? "";
  });
  expect(linesOf((await read(`entities.jsonl?since=${cursor}`)).text)).toEqual(["a"]);
});

test("downloads are named by the day and filtered like the page", async ({ db, read }) => {
  await write(db, system("a"), system("b", "others"));
  const yaml = await read("export.yaml?owner=group:default/others");
  expect(yaml.headers.get("content-disposition")).toMatch(
    /^attachment; filename="catalogue-\d{4}-\d\d-\d\d\.yaml"$/,
  );
  expect(yaml.text).toContain('"name":"b"');
  expect(yaml.text).not.toContain('"name":"a"');
  expect((await read("export.tar.gz")).headers.get("content-type")).toBe("application/gzip");
  expect((await read("export.yaml?is=strange")).status).toBe(400);
});
