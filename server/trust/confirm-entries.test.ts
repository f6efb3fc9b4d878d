import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { entityTrust } from "#db/schema/trust.ts";
import { ListEntities } from "#server/catalog/inputs.ts";
import { readEntities } from "#server/catalog/reads/entities.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { cart, clearTrust, files, groups, owner, ref, target, team } from "#server/testing/trust-cart.ts";
import { confirmEntries } from "./confirm-entries.ts";
import { readEntityTrust } from "./reads/entity-trust.ts";
import { readUpkeep } from "./reads/upkeep.ts";
import { followImport, tendTrust } from "./tend-trust.ts";

test.beforeEach(async ({ db }) => clearTrust(db));

describe("still right:", () => {
  test("owners confirm, others do not, and confidence follows", async ({ db }) => {
    const { id } = await importFiles(db, target, files(cart()));
    await followImport(as(db), { locationId: id });
    const before = await readEntityTrust(as(db), { ref });
    expect(before).toMatchObject({ state: "fading", confirmedAt: null });
    await expect(confirmEntries(as(db, person("admin")), { refs: [ref] })).rejects.toThrow("Only payments");
    await expect(
      confirmEntries(as(db, person("guest", { groupRefs: [team], limitedTo: [team] })), { refs: [ref] }),
    ).rejects.toThrow("Guests");
    const at = new Date("2026-03-01T00:00:00Z");
    expect(await confirmEntries(as(db, owner(), at), { refs: [ref] })).toEqual({ confirmed: 1 });
    expect(await confirmEntries(as(db, owner(), at), { refs: [ref] })).toEqual({ confirmed: 0 });
    const after = await readEntityTrust(as(db, owner()), { ref });
    expect(after).toMatchObject({ state: "fresh", confirmedAt: at, confirmedBy: "A developer" });
    expect(after.may.confirm).toBeNull();
    const events = await db.execute(sql`select subject_id from events where type = 'entry.confirmed'`);
    expect(events).toEqual([{ subject_id: ref }]);
    await tendTrust(as(db, undefined, new Date("2028-03-01T00:00:00Z")));
    expect(await db.select({ state: entityTrust.state }).from(entityTrust)).toEqual([{ state: "stale" }]);
  });

  test("a list is confirmed as a whole or not at all", async ({ db }) => {
    const other = documentText("Component", "till", { spec: { owner: "checkout" } });
    await importFiles(db, target, files(cart(), other));
    const refs = [ref, "component:default/till"];
    await expect(confirmEntries(as(db, owner()), { refs })).rejects.toThrow("Only checkout");
    expect(await db.execute(sql`select 1 from entity_confirmations`)).toHaveLength(0);
    const upkeep = await readUpkeep(as(db, owner()));
    expect(upkeep.entries.map((entry) => entry.ref)).toEqual([ref]);
    expect(upkeep).toMatchObject({ total: 1, owned: 1 });
  });

  test("one fact is confirmed for itself, until it changes", async ({ db }) => {
    const yesterday = new Date(Date.now() - 86_400_000);
    const stated = (dependency: string) => files(cart({ spec: { dependsOn: [dependency] } }));
    await importFiles(db, target, stated("component:a"));
    for (const fact of ["/spec/owner", "/spec/dependsOn/0"])
      await confirmEntries(as(db, owner(), yesterday), { refs: [ref], fact });
    const before = await readEntityTrust(as(db, owner()), { ref });
    expect(before).toMatchObject({ confirmedAt: null, state: "fading" });
    expect(before.facts["/spec/owner"]).toMatchObject({ confirmedAt: yesterday, confirmedBy: "A developer" });
    expect(before.relations["dependsOn component:default/a"]).toMatchObject({
      pointer: "/spec/dependsOn/0",
      confirmedAt: yesterday,
    });
    expect(before.facts["/spec/lifecycle"]?.confirmedAt).toBeNull();
    await importFiles(db, target, stated("component:b"));
    const after = await readEntityTrust(as(db, owner()), { ref });
    expect(after.facts["/spec/owner"]?.confirmedAt).toEqual(yesterday);
    expect(after.relations["dependsOn component:default/b"]?.confirmedAt).toBeNull();
  });

  test("only what the entry states is confirmed, and only by its owners", async ({ db }) => {
    await importFiles(db, target, files(cart()));
    for (const fact of ["/spec/nothing", "/spec/owner/0", "spec", "/__proto__"])
      await expect(confirmEntries(as(db, owner()), { refs: [ref], fact }), fact).rejects.toMatchObject({
        code: "invalid",
        field: "fact",
      });
    await expect(
      confirmEntries(as(db, person("admin")), { refs: [ref], fact: "/spec/owner" }),
    ).rejects.toThrow("Only payments");
  });

  test("each fact knows its line, also after text was added above, and since when it is so", async ({
    db,
  }) => {
    const yaml = (name: string, above = "") =>
      `${above}apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: cart\n  annotations:\n    example.com/x: "1"\nspec:\n  type: service\n  lifecycle: production\n  owner: ${name}\n  dependsOn:\n    - component:a\n    - component:b\n`;
    await importFiles(db, target, { "org.yaml": fileOf(...groups), "cart.yaml": yaml("payments") });
    const first = await readEntityTrust(as(db), { ref });
    expect(first.facts["/spec/owner"]).toMatchObject({
      place: "cart.yaml:10",
      origin: "file",
      isFirst: true,
    });
    expect(first.facts["/spec/dependsOn/1"]?.place).toBe("cart.yaml:13");
    expect(first.facts["/metadata/annotations/example.com~1x"]?.place).toBe("cart.yaml:6");
    expect(first.facts["/metadata/annotations/backstage.io~1managed-by-location"]).toBeUndefined();
    await importFiles(db, target, {
      "org.yaml": fileOf(...groups),
      "cart.yaml": yaml("checkout", "# one\n# two\n"),
    });
    const second = await readEntityTrust(as(db), { ref });
    expect(second.facts["/spec/owner"]).toMatchObject({ place: "cart.yaml:12", isFirst: false });
    expect(second.facts["/spec/lifecycle"]).toMatchObject({ place: "cart.yaml:11", isFirst: true });
  });
});

test("the list can be sorted by it, page by page, and marks what is stale", async ({ db }) => {
  const others = ["a", "b", "c"].map((name) =>
    documentText("Component", name, { spec: { owner: "payments" } }),
  );
  await importFiles(db, target, files(cart(), ...others));
  await confirmEntries(as(db, owner(), new Date("2026-01-01T00:00:00Z")), { refs: ["component:default/b"] });
  await db.execute(sql`update entities set created_at = '2020-01-01'`);
  await tendTrust(as(db, undefined, new Date("2026-02-01T00:00:00Z")));
  const page = (cursor?: string) =>
    readEntities(as(db), ListEntities.parse({ kind: ["component"], sort: "trust", limit: 2, cursor }));
  const first = await page();
  const second = await page(first.nextCursor ?? "");
  const shown = [...first.items, ...second.items].map(({ name, isStale }) => [name, isStale]);
  expect(shown).toEqual([
    ["a", true],
    ["c", true],
    ["cart", true],
    ["b", false],
  ]);
});
