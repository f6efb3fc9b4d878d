import { sql } from "drizzle-orm";
import { beforeEach, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { clearCatalogue, documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { getEntity } from "./reads/entity.ts";
import { removeLocation } from "./remove-location.ts";

beforeEach<{ db: Db }>(({ db }) => clearCatalogue(db));

const team = documentText("Group", "payments");
const component = (name: string, spec: Record<string, unknown>) =>
  documentText("Component", name, { spec: { owner: "payments", ...spec } });

const lost = async (db: Db) =>
  (
    await db.execute<{ text: string }>(sql`
      select ref || ' ' || coalesce(path, '-') || ' ' || message as text
      from entity_problems where target is not null order by 1`)
  ).map(({ text }) => text);

test("names that lead nowhere are warned of, with what is perhaps meant", async ({ db }) => {
  await importFiles(db, "/one", {
    "a.yaml": fileOf(
      team,
      documentText("User", "jo", { spec: { memberOf: ["payments"] } }),
      component("checkout", {}),
      component("a", { owner: "paymentz" }),
      component("b", { owner: "jo" }),
      component("c", { dependsOn: ["component:check-out", "resource:db"] }),
    ),
  });
  expect(await lost(db)).toEqual([
    "component:default/a /spec/owner group:default/paymentz is not in the catalog: did you mean group:default/payments?",
    "component:default/b /spec/owner group:default/jo is not in the catalog: did you mean user:default/jo?",
    "component:default/c /spec/dependsOn/0 component:default/check-out is not in the catalog: did you mean component:default/checkout?",
    "component:default/c /spec/dependsOn/1 resource:default/db is not in the catalog",
  ]);
  const entry = await getEntity(as(db), { ref: "component:b" });
  expect(entry.problems.map(({ message }) => message)).toEqual([
    "group:default/jo is not in the catalog: did you mean user:default/jo?",
  ]);
});

test("the warning ends when the entry arrives from elsewhere, and comes back when it goes", async ({
  db,
}) => {
  await importFiles(db, "/one", { "a.yaml": component("a", { dependsOn: ["resource:db"] }) });
  expect(await lost(db)).toHaveLength(2);
  const { id } = await importFiles(db, "/two", { "a.yaml": fileOf(team, documentText("Resource", "db")) });
  expect(await lost(db)).toEqual([
    expect.stringContaining("resource:default/db /spec/owner group:default/nobody"),
  ]);
  await removeLocation(as(db), { id });
  expect(await lost(db)).toEqual([
    "component:default/a - group:default/payments is not in the catalog",
    "component:default/a - resource:default/db is not in the catalog",
  ]);
});
