import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { afterAll, expect } from "vitest";
import {
  clearCatalogue,
  fileOf,
  importFiles,
  importFolder,
  readContradictions,
  readDocument,
  readProblemLines,
  readRefs,
} from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { removeLocation } from "./remove-location.ts";

const organisation = fileURLToPath(new URL("fixtures/organisation", import.meta.url));
const copies: string[] = [];

/** A copy of the fixture that a test may change. */
function copyOrganisation(): string {
  const folder = mkdtempSync(join(tmpdir(), "milepost-import-"));
  copies.push(folder);
  cpSync(organisation, folder, { recursive: true });
  return folder;
}
afterAll(() => {
  for (const folder of copies) rmSync(folder, { recursive: true, force: true });
});

const component = (name: string, spec = "{ type: service, lifecycle: production, owner: team }") =>
  `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: ${name} }\nspec: ${spec}\n`;

test("importing again writes nothing", async ({ db }) => {
  await clearCatalogue(db);
  await importFolder(db, organisation);
  const rows = () =>
    db.execute(sql`
    select e.ref, e.xmin::text, b.xmin::text as body, (select string_agg(f.xmin::text, ',') from entity_fields f where f.entity_id = e.id) as fields
    from entities e join entity_bodies b on b.entity_id = e.id order by e.ref`);
  const before = [...(await rows())];
  const again = await importFolder(db, organisation);
  expect(again).toMatchObject({ added: 0, changed: 0, unchanged: 11, removed: 0 });
  expect([...(await rows())]).toEqual(before);
});

test("a change rewrites its own entry, keeps its identity, and renews the relations of those it names", async ({
  db,
}) => {
  await clearCatalogue(db);
  const folder = copyOrganisation();
  await importFolder(db, folder);
  const before = await readDocument(db, "component:default/checkout");
  const file = join(folder, "services/checkout/catalog-info.yaml");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace('dependsOn: ["component:ledger"]', 'dependsOn: ["api:ledger-api"]'));
  expect(await importFolder(db, folder)).toMatchObject({ added: 0, changed: 1, unchanged: 10, removed: 0 });
  const after = await readDocument(db, "component:default/checkout");
  expect(after?.metadata.uid).toBe(before?.metadata.uid);
  expect(after?.metadata.etag).not.toBe(before?.metadata.etag);
  expect((await readDocument(db, "component:default/ledger"))?.relations).not.toContainEqual(
    expect.objectContaining({ type: "dependencyOf" }),
  );
  expect((await readDocument(db, "api:default/ledger-api"))?.relations).toContainEqual({
    type: "dependencyOf",
    targetRef: "component:default/checkout",
  });
  expect(await readContradictions(db)).toEqual([]);
});

test("text added above an entry moves it without changing it", async ({ db }) => {
  await clearCatalogue(db);
  await importFiles(db, "/moved", { "catalog-info.yaml": component("a") });
  const moved = await importFiles(db, "/moved", {
    "catalog-info.yaml": `# one\n# two\n---\n${component("a")}`,
  });
  expect(moved).toMatchObject({ changed: 0, unchanged: 1 });
  const [row] = await db.execute<{ line: number }>(sql`select line from entities`);
  expect(row?.line).toBe(4);
});

