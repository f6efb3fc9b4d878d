import { expect } from "vitest";
import { anonymous } from "#server/core/actor.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { checkText } from "./check-text.ts";

const text = `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
spec:
  type: service
  lifecycle: Production
  owner: team-payment
  subComponentOf: other
---
kind: Component
`;

test("a text gets the verdict of an import, with its warnings, at line and column", async ({ db }) => {
  await importFiles(db, "/teams", { "a.yaml": documentText("Group", "team-payments") });
  const { valid, documents } = await checkText(as(db, person("developer")), { text });
  expect(valid).toBe(false);
  expect(documents.map(({ ref, verdict }) => [ref, verdict])).toEqual([
    ["component:default/shop", "valid"],
    [null, "invalid"],
  ]);
  expect(documents[0]?.warnings).toEqual([
    {
      message: 'spec.subComponentOf is not read: did you mean "subcomponentOf"?',
      path: "/spec/subComponentOf",
      line: 9,
      column: 3,
    },
    {
      message: 'The lifecycle "Production" is usually written "production"',
      path: "/spec/lifecycle",
      line: 7,
      column: 3,
    },
    {
      message: "group:default/team-payment is not in the catalog: did you mean group:default/team-payments?",
      path: "/spec/owner",
      line: 8,
      column: 3,
    },
  ]);
  expect(documents[1]?.errors.map(({ line }) => line)).toEqual([11, 11]);
});

test("names of the same text are there; guests learn nothing of what the catalog has", async ({ db }) => {
  const own = fileOf(documentText("Component", "a", { spec: { owner: "b" } }), documentText("Group", "b"));
  const mine = await checkText(as(db, person("developer")), { text: own });
  expect(mine.documents.flatMap(({ warnings }) => warnings)).toEqual([]);
  const guest = await checkText(as(db, person("guest", { limitedTo: [] })), { text });
  expect(guest.documents[0]?.warnings).toHaveLength(2);
  await expect(checkText(as(db, anonymous), { text })).rejects.toMatchObject({ code: "unauthenticated" });
});

test("what cannot be read is told at its place; a placeholder is left to the import", async ({ db }) => {
  const ctx = as(db, person("developer"));
  const broken = await checkText(ctx, { text: "kind: A\n  b: [\n" });
  expect(broken).toMatchObject({ valid: false, documents: [{ stage: "yaml", errors: [{ line: 1 }] }] });
  const api = documentText("API", "a", { spec: { definition: { $text: "./openapi.yaml" } } });
  const told = await checkText(ctx, { text: api });
  expect(told).toMatchObject({ valid: true });
  expect(told.documents[0]?.warnings[0]?.message).toContain("when it is imported");
  expect(await checkText(ctx, { text: "" })).toEqual({ valid: true, documents: [], total: 0 });
});
