import { sql } from "drizzle-orm";
import { beforeEach, expect } from "vitest";
import type { Db } from "#db/types.ts";
import {
  clearCatalogue,
  documentText,
  importFiles,
  readDocument,
  readRefs,
} from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { person, tokenActor } from "#server/testing/people.ts";
import { savePortalEntries } from "../portal-entries/save-portal-entries.ts";
import { removeLocation } from "../remove-location.ts";
import { createCustomSource } from "./create-custom-source.ts";
import type { SentEntities } from "./inputs.ts";
import { pushEntities } from "./push-entities.ts";

const id = "cmdb";
const component = (name: string, spec: Record<string, unknown> = {}) =>
  JSON.parse(documentText("Component", name, { spec })) as Record<string, unknown>;
const full = (...entities: Record<string, unknown>[]): SentEntities => ({ type: "full", entities });
const names = (...numbers: number[]) => numbers.map((number) => component(`c${number}`));
const ref = (name: string) => `component:default/${name}`;

const token = tokenActor("platform", ["catalog-write"]);
const push = (
  db: Db,
  sent: SentEntities,
  how: { isDryRun?: boolean; isForced?: boolean } = {},
  actor = token,
) => pushEntities(as(db, actor), { id, sent, isDryRun: false, isForced: false, ...how });

beforeEach<{ db: Db }>(async ({ db }) => {
  await clearCatalogue(db);
  await db.execute(sql`truncate custom_sources, portal_entries`);
  await createCustomSource(as(db), { id, title: "Machines", guardPercent: 20 });
});

const receivedEvents = async (db: Db) =>
  (await db.execute(sql`select payload from events where type = 'custom-source.received' order by id`))
    .length;

test("a full set comes in; the same again changes nothing and leaves no event", async ({ db }) => {
  const first = await push(db, full(...names(1, 2)));
  expect(first).toEqual({
    added: [ref("c1"), ref("c2")],
    changed: [],
    unchanged: 0,
    removed: [],
    refused: [],
  });
  const uid = (await readDocument(db, ref("c1")))?.metadata.uid;
  const again = await push(db, full(...names(1, 2)));
  expect(again).toEqual({ added: [], changed: [], unchanged: 2, removed: [], refused: [] });
  expect((await readDocument(db, ref("c1")))?.metadata).toMatchObject({
    uid,
    annotations: { "backstage.io/managed-by-origin-location": "custom:cmdb" },
  });
  expect(await receivedEvents(db)).toBe(1);
});

test("a dry run tells the difference, by fields, and writes nothing", async ({ db }) => {
  await push(db, full(...names(1, 2, 3, 4, 5)));
  const sent = full(component("c1", { owner: "somebody", type: "website" }), ...names(2, 3, 4, 6));
  const told = await push(db, sent, { isDryRun: true });
  expect(told).toEqual({
    added: [ref("c6")],
    changed: [{ ref: ref("c1"), fields: ["/spec/owner", "/spec/type"] }],
    unchanged: 3,
    removed: [ref("c5")],
    refused: [],
  });
  expect(await readRefs(db)).toEqual([1, 2, 3, 4, 5].map((number) => ref(`c${number}`)));
  expect(await push(db, sent)).toEqual(told);
  expect(await readRefs(db)).toEqual([1, 2, 3, 4, 6].map((number) => ref(`c${number}`)));
});

test("a delta adds and removes what it names, and leaves the rest", async ({ db }) => {
  await push(db, full(...names(1, 2, 3, 4, 5)));
  const told = await push(db, {
    type: "delta",
    added: [component("c6")],
    removed: ["Component:Default/C5", ref("never")],
  });
  expect(told).toMatchObject({ added: [ref("c6")], removed: [ref("c5")] });
  expect(await readRefs(db)).toEqual([1, 2, 3, 4, 6].map((number) => ref(`c${number}`)));
});

