import { sql } from "drizzle-orm";
import { beforeEach, expect } from "vitest";
import type { Db } from "#db/types.ts";
import {
  clearCatalogue,
  documentText,
  importFiles,
  readDocument,
  readProblemLines,
  readRefs,
} from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { readPortalEntry } from "./read-portal-entry.ts";
import { removePortalEntry } from "./remove-portal-entry.ts";
import { savePortalEntries } from "./save-portal-entries.ts";

beforeEach<{ db: Db }>(async ({ db }) => {
  await clearCatalogue(db);
  await db.execute(sql`truncate portal_entries`);
});

const ref = "component:default/shop";
const shop = (spec: Record<string, unknown> = {}) => documentText("Component", "shop", { spec });
const platform = person("platform");
const events = async (db: Db) =>
  (await db.execute<{ type: string }>(sql`select type from events order by id`)).map(({ type }) => type);

test("an entry comes in, is changed and goes, with its events", async ({ db }) => {
  const ctx = as(db, platform);
  const made = await savePortalEntries(ctx, { documents: [{ text: shop() }] });
  expect(made).toEqual({ entries: [{ ref, version: 1 }] });
  const document = await readDocument(db, ref);
  expect(document?.metadata.annotations).toMatchObject({
    "backstage.io/managed-by-location": `portal:${ref}`,
    "backstage.io/managed-by-origin-location": "portal:portal",
  });
  await savePortalEntries(ctx, { documents: [{ text: shop({ type: "website" }), version: 1 }] });
  expect((await readDocument(db, ref))?.spec).toMatchObject({ type: "website" });
  expect(await readPortalEntry(ctx, { ref })).toMatchObject({ version: 2, updatedBy: platform.name });
  await removePortalEntry(ctx, { ref });
  expect(await readRefs(db)).toEqual([]);
  expect(await readPortalEntry(ctx, { ref })).toBeNull();
  expect(await events(db)).toEqual(["portal-entry.created", "portal-entry.changed", "portal-entry.removed"]);
});

test("changing one entry leaves the others and their problems alone", async ({ db }) => {
  const ctx = as(db, platform);
  const other = documentText("Component", "other", { spec: { lifecycle: "prod" } });
  await savePortalEntries(ctx, { documents: [{ text: shop() }, { text: other }] });
  const before = await readProblemLines(db);
  expect(before.some((line) => line.includes('"prod"'))).toBe(true);
  await savePortalEntries(ctx, { documents: [{ text: shop({ type: "website" }), version: 1 }] });
  expect(await readRefs(db)).toEqual(["component:default/other", ref]);
  expect((await readProblemLines(db)).sort()).toEqual(before.sort());
});

test.for([
  ["kind: [", "Line 1"],
  ["", "empty"],
  [`${shop()}---\n${shop()}`, "several documents"],
  [documentText("Component", "shop", { spec: { owner: 1 } }), "spec.owner has to be text"],
  [documentText("Component", "a b"), "metadata.name"],
  [documentText("Location", "files", { spec: { target: "./x.yaml" } }), "add its target as a source"],
  [
    documentText("API", "a", { spec: { definition: { $text: "https://169.254.169.254/" } } }),
    "nothing is read",
  ],
])("%j is refused whole: %s", async ([text, message], { db }) => {
  const attempt = savePortalEntries(as(db, platform), {
    documents: [{ text: documentText("Component", "fine") }, { text: text ?? "" }],
  });
  await expect(attempt).rejects.toThrow(message);
  expect(await readRefs(db)).toEqual([]);
  expect(await events(db)).toEqual([]);
});

test("who saves over a change that they have not seen is told so", async ({ db }) => {
  const ctx = as(db, platform);
  await savePortalEntries(ctx, { documents: [{ text: shop() }] });
  await savePortalEntries(ctx, { documents: [{ text: shop({ type: "website" }), version: 1 }] });
  const late = savePortalEntries(ctx, { documents: [{ text: shop({ type: "library" }), version: 1 }] });
  await expect(late).rejects.toMatchObject({ code: "conflict" });
  await expect(savePortalEntries(ctx, { documents: [{ text: shop() }] })).rejects.toThrow(
    "kept in the portal",
  );
  expect((await readDocument(db, ref))?.spec).toMatchObject({ type: "website" });
});

