import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import { makeOutside } from "#server/core/outside.ts";
import {
  clearCatalogue,
  importFiles,
  importFolder,
  readContradictions,
  readDocument,
  readProblemLines,
  readRefs,
} from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { importNow } from "./import-now.ts";

const organisation = fileURLToPath(new URL("fixtures/organisation", import.meta.url));
const tools = (db: Db) => ({ ctx: as(db), outside: makeOutside({ hosts: [] }) });

const component = (name: string, spec = "{ type: service, lifecycle: production, owner: team }") =>
  `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: ${name} }\nspec: ${spec}\n`;

test("a folder is imported whole: targets, patterns, placeholders, unknown kinds, broken neighbours", async ({
  db,
}) => {
  await clearCatalogue(db);
  const report = await importNow(tools(db), [organisation]);
  expect(report.entities).toEqual({ added: 11, changed: 0, unchanged: 0, removed: 0 });
  expect(report.byKind).toEqual({
    API: 2,
    Component: 3,
    Group: 1,
    Location: 2,
    Template: 1,
    User: 1,
    Widget: 1,
  });
  expect(await readRefs(db)).toEqual([
    "api:default/checkout-api",
    "api:default/ledger-api",
    "component:default/checkout",
    "component:default/ledger",
    "component:default/no-lifecycle",
    "group:default/payments",
    "location:default/organisation",
    "location:default/perhaps",
    "template:default/new-service",
    "user:default/jo",
    "widget:default/left-pad",
  ]);
  expect(await readProblemLines(db)).toEqual([
    "error services/ledger/catalog-info.yaml:9 spec.lifecycle is missing",
    'error services/ledger/catalog-info.yaml:14 Missing closing "quote',
    "error services/ledger/catalog-info.yaml:22 $text cannot be filled in from ../../../outside.proto: it lies outside of what is imported",
    "info widgets.yaml:2 The kind Widget (acme.example.com/v1) is not one that Backstage knows; it is kept and shown as it stands",
    "error catalog-info.yaml:9 The target ./not-there.yaml was not read: there is no such file",
    "info -:- Skeletons of templates were not read: template/skeleton/catalog-info.yaml",
    "info -:- Files with kinds of another system were not read: deploy/deployment.yaml. Name one in a Location to import it",
  ]);
  expect(report.problems.map(({ file, line, ref }) => `${file}:${line} ${ref}`)).toEqual([
    "services/ledger/catalog-info.yaml:9 component:default/no-lifecycle",
    "services/ledger/catalog-info.yaml:14 null",
    "services/ledger/catalog-info.yaml:22 api:default/ledger-api",
    "widgets.yaml:2 widget:default/left-pad",
    "catalog-info.yaml:9 location:default/organisation",
    "services/checkout/catalog-info.yaml:16 component:default/checkout",
    "services/ledger/catalog-info.yaml:4 component:default/ledger",
  ]);
  expect(report.notes).toHaveLength(2);
  expect(await readContradictions(db)).toEqual([]);
});

test("an entry is stored as Backstage returns it", async ({ db }) => {
  await clearCatalogue(db);
  await importFolder(db, organisation);
  const checkout = await readDocument(db, "component:default/checkout");
  const file = `file:${organisation}/services/checkout/catalog-info.yaml`;
  expect(checkout).toMatchObject({
    apiVersion: "backstage.io/v1alpha1",
    kind: "Component",
    metadata: {
      name: "checkout",
      namespace: "default",
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      etag: expect.stringMatching(/^[0-9a-f]{40}$/),
      annotations: {
        "github.com/project-slug": "Acme/Checkout",
        "backstage.io/managed-by-location": file,
        "backstage.io/managed-by-origin-location": `file:${organisation}`,
      },
    },
    relations: [
      { type: "dependsOn", targetRef: "component:default/ledger" },
      { type: "ownedBy", targetRef: "group:default/payments" },
      { type: "partOf", targetRef: "system:default/shop" },
      { type: "providesApi", targetRef: "api:default/checkout-api" },
    ],
  });
  expect(await readDocument(db, "api:default/checkout-api")).toMatchObject({
    spec: { definition: readFileSync(join(organisation, "services/checkout/openapi.yaml"), "utf8") },
    relations: [{ type: "apiProvidedBy" }, { type: "ownedBy" }],
  });
  const [row] = await db.execute(sql`
    select title, project_slug, owner_ref, system_ref, tags, line from entities where ref = 'component:default/checkout'`);
  expect(row).toEqual({
    title: null,
    project_slug: "acme/checkout",
    owner_ref: "group:default/payments",
    system_ref: "system:default/shop",
    tags: ["java"],
    line: 1,
  });
});

test("a host that is not allowed is named, with the setting that allows it", async ({ db }) => {
  await clearCatalogue(db);
  const sentence =
    "The host unknown.example.com is not one that Milepost may read from: add it to MILEPOST_ALLOWED_HOSTS and start again";
  await expect(importNow(tools(db), ["https://unknown.example.com/acme/shop"])).rejects.toThrow(sentence);
  await expect(importNow(tools(db), ["https://unknown.example.com/catalog-info.yaml"])).rejects.toThrow(
    `catalog-info.yaml was not read: ${sentence}`,
  );
});

test("a location that never could be read is not kept; one that was imported before is", async ({ db }) => {
  await clearCatalogue(db);
  await expect(importNow(tools(db), ["/no/such/folder"])).rejects.toThrow("does not exist");
  await importFiles(db, "/no/such/folder-either", { "a.yaml": component("a") });
  await expect(importNow(tools(db), ["/no/such/folder-either"])).rejects.toThrow("does not exist");
  const rows = await db.execute(sql`select target, state from locations`);
  expect([...rows]).toEqual([{ target: "/no/such/folder-either", state: "failed" }]);
  expect(await readRefs(db)).toEqual(["component:default/a"]);
});

test("what no database could hold or index is refused or cut, and hides nothing else", async ({ db }) => {
  await clearCatalogue(db);
  const long = "x".repeat(5000);
  const files = {
    "catalog-info.yaml": [
      component("fine"),
      `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: "nul\\0" }\n`,
      component(`"${long}"`),
      component(
        "owned",
        `{ type: "${long}", lifecycle: production, owner: "${long}", dependsOn: ["component:${long}"] }`,
      ),
      component(`"a/b"`),
      `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: tagged, tags: [${"a,".repeat(2000)}a], title: "${long}", annotations: { ${long}: x } }\n`,
      component("last"),
    ].join("---\n"),
  };
  await importFiles(db, "/limits", files);
  expect(await readRefs(db)).toEqual([
    "component:default/fine",
    "component:default/last",
    "component:default/owned",
    "component:default/tagged",
  ]);
  expect(await readContradictions(db)).toEqual([]);
  expect((await readProblemLines(db)).length).toBeGreaterThan(4);
});