test("more than the guard's share does not vanish, unless an admin forces it", async ({ db }) => {
  await push(db, full(...names(1, 2, 3, 4, 5)));
  const sent = full(...names(1, 2, 3));
  await expect(push(db, sent)).rejects.toMatchObject({ code: "conflict", field: "force" });
  await expect(push(db, sent, { isDryRun: true })).rejects.toThrow("2 of 5 entries would vanish");
  await expect(push(db, full())).rejects.toThrow("5 of 5");
  await expect(push(db, sent, { isForced: true })).rejects.toMatchObject({ code: "forbidden" });
  expect(await readRefs(db)).toHaveLength(5);
  await push(db, sent, { isForced: true }, tokenActor("admin", ["catalog-write"]));
  expect(await readRefs(db)).toEqual([1, 2, 3].map((number) => ref(`c${number}`)));
});

test("what is not in order is told by entity and field, and nothing is taken", async ({ db }) => {
  const attempt = push(db, full(component("fine"), component("broken", { owner: 7 }), component("a b")));
  await expect(attempt).rejects.toMatchObject({
    code: "invalid",
    field: "entities[1].spec.owner",
    message:
      "2 of 3 entities are not in order, the first component:default/broken: spec.owner has to be text, not the number 7",
    errors: [
      { index: 1, ref: ref("broken"), field: "spec.owner" },
      { index: 2, field: "metadata.name" },
    ],
  });
  expect(await readRefs(db)).toEqual([]);
});

test.for([
  [full(component("twice"), component("Twice")), "is there already, as number 0"],
  [
    full({ ...component("x"), kind: "Location", spec: { target: "https://example.com" } }),
    "not followed here",
  ],
  [full(component("x", { system: { $text: "https://10.0.0.1/" } })), "nothing is read"],
  [full(component("x", { note: "\ud800" })), "surrogate"],
  [full({}), "apiVersion is missing"],
] as const)("%#: is refused", async ([sent, message], { db }) => {
  await expect(push(db, sent)).rejects.toThrow(message);
  expect(await readRefs(db)).toEqual([]);
});

test("what the catalog answers can be sent back", async ({ db }) => {
  await push(db, full(component("c1", { owner: "ours" })));
  const read = (await readDocument(db, ref("c1"))) as unknown as Record<string, unknown>;
  expect(read.relations).not.toEqual([]);
  expect(await push(db, full(read))).toMatchObject({ unchanged: 1, changed: [] });
});

test("another source keeps its entries; one kept in the portal yields", async ({ db }) => {
  await importFiles(db, "/files", { "a.yaml": documentText("Component", "filed") });
  await savePortalEntries(as(db), { documents: [{ text: documentText("Component", "typed") }] });
  const told = await push(
    db,
    full(component("filed", { type: "mine" }), component("typed", { type: "mine" })),
  );
  expect(told.refused).toEqual([{ ref: ref("filed"), message: expect.stringContaining("/files") }]);
  expect((await readDocument(db, ref("filed")))?.spec).toMatchObject({ type: "service" });
  expect((await readDocument(db, ref("typed")))?.spec).toMatchObject({ type: "mine" });
});

test("who may not push learns why", async ({ db }) => {
  for (const actor of [
    person("developer"),
    person("leader"),
    tokenActor("platform", ["read", "write"]),
  ] as const) {
    const attempt = pushEntities(as(db, actor), { id, sent: full(), isDryRun: true, isForced: false });
    await expect(attempt).rejects.toMatchObject({ code: "forbidden" });
  }
  const unknown = pushEntities(as(db, token), {
    id: "nobody",
    sent: full(),
    isDryRun: true,
    isForced: false,
  });
  await expect(unknown).rejects.toMatchObject({ code: "not_found" });
});

test("the source goes with its location", async ({ db }) => {
  await push(db, full(...names(1)));
  const [location] = await db.execute<{ id: string }>(sql`select location_id as id from custom_sources`);
  await removeLocation(as(db), { id: location?.id ?? "" });
  expect(await readRefs(db)).toEqual([]);
  expect(await db.execute(sql`select 1 from custom_sources`)).toHaveLength(0);
});
