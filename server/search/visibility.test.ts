import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { repositoryReaders, sourceRepositories } from "#db/schema/connections.ts";
import { connections } from "#db/schema/core.ts";
import { docsPages, docsSections, docsSites } from "#db/schema/docs.ts";
import { accounts } from "#db/schema/identity.ts";
import { searchMisses, searchPicks } from "#db/schema/search.ts";
import type { Db } from "#db/types.ts";
import type { Actor } from "#server/core/actor.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, copyDatabase, type DatabaseCopy, test } from "#server/testing/database.ts";
import { makeUser, person } from "#server/testing/people.ts";
import { markEnd, markStart } from "./model.ts";
import { noteMiss } from "./note-miss.ts";
import { notePick } from "./note-pick.ts";
import { search } from "./reads/search.ts";

const owned = (kind: string, name: string, owner: string, metadata = {}) =>
  documentText(kind, name, { metadata, spec: { owner } });

let copy: DatabaseCopy;
let db: Db;
let repositoryId: string;
const guest = person("guest", { limitedTo: ["group:default/ours"], groupRefs: ["group:default/ours"] });
const developer = person("developer");

beforeAll(async () => {
  copy = await copyDatabase();
  db = copy.pool.db;
  const { id: locationId } = await importFiles(db, "/private", {
    "catalog-info.yaml": fileOf(
      owned("Component", "our-ledger", "ours", {
        description: `Books ${markStart}[b]money[/b]${markEnd} twice`,
      }),
      owned("Component", "their-ledger", "theirs"),
      owned("Component", "aquamarine", "theirs", { tags: ["turquoise"] }),
      owned("System", "theirs-only", "theirs"),
      documentText("Group", "ours"),
      documentText("Group", "theirs"),
    ),
  });
  repositoryId = await addPrivateRepository(db, locationId);
  await addDocs(db, locationId);
});
afterAll(() => copy?.drop());

async function addPrivateRepository(on: Db, locationId: string): Promise<string> {
  const [connection] = await on
    .insert(connections)
    .values({ kind: "github", name: "Host", settings: { webUrl: "https://git.example.com" } })
    .returning({ id: connections.id });
  const [repository] = await on
    .insert(sourceRepositories)
    .values({
      connectionId: connection!.id,
      externalId: "1",
      fullName: "acme/ledger",
      slug: "acme/ledger",
      url: "https://git.example.com/acme/ledger",
      cloneUrl: "https://git.example.com/acme/ledger.git",
      defaultBranch: "main",
      visibility: "private",
      topics: [],
      listedAt: new Date(),
      readersListedAt: new Date(),
    })
    .returning({ id: sourceRepositories.id });
  await on.execute(
    sql`update locations set repository_id = ${repository!.id}::uuid where id = ${locationId}::uuid`,
  );
  return repository!.id;
}

async function addDocs(on: Db, locationId: string): Promise<void> {
  const [site] = await on
    .insert(docsSites)
    .values({
      entityRef: "component:default/our-ledger",
      locationId,
      reference: "dir:.",
      title: "Ledger handbook",
      checkedAt: new Date(),
    })
    .returning({ id: docsSites.id });
  const page = { siteId: site!.id, path: "guide/closing" };
  await on.insert(docsPages).values({
    ...page,
    file: "docs/guide/closing.md",
    title: "Closing the books",
    html: "<p>secret</p>",
    contentHash: "x",
    position: 1,
  });
  const section = { ...page, entityRef: "component:default/our-ledger", pageTitle: "Closing the books" };
  await on.insert(docsSections).values([
    {
      ...section,
      title: "Closing the books",
      text: "At the end of the month <script>everything</script> is booked.",
    },
    {
      ...section,
      anchor: "rollback",
      title: "Rollback of a closing",
      text: "Reopen the period in the vermilion console.",
    },
  ]);
}

const find = (actor: Actor, query: string, more: object = {}) =>
  search(as(db, actor), { query, kind: [], limit: 20, offset: 0, ...more });

/** Somebody whose account at the host may read the repository. */
async function makeReader(): Promise<Actor> {
  const reader = await makeUser(db, "developer");
  await db.insert(accounts).values({
    userId: reader.id,
    issuer: "https://git.example.com",
    subject: reader.id,
    name: "Ana",
    login: "Ana",
  });
  await db.insert(repositoryReaders).values({ repositoryId, login: "ana", externalId: reader.id });
  return reader;
}

