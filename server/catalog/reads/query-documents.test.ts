import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import { anonymous } from "#server/core/actor.ts";
import { clearCatalogue, documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { parseFilters } from "../entity-predicate.ts";
import { removeLocation } from "../remove-location.ts";
import { findDocument } from "./find-documents.ts";
import { type DocumentQuery, queryDocuments } from "./query-documents.ts";

const components: DocumentQuery = {
  filter: parseFilters(["kind=component"]),
  fullText: null,
  orderFields: [{ field: "metadata.name", order: "asc" }],
  limit: 2,
  offset: 0,
  from: null,
  isTotalWanted: true,
};

const total = async (db: Db, query: Partial<DocumentQuery> = {}) =>
  (await queryDocuments(as(db), { ...components, ...query })).total;

test("a remembered total is never older than the page beside it", async ({ db }) => {
  await clearCatalogue(db);
  expect(await total(db)).toBe(0);
  const one = await importFiles(db, "/one", { "a.yaml": documentText("Component", "a") });
  expect(await total(db)).toBe(1);
  expect(await total(db)).toBe(1);
  await importFiles(db, "/two", {
    "b.yaml": fileOf(...["b", "c", "d"].map((name) => documentText("Component", name))),
  });
  expect(await total(db)).toBe(4);
  expect(await total(db, { limit: 0 })).toBe(4);
  expect(await total(db, { offset: 100 })).toBe(4);
  expect(await total(db, { filter: parseFilters(["kind=component,metadata.name=b"]) })).toBe(1);
  await removeLocation(as(db), { id: one.id });
  expect(await total(db)).toBe(3);
  expect(await total(db, { isTotalWanted: false })).toBeNull();
});

test("in a transaction a total is that of the transaction", async ({ db }) => {
  await clearCatalogue(db);
  const { id } = await importFiles(db, "/kept", { "a.yaml": documentText("Component", "a") });
  expect(await total(db)).toBe(1);
  const undo = new Error("undo");
  await db
    .transaction(async (tx) => {
      await removeLocation(as(tx), { id });
      expect(await total(tx)).toBe(0);
      throw undo;
    })
    .catch((error: unknown) => expect(error).toBe(undo));
  expect(await total(db)).toBe(1);
});

test("who is not signed in is sent nothing, not even a number", async ({ db }) => {
  await clearCatalogue(db);
  await importFiles(db, "/hidden", { "a.yaml": documentText("Component", "a") });
  expect(await total(db)).toBe(1);
  expect(await queryDocuments(as(db, anonymous), components)).toMatchObject({ items: [], total: 0 });
  expect(await findDocument(as(db, anonymous), "component:default/a")).toBeNull();
  expect(await findDocument(as(db), "component:default/a")).toContain('"name":"a"');
});
