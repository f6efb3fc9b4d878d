import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { sourceReadingRules } from "#db/schema/catalog.ts";
import { as, test } from "#server/testing/database.ts";
import { person, tokenActor } from "#server/testing/people.ts";
import { SaveReadingRule } from "./inputs.ts";
import { readReadingRules } from "./read-reading-rules.ts";
import { removeReadingRule, saveReadingRule } from "./save-reading-rule.ts";

test("only an admin who has just proved who they are writes rules, and each leaves an event", async ({
  db,
}) => {
  const rule = { pattern: "acme/Pay_*", groupRef: null };
  for (const actor of [person("platform"), tokenActor("admin", ["write"])])
    await expect(saveReadingRule(as(db, actor), rule)).rejects.toMatchObject({ code: "forbidden" });
  const stale = person("admin", { authenticatedAt: new Date(Date.now() - 86_400_000) });
  await expect(saveReadingRule(as(db, stale), rule)).rejects.toMatchObject({ field: "confirm" });
  const admin = as(db, person("admin"));
  const { id } = await saveReadingRule(admin, rule);
  await expect(saveReadingRule(admin, rule)).rejects.toMatchObject({ code: "conflict", field: "pattern" });
  expect((await readReadingRules(as(db, person("platform")))).items).toMatchObject([
    { id, pattern: "acme/Pay_*" },
  ]);
  await removeReadingRule(admin, { id });
  await expect(removeReadingRule(admin, { id })).rejects.toMatchObject({ code: "not_found" });
  const events = await db.execute<{ type: string }>(
    sql`select type from events where subject_type = 'reading-rule' order by id`,
  );
  expect(events.map(({ type }) => type)).toEqual(["reading-rule.saved", "reading-rule.removed"]);
});

test("only the star is special in a pattern, and letters count alike", async ({ db }) => {
  const admin = as(db, person("admin"));
  await saveReadingRule(admin, { pattern: "Acme/pay_*", groupRef: null });
  const matches = async (slug: string) => {
    const rows = await db.select().from(sourceReadingRules).where(sql`${slug} like slug_like`);
    return rows.length > 0;
  };
  expect(await matches("acme/pay_ments")).toBe(true);
  expect(await matches("acme/payments")).toBe(false);
  expect(await matches("other/pay_ments")).toBe(false);
});

test("a rule for a group that the catalog does not have is refused, and what is no pattern", async ({
  db,
}) => {
  const admin = as(db, person("admin"));
  await expect(
    saveReadingRule(admin, { pattern: "acme/ledger", groupRef: "group:default/nobody" }),
  ).rejects.toMatchObject({ code: "invalid", field: "groupRef" });
  for (const pattern of ["acme", "*/ledger", "acme/ledger tool", ""])
    expect(SaveReadingRule.safeParse({ pattern, groupRef: null }).success, pattern).toBe(false);
});
