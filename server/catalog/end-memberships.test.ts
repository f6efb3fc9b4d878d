import { sql } from "drizzle-orm";
import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import { saveGroupRole } from "#server/identity/people/save-group-role.ts";
import {
  clearCatalogue,
  documentText,
  fileOf,
  importFiles,
  readContradictions,
  readDocument,
  readRefs,
} from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { makeUser } from "#server/testing/people.ts";
import { readGroupRefs } from "./reads/group-refs.ts";

const group = (name: string, spec: Record<string, unknown> = {}) => documentText("Group", name, { spec });
const member = (name: string, memberOf: string[]) => documentText("User", name, { spec: { memberOf } });

const roleOf = async (db: Db, id: string) => {
  const [row] = await db.execute<{ role: string }>(sql`select role from users where id = ${id}`);
  return row?.role;
};

test("whose file is gone is in no team any more, and has no role of one", async ({ db }) => {
  await clearCatalogue(db);
  const teams = fileOf(group("leads"), group("pay", { parent: "leads" }));
  const gina = { "gina.yaml": member("gina", ["pay"]) };
  await importFiles(db, "/members", { "teams.yaml": teams, ...gina });
  const user = await makeUser(db, "developer", { personRef: "user:default/gina" });
  await saveGroupRole(as(db), { source: "catalog", groupName: "group:default/leads", role: "leader" });
  expect(await roleOf(db, user.id)).toBe("leader");
  expect(await readGroupRefs(db, "user:default/gina")).toEqual(["group:default/leads", "group:default/pay"]);

  await importFiles(db, "/members", { "teams.yaml": teams });
  expect(await readRefs(db)).toContain("user:default/gina (gone)");
  expect(await readGroupRefs(db, "user:default/gina")).toEqual([]);
  expect(await roleOf(db, user.id)).toBe("developer");
  expect((await readDocument(db, "group:default/pay"))?.relations).toEqual([
    { type: "childOf", targetRef: "group:default/leads" },
  ]);
  expect(await readContradictions(db)).toEqual([]);

  await importFiles(db, "/members", { "teams.yaml": teams, ...gina });
  expect(await roleOf(db, user.id)).toBe("leader");
});

test("what another file says of a team and its people goes on, and services keep what they state", async ({
  db,
}) => {
  await clearCatalogue(db);
  await importFiles(db, "/teams", {
    "teams.yaml": group("ops", { members: ["hal"] }),
    "gone.yaml": fileOf(
      group("old", { parent: "ops", members: ["ida"] }),
      documentText("Component", "shop", { spec: { owner: "old" } }),
    ),
  });
  await importFiles(db, "/people", {
    "hal.yaml": member("hal", []),
    "ida.yaml": member("ida", []),
    "jo.yaml": member("jo", ["old"]),
  });
  await importFiles(db, "/teams", { "teams.yaml": group("ops", { members: ["hal"] }) });
  await importFiles(db, "/people", { "ida.yaml": member("ida", []), "jo.yaml": member("jo", ["old"]) });
  // The team's file names Hal, whatever became of his own; of the team that is gone only what Jo says herself is left.
  expect(await readGroupRefs(db, "user:default/hal")).toEqual(["group:default/ops"]);
  expect(await readGroupRefs(db, "user:default/ida")).toEqual([]);
  expect(await readGroupRefs(db, "user:default/jo")).toEqual(["group:default/old"]);
  expect((await readDocument(db, "component:default/shop"))?.relations).toEqual([
    { type: "ownedBy", targetRef: "group:default/old" },
  ]);
  expect(await readContradictions(db)).toEqual([]);
});
