import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { sourceRepositories } from "#db/schema/connections.ts";
import { connections } from "#db/schema/core.ts";
import { as, test } from "#server/testing/database.ts";
import { documentedEntry, importDocs } from "#server/testing/documentation.ts";
import { makeUser, person } from "#server/testing/people.ts";
import { markEnd, markStart } from "../model.ts";
import { voteOnPage } from "../vote-on-page.ts";
import { readAnswers } from "./answers.ts";
import { getImage } from "./image.ts";
import { getPage } from "./page.ts";
import { searchDocs } from "./search.ts";
import { readSite, readSiteProblems } from "./site.ts";
import { readSites } from "./sites.ts";

const developer = person("developer", { groupRefs: ["group:default/ours"] });

describe("who reads documentation", () => {
  test("a private repository's is for its readers; others are told that it exists", async ({ db }) => {
    const { id } = await importDocs(db, {
      "catalog-info.yaml": documentedEntry("secret"),
      "docs/index.md": "# Secret plans\n\nThe zebra protocol.\n\n![p](p.svg)\n",
      "docs/p.svg": "<svg/>",
    });
    const [connection] = await db
      .insert(connections)
      .values({ kind: "github", name: "Acme" })
      .returning({ id: connections.id });
    const [repository] = await db
      .insert(sourceRepositories)
      .values({
        connectionId: connection!.id,
        externalId: "1",
        fullName: "acme/secret",
        slug: "acme/secret",
        url: "https://github.com/acme/secret",
        cloneUrl: "https://github.com/acme/secret.git",
        defaultBranch: "main",
        visibility: "private",
        topics: [],
        listedAt: new Date(),
      })
      .returning({ id: sourceRepositories.id });
    const hidden = async () => {
      const ctx = as(db, developer);
      expect(await readSite(ctx, { ref: "component:secret" })).toEqual({ site: null, isHidden: true });
      const notFound = { code: "not_found" };
      await expect(getPage(ctx, { ref: "component:secret", path: "" })).rejects.toMatchObject(notFound);
      await expect(getImage(ctx, { ref: "component:secret", path: "docs/p.svg" })).rejects.toMatchObject(
        notFound,
      );
      expect(await readSiteProblems(ctx, { ref: "component:secret" })).toEqual([]);
      expect(await searchDocs(ctx, { query: "zebra", limit: 10 })).toEqual([]);
      const { items } = await readSites(ctx, { query: "", limit: 200 });
      expect(items.map(({ ref }) => ref)).not.toContain("component:default/secret");
    };
    expect(await searchDocs(as(db, developer), { query: "zebra", limit: 10 })).toHaveLength(1);
    await db.execute(
      sql`update locations set repository_id = ${repository!.id}::uuid where id = ${id}::uuid`,
    );
    await hidden();
    expect(await searchDocs(as(db, person("admin")), { query: "zebra", limit: 10 })).toHaveLength(1);
    // The same when the pages come from another repository than the entry.
    await db.execute(sql`update locations set repository_id = null where id = ${id}::uuid`);
    await db.execute(
      sql`update docs_sites set repository_id = ${repository!.id}::uuid where location_id = ${id}::uuid`,
    );
    await hidden();
  });

  test("a guest reads what their groups own, and nothing else of it is counted or found", async ({ db }) => {
    await importDocs(db, {
      "catalog-info.yaml": documentedEntry("theirs-only", "dir:.", "group:default/theirs"),
      "docs/index.md": "# Walrus\n",
    });
    const guest = person("guest", { groupRefs: ["group:default/ours"], limitedTo: ["group:default/ours"] });
    expect(await searchDocs(as(db, guest), { query: "walrus", limit: 10 })).toEqual([]);
    expect(await readSite(as(db, guest), { ref: "component:theirs-only" })).toEqual({
      site: null,
      isHidden: false,
    });
    expect(await searchDocs(as(db, developer), { query: "walrus", limit: 10 })).toHaveLength(1);
  });
});

describe("searching", () => {
  test("finds sections by stems and beginnings, and marks what it found", async ({ db }) => {
    await importDocs(db, {
      "catalog-info.yaml": documentedEntry("search"),
      "docs/index.md":
        "# Start\n\n## Deploying\n\nHow to roll back quokka releases safely.\n\n## Other\n\nNothing.\n",
    });
    const find = (query: string) =>
      searchDocs(as(db, developer), { query, ref: "component:search", limit: 10 });
    const [hit] = await find("releasing quok");
    expect(hit).toMatchObject({ path: "", anchor: "deploying", title: "Deploying", page: "Start" });
    expect(hit?.snippet).toContain(`${markStart}quokka${markEnd}`);
    expect((await find("deploy"))[0]?.anchor).toBe("deploying");
    expect(await find("absent")).toEqual([]);
    for (const odd of ["'", "a & | !", ":*", "\\", "()", "<->", "ein:*A"]) await find(odd);
  });
});

describe("was this useful", () => {
  test("is one answer of a person, to change and to take back; owners see counts without names", async ({
    db,
  }) => {
    await importDocs(db, { "catalog-info.yaml": documentedEntry("voted"), "docs/index.md": "# V\n" });
    const page = { ref: "component:voted", path: "" };
    const [ana, ben] = [await makeUser(db, "developer"), await makeUser(db, "developer")];
    await voteOnPage(as(db, ana), { ...page, isUseful: true });
    await voteOnPage(as(db, ana), { ...page, isUseful: false, comment: "Too short" });
    await voteOnPage(as(db, ben), { ...page, isUseful: true });
    expect((await getPage(as(db, ana), page)).vote).toEqual({ isUseful: false, comment: "Too short" });
    const seen = await readAnswers(as(db, developer), page);
    expect(seen).toMatchObject([
      { path: "", title: "V", useful: 1, notUseful: 1, comments: [{ text: "Too short", isUseful: false }] },
    ]);
    expect(JSON.stringify(seen)).not.toContain(ana.id);
    await voteOnPage(as(db, ana), { ...page, isUseful: null });
    expect((await getPage(as(db, ana), page)).vote).toBeNull();
    await expect(readAnswers(as(db, ben), page)).rejects.toMatchObject({ code: "forbidden" });
    await expect(voteOnPage(as(db), { ...page, isUseful: true })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(voteOnPage(as(db, ana), { ...page, path: "no", isUseful: true })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

test("their own documentation comes first", async ({ db }) => {
  await importDocs(db, { "catalog-info.yaml": documentedEntry("zz-mine"), "docs/index.md": "# M\n" });
  const { items } = await readSites(as(db, developer), { query: "", limit: 200 });
  const at = items.findIndex(({ isMine }) => !isMine);
  expect(items.slice(0, at === -1 ? items.length : at).every(({ isMine }) => isMine)).toBe(true);
  expect(items.slice(at === -1 ? items.length : at).some(({ isMine }) => isMine)).toBe(false);
  const pages = await readSites(as(db, developer), { query: "", limit: 2 });
  expect(pages.nextCursor).not.toBeNull();
  const next = await readSites(as(db, developer), { query: "", limit: 2, cursor: pages.nextCursor ?? "" });
  expect(next.items[0]?.ref).toBe(items[2]?.ref);
});