test("an entry whose file is gone stays, marked, and comes back with the file", async ({ db }) => {
  await clearCatalogue(db);
  const both = { "a.yaml": component("a"), "b.yaml": component("b") };
  await importFiles(db, "/gone", both);
  const uid = (await readDocument(db, "component:default/b"))?.metadata.uid;
  expect(await importFiles(db, "/gone", { "a.yaml": component("a") })).toMatchObject({
    unchanged: 1,
    removed: 1,
  });
  expect(await readRefs(db)).toEqual(["component:default/a", "component:default/b (gone)"]);
  expect(await readDocument(db, "component:default/b")).toMatchObject({
    metadata: { annotations: { "backstage.io/orphan": "true" } },
  });
  const [field] = await db.execute(sql`
    select e.ref from entity_fields f join entities e on e.id = f.entity_id
    where f.key = 'metadata.annotations.backstage.io/orphan' and f.value = 'true'`);
  expect(field).toEqual({ ref: "component:default/b" });
  expect(await importFiles(db, "/gone", { "a.yaml": component("a") })).toMatchObject({ removed: 0 });
  expect(await importFiles(db, "/gone", both)).toMatchObject({ changed: 1, unchanged: 1 });
  expect(await readRefs(db)).toEqual(["component:default/a", "component:default/b"]);
  const back = await readDocument(db, "component:default/b");
  expect(back?.metadata.uid).toBe(uid);
  expect(back?.metadata.annotations).not.toHaveProperty(["backstage.io/orphan"]);
});

test("the first location keeps a reference; the other one takes it over once the first has lost it", async ({
  db,
}) => {
  await clearCatalogue(db);
  await importFiles(db, "/first", { "a.yaml": component("a") });
  const second = { "x/catalog-info.yaml": `${component("A")}---\n${component("b")}` };
  expect(await importFiles(db, "/second", second)).toMatchObject({ added: 1, changed: 0 });
  expect(await readProblemLines(db)).toEqual([
    "error x/catalog-info.yaml:1 component:default/a is in the catalog already, from /first: this copy was not taken",
  ]);
  await importFiles(db, "/first", {});
  expect(await importFiles(db, "/second", second)).toMatchObject({ added: 0, changed: 1, unchanged: 1 });
  const rows = await db.execute(sql`
    select e.ref, l.target, e.name from entities e join locations l on l.id = e.location_id where e.ref like '%/a'`);
  expect([...rows]).toEqual([{ ref: "component:default/a", target: "/second", name: "A" }]);
});

test("of two copies in one location the first file's is taken", async ({ db }) => {
  await clearCatalogue(db);
  const result = await importFiles(db, "/twice", {
    "b.yaml": component("a"),
    "a.yaml": `---\n${component("a")}`,
  });
  expect(result).toMatchObject({ added: 1 });
  expect(await readProblemLines(db)).toEqual([
    "error b.yaml:1 component:default/a is in the catalog already, from a.yaml, line 2: this copy was not taken",
  ]);
});

test("removing a location removes its entries and what they said about others", async ({ db }) => {
  await clearCatalogue(db);
  const spec = '{ type: service, lifecycle: production, owner: team, dependsOn: ["component:b"] }';
  const { id } = await importFiles(db, "/removed", { "a.yaml": component("a", spec) });
  await importFiles(db, "/kept", { "b.yaml": component("b") });
  expect((await readDocument(db, "component:default/b"))?.relations).toHaveLength(2);
  expect(await removeLocation(as(db), { id })).toEqual({ removed: 1 });
  expect(await readRefs(db)).toEqual(["component:default/b"]);
  expect((await readDocument(db, "component:default/b"))?.relations).toHaveLength(1);
  expect(await readContradictions(db)).toEqual([]);
});

test("an entry whose document cannot be read for now keeps its last known state", async ({ db }) => {
  await clearCatalogue(db);
  const both = fileOf(component("a"), component("b"));
  await importFiles(db, "/broken", { "x/a.yaml": both, "y.yaml": component("c") });
  const broken = fileOf(component("a"), "kind: [\n");
  const result = await importFiles(db, "/broken", { "x/a.yaml": `# catalog\n---\n${broken}` });
  expect(result).toMatchObject({ added: 0, changed: 0, unchanged: 2, removed: 1 });
  expect(await readRefs(db)).toEqual([
    "component:default/a",
    "component:default/b",
    "component:default/c (gone)",
  ]);
  expect(await readProblemLines(db)).toHaveLength(1);
  await importFiles(db, "/broken", { "x/a.yaml": component("a") });
  expect(await readRefs(db)).toContain("component:default/b (gone)");
});