describe("documentation of a private repository", () => {
  test("is found by its readers alone, at the heading, with what was found marked", async () => {
    const reader = await makeReader();
    const { hits, groups } = await find(reader, "vermilion");
    expect(hits).toMatchObject([
      { group: "docs", path: "guide/closing", anchor: "rollback", title: "Rollback of a closing" },
    ]);
    expect(hits[0]?.snippet).toContain(`${markStart}vermilion${markEnd}`);
    expect(groups.docs).toBe(1);
    // A stem, a beginning, a mistyped heading; and the entry's filters hold for its pages.
    for (const query of ["reopened", "vermi", "rollbakc", "vermilion owner:ours", "kind:docs vermilion"])
      expect((await find(reader, query)).hits, query).toMatchObject([{ path: "guide/closing" }]);
    expect((await find(reader, "vermilion owner:theirs")).total).toBe(0);
  });

  test("tells others nothing: no result, no number, no word to put theirs right", async () => {
    for (const actor of [developer, guest, person("platform")])
      for (const query of ["vermilion", "rollbakc", "closing", "kind:docs closing"])
        expect(await find(actor, query), query).toMatchObject({ total: 0, hits: [], correction: null });
    expect((await find(person("admin"), "vermilion")).total).toBe(1);
  });
});

describe("a guest", () => {
  test("finds, counts and is corrected by what they may see alone", async () => {
    expect((await find(guest, "ledger")).hits.map(({ ref }) => ref)).toEqual([
      "component:default/our-ledger",
    ]);
    expect(await find(guest, "ledger")).toMatchObject({
      total: 1,
      kinds: [{ value: "component", count: 1 }],
    });
    for (const query of [
      "aquamarine",
      "aquamarin",
      "aquamarne",
      "tag:turquoise",
      "owner:theirs",
      "theirs-only",
      "component:default/aquamarine",
    ])
      expect(await find(guest, query), query).toMatchObject({
        total: 0,
        hits: [],
        kinds: [],
        correction: null,
      });
    expect((await find(developer, "aquamarne")).correction).toEqual({ query: "aquamarine", isApplied: true });
  });

  test("nobody who is not signed in finds anything", async () => {
    expect(await find({ kind: "anonymous" }, "ledger")).toMatchObject({ total: 0, hits: [] });
  });
});

test("marks that stand in a description are none of ours", async () => {
  const [hit] = (await find(developer, "money")).hits;
  expect(hit?.snippet).toBe(`Books [b]${markStart}money${markEnd}[/b] twice`);
});

describe("what was opened", () => {
  const picks = () => db.select({ target: searchPicks.target, weight: searchPicks.weight }).from(searchPicks);

  test("counts for its place, fades, and is of nobody", async () => {
    const ref = "component:default/their-ledger";
    const first = async (at: Date) => {
      const { hits } = await search(as(db, developer, at), {
        query: "ledger",
        kind: [],
        limit: 5,
        offset: 0,
      });
      return hits[0]?.ref;
    };
    const at = new Date("2026-05-01T00:00:00Z");
    expect(await first(at)).toBe("component:default/our-ledger");
    for (let count = 0; count < 3; count += 1) await notePick(as(db, developer, at), { ref });
    expect(await picks()).toEqual([{ target: ref, weight: 3 }]);
    expect(await first(new Date("2026-05-01T00:02:00Z"))).toBe(ref);
    expect(await first(new Date("2028-05-01T00:00:00Z"))).toBe("component:default/our-ledger");
    await notePick(as(db, developer, new Date("2026-05-31T00:00:00Z")), { ref });
    expect((await picks())[0]?.weight).toBeCloseTo(2.5);
  });

  test("is not counted where it is hidden or not there", async () => {
    const before = await picks();
    await notePick(as(db, guest), { ref: "component:default/aquamarine" });
    await notePick(as(db, developer), { ref: "component:default/no-such-thing" });
    await notePick(as(db, developer), { ref: "component:default/our-ledger", path: "guide/closing" });
    expect(await picks()).toEqual(before);
  });
});

describe("what was not found", () => {
  const misses = () => db.select({ query: searchMisses.query, count: searchMisses.count }).from(searchMisses);

  test("is kept in plain letters with its number, and nothing of who looked", async () => {
    await noteMiss(as(db, developer), { query: "Größen  Rechner" });
    await noteMiss(as(db, person("leader")), { query: "grossen rechner" });
    expect(await misses()).toEqual([{ query: "grossen rechner", count: 2 }]);
    const columns = await db.execute<{ name: string }>(
      sql`select column_name as name from information_schema.columns where table_name = 'search_misses' order by 1`,
    );
    expect(columns.map(({ name }) => name)).toEqual(["count", "first_at", "last_at", "query"]);
  });

  test("is not kept when it is there, private, or looked for by a guest", async () => {
    const before = await misses();
    for (const query of [
      "ledger",
      "aquamarne",
      "ana@example.com",
      "ghp_abcdefghijklmnop",
      "4111 1111 1111 1111",
      "",
    ])
      await noteMiss(as(db, developer), { query });
    await noteMiss(as(db, guest), { query: "aquamarine" });
    expect(await misses()).toEqual(before);
  });
});