test("a maintainer keeps what their team owns and gives nothing away", async ({ db }) => {
  const [ours, theirs] = ["group:default/ours", "group:default/theirs"];
  const maintainer = as(db, person("developer", { groupRefs: [ours], maintains: [ours] }));
  await savePortalEntries(maintainer, { documents: [{ text: shop({ owner: "ours" }) }] });
  const giveAway = savePortalEntries(maintainer, {
    documents: [{ text: shop({ owner: "theirs" }), version: 1 }],
  });
  await expect(giveAway).rejects.toMatchObject({ code: "forbidden" });
  const other = as(db, person("developer", { groupRefs: [theirs], maintains: [theirs] }));
  const take = savePortalEntries(other, { documents: [{ text: shop({ owner: "theirs" }), version: 1 }] });
  await expect(take).rejects.toMatchObject({ code: "forbidden" });
  await expect(removePortalEntry(other, { ref })).rejects.toMatchObject({ code: "forbidden" });
  // Rights rest on teams and people: those who belong to nobody are for the platform.
  const group = savePortalEntries(maintainer, { documents: [{ text: documentText("Group", "mine") }] });
  await expect(group).rejects.toMatchObject({ code: "forbidden" });
  const guest = as(db, person("guest", { limitedTo: [ours], maintains: [ours] }));
  await expect(removePortalEntry(guest, { ref })).rejects.toMatchObject({ code: "forbidden" });
  expect((await readPortalEntry(other, { ref }))?.text).toBe("");
  expect(await readRefs(db)).toEqual([ref]);
});

test("a file with the same reference takes the entry over, whose uid stays", async ({ db }) => {
  const ctx = as(db, platform);
  await savePortalEntries(ctx, { documents: [{ text: shop({ lifecycle: "prod" }) }] });
  const before = await readDocument(db, ref);
  const result = await importFiles(db, "/files", { "catalog-info.yaml": shop({ type: "from a file" }) });
  expect(result).toMatchObject({ changed: 1, added: 0 });
  const after = await readDocument(db, ref);
  expect(after?.spec).toMatchObject({ type: "from a file" });
  expect(after?.metadata.uid).toBe(before?.metadata.uid);
  expect(await readPortalEntry(ctx, { ref })).toMatchObject({ yieldedTo: "/files, catalog-info.yaml" });
  expect((await readProblemLines(db)).filter((line) => line.includes("prod"))).toEqual([]);
  expect(await events(db)).toContain("portal-entry.yielded");
  const again = savePortalEntries(ctx, { documents: [{ text: shop(), version: 1 }] });
  await expect(again).rejects.toThrow("comes from /files: change it there");
  // Forgetting the text leaves the file's entry.
  await removePortalEntry(ctx, { ref });
  expect(await readRefs(db)).toEqual([ref]);
});

test("an entry whose file is gone can be kept in the portal again", async ({ db }) => {
  await importFiles(db, "/files", { "catalog-info.yaml": shop(), "other.yaml": documentText("API", "a") });
  await importFiles(db, "/files", { "other.yaml": documentText("API", "a") });
  expect(await readRefs(db)).toContain(`${ref} (gone)`);
  await savePortalEntries(as(db, platform), { documents: [{ text: shop() }] });
  expect(await readRefs(db)).toContain(ref);
});

test("nobody makes teams or people by being somebody's maintainer, whatever the document says of an owner", async ({
  db,
}) => {
  const maintainer = as(db, person("developer", { maintains: ["group:default/mine"] }));
  const owned = { owner: "group:default/mine" };
  const group = documentText("Group", "a-door", {
    spec: { ...owned, type: "team", children: [], parent: "group:default/security", members: ["me"] },
  });
  const user = documentText("User", "me-too", { spec: { ...owned, memberOf: ["group:default/security"] } });
  for (const text of [group, user])
    await expect(savePortalEntries(maintainer, { documents: [{ text }] })).rejects.toMatchObject({
      code: "forbidden",
    });
  await savePortalEntries(as(db, platform), { documents: [{ text: group }] });
  await expect(removePortalEntry(maintainer, { ref: "group:default/a-door" })).rejects.toMatchObject({
    code: "forbidden",
  });
});

test("the place of another team's entry whose file is gone is not for the taking, and its text is nobody else's", async ({
  db,
}) => {
  const theirs = documentText("Component", "shop", { spec: { owner: "group:default/theirs" } });
  await importFiles(db, "former", { "a.yaml": theirs, "b.yaml": documentText("Component", "other") });
  await importFiles(db, "former", { "b.yaml": documentText("Component", "other") });
  const mine = shop({ owner: "group:default/mine" });
  const maintainer = as(db, person("developer", { maintains: ["group:default/mine"] }));
  await expect(savePortalEntries(maintainer, { documents: [{ text: mine }] })).rejects.toMatchObject({
    code: "forbidden",
  });
  await savePortalEntries(as(db, platform), { documents: [{ text: mine }] });
  const versions = await db.execute<{ change: string; before: string | null }>(
    sql`select change, before from entity_versions where ref = ${ref} order by id desc limit 1`,
  );
  expect(versions).toEqual([{ change: "taken-over", before: null }]);
});
