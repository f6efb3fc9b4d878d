import { sql } from "drizzle-orm";
import { beforeEach, expect } from "vitest";
import { makeOutside } from "#server/core/outside.ts";
import { documentText, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { dismissMiss } from "./dismiss-miss.ts";
import { searchJobs } from "./jobs.ts";
import { noteMiss } from "./note-miss.ts";
import { readKeptSearches } from "./reads/misses.ts";
import { search } from "./reads/search.ts";
import { removeSynonyms, saveSynonyms } from "./save-synonyms.ts";

const platform = person("platform");

beforeEach<{ db: Parameters<typeof as>[0] }>(async ({ db }) => {
  await db.execute(sql`truncate search_misses, search_synonyms`);
});

test("a word that nobody finds is answered by a synonym, and leaves the list", async ({ db }) => {
  await importFiles(db, "/synonyms", { "catalog-info.yaml": documentText("Component", "nostromo") });
  const find = () => search(as(db, person("developer")), { query: "tugboat", kind: [], limit: 5, offset: 0 });
  expect((await find()).total).toBe(0);
  await noteMiss(as(db, person("developer")), { query: "Tugboat" });
  expect((await readKeptSearches(as(db, platform))).misses).toMatchObject([{ query: "tugboat", count: 1 }]);

  const { id } = await saveSynonyms(as(db, platform), { words: ["Tugboat", "NOSTROMO"], answers: "Tugboat" });
  expect((await find()).hits).toMatchObject([{ ref: "component:default/nostromo" }]);
  const kept = await readKeptSearches(as(db, platform));
  expect(kept).toMatchObject({ misses: [], total: 0, synonyms: [{ words: ["tugboat", "nostromo"] }] });

  await saveSynonyms(as(db, platform), { id, words: ["space ship", "nostromo"] });
  expect((await find()).total).toBe(0);
  const phrase = { query: "space ship", kind: [], limit: 5, offset: 0 };
  expect((await search(as(db, platform), phrase)).total).toBe(1);
  await removeSynonyms(as(db, platform), { id });
  expect((await search(as(db, platform), phrase)).total).toBe(0);
  await expect(removeSynonyms(as(db, platform), { id })).rejects.toThrow("removed already");
});

test.each([
  [["one", "One "], "two different words"],
  [["--", "one"], "two different words"],
  [["one two three four", "five"], "three words at most"],
])("%j are no synonyms", async (words, sentence) => {
  const ctx = as(undefined as never, platform);
  await expect(saveSynonyms(ctx, { words: words as string[] })).rejects.toThrow(sentence);
});

test("only those who run the portal see and change them", async ({ db }) => {
  const ctx = as(db, person("leader"));
  await expect(readKeptSearches(ctx)).rejects.toMatchObject({ code: "forbidden" });
  await expect(saveSynonyms(ctx, { words: ["a", "b"] })).rejects.toMatchObject({ code: "forbidden" });
  await expect(dismissMiss(ctx, { query: "x" })).rejects.toMatchObject({ code: "forbidden" });
});

test("what was dismissed is gone, also from what the audit log says, and comes back when it is looked for again", async ({
  db,
}) => {
  const look = () => noteMiss(as(db, person("developer")), { query: "salary list" });
  await look();
  await dismissMiss(as(db, platform), { query: "salary list" });
  expect((await readKeptSearches(as(db, platform))).total).toBe(0);
  const [event] = await db.execute<{ payload: unknown }>(
    sql`select payload from events where type = 'search.dismissed' order by id desc limit 1`,
  );
  expect(event?.payload).toEqual({ count: 1 });
  await look();
  expect((await readKeptSearches(as(db, platform))).total).toBe(1);
});

test("after ninety days it is forgotten", async ({ db }) => {
  const at = new Date("2026-01-01T00:00:00Z");
  await noteMiss(as(db, person("developer"), at), { query: "old wish" });
  await noteMiss(as(db, person("developer"), new Date("2026-03-01T00:00:00Z")), { query: "new wish" });
  const [job] = searchJobs;
  const tools = { outside: makeOutside({ hosts: [] }), signal: new AbortController().signal };
  await job!.work({ ctx: as(db, undefined, new Date("2026-04-02T00:00:00Z")), ...tools }, {} as never);
  const rows = await db.execute<{ query: string }>(sql`select query from search_misses`);
  expect(rows.map(({ query }) => query)).toEqual(["new wish"]);
});
