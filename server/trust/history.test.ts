import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { documentText, fileOf, importFiles, readDocument } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { cart, clearTrust, files, groups, owner, ref, target } from "#server/testing/trust-cart.ts";
import { confirmEntries } from "./confirm-entries.ts";
import { addOverlay } from "./overlays.ts";
import { readHistory, readVersion } from "./reads/history.ts";

test.beforeEach(async ({ db }) => clearTrust(db));

describe("history:", () => {
  test("appeared, changed in words and text, gone, back again, paged", async ({ db }) => {
    await importFiles(db, target, files(cart()));
    await importFiles(
      db,
      target,
      files(cart({ spec: { owner: "checkout", dependsOn: ["resource:ledger"] } })),
    );
    await importFiles(db, target, { "org.yaml": fileOf(...groups), "cart.yaml": "# nothing\n" });
    await importFiles(
      db,
      target,
      files(cart({ spec: { owner: "checkout", dependsOn: ["resource:ledger"] } })),
    );
    await confirmEntries(as(db, person("developer", { groupRefs: ["group:default/checkout"] })), {
      refs: [ref],
    });
    const all = await readHistory(as(db), { ref });
    expect(all.items.map(({ title }) => title)).toEqual([
      "Confirmed",
      "Came back",
      "File is gone",
      "Changed",
      "Appeared",
    ]);
    expect(all.items[3]?.changes).toEqual([
      "Dependency on resource:ledger added",
      "Owner changed from payments to checkout",
    ]);
    const first = await readHistory(as(db), { ref, limit: 2 });
    const second = await readHistory(as(db), { ref, limit: 3, cursor: first.nextCursor ?? "" });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(all.items.map(({ id }) => id));
    expect(second.nextCursor).toBeNull();
    const diff = await readVersion(as(db), { id: all.items[3]?.diff ?? 0 });
    const lines = diff.hunks?.flatMap((hunk) => hunk.lines) ?? [];
    expect(lines.filter(({ kind }) => kind === "added")).toHaveLength(1);
    expect(lines.find(({ kind }) => kind === "removed")?.text).toContain("payments");
    expect(all.items[4]?.diff).toBeNull();
  });

  test("an import without a change leaves nothing", async ({ db }) => {
    await importFiles(db, target, files(cart()));
    await importFiles(db, target, files(cart()));
    expect((await readHistory(as(db), { ref })).items).toHaveLength(1);
  });

  test("a file that names another entry of its kind in the old one's place renamed it", async ({ db }) => {
    await importFiles(db, target, files(cart()));
    await addOverlay(as(db, owner()), { ref, kind: "annotation", key: "example.com/x", value: "1" });
    const basket = documentText("Component", "basket", { spec: { owner: "payments" } });
    await importFiles(db, target, files(basket));
    const renamed = await readHistory(as(db), { ref: "component:default/basket" });
    expect(renamed.items.map(({ title }) => title)).toEqual(["Renamed", "Added in the portal", "Appeared"]);
    expect(renamed.items[0]?.changes).toEqual([`Name changed from ${ref} to component:default/basket`]);
    const document = await readDocument(db, "component:default/basket");
    expect(document?.metadata.annotations).toMatchObject({ "example.com/x": "1" });
  });

  test("the text of a private repository's file is for those who may read it", async ({ db }) => {
    const { id } = await importFiles(db, target, files(cart()));
    await importFiles(db, target, files(cart({ spec: { lifecycle: "deprecated" } })));
    const [connection] = await db.execute<{ id: string }>(
      sql`insert into connections (kind, name) values ('github', 'Private') returning id`,
    );
    const [repository] = await db.execute<{ id: string }>(sql`
      insert into source_repositories (connection_id, external_id, full_name, slug, url, clone_url, default_branch, visibility, topics, listed_at)
      values (${connection?.id}, '1', 'a/b', 'a/b', 'https://h/a/b', 'https://h/a/b.git', 'main', 'private', '{}', now()) returning id`);
    await db.execute(sql`update locations set repository_id = ${repository?.id} where id = ${id}`);
    const seen = await readHistory(as(db, person("developer")), { ref });
    expect(seen.items[0]).toMatchObject({ title: "Changed", diff: null });
    const admin = await readHistory(as(db, person("admin")), { ref });
    const version = admin.items[0]?.diff ?? 0;
    expect((await readVersion(as(db, person("admin")), { id: version })).hunks).toHaveLength(1);
    await expect(readVersion(as(db, person("developer")), { id: version })).rejects.toThrow("not kept");
  });
});
