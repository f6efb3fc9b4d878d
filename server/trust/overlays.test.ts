import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { entityOverlays } from "#db/schema/trust.ts";
import { removeLocation } from "#server/catalog/remove-location.ts";
import { importFiles, readContradictions, readDocument } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { cart, clearTrust, files, owner, ref, target } from "#server/testing/trust-cart.ts";
import { addOverlay, removeOverlay } from "./overlays.ts";
import { readEntityTrust } from "./reads/entity-trust.ts";
import { readHistory } from "./reads/history.ts";

test.beforeEach(async ({ db }) => clearTrust(db));

describe("additions beside the file:", () => {
  test("are in the document and its fields, survive imports, and give way to the file", async ({ db }) => {
    await importFiles(db, target, files(cart()));
    const by = as(db, owner());
    await addOverlay(by, { ref, kind: "annotation", key: "github.com/project-slug", value: "Acme/Cart" });
    const { id } = await addOverlay(by, { ref, kind: "link", key: "https://runbook.test", value: "Runbook" });
    const check = async () => {
      const document = await readDocument(db, ref);
      expect(document?.metadata.annotations).toMatchObject({
        "github.com/project-slug": "Acme/Cart",
        "milepost.dev/added-in-portal": "github.com/project-slug",
      });
      expect(document?.metadata.links).toEqual([{ url: "https://runbook.test", title: "Runbook" }]);
      expect(await readContradictions(db)).toEqual([]);
    };
    await check();
    await importFiles(db, target, files(cart({ metadata: { description: "Another" } })));
    await check();
    const [entity] = await db.execute(sql`select project_slug from entities where ref = ${ref}`);
    expect(entity).toEqual({ project_slug: "acme/cart" });
    const fields = await db.execute(sql`
      select value from entity_fields f join entities e on e.id = f.entity_id
      where e.ref = ${ref} and key = 'metadata.annotations.github.com/project-slug'`);
    expect(fields).toEqual([{ value: "acme/cart" }]);
    // The history is that of the file: what was added is no change of it.
    expect((await readHistory(as(db), { ref })).items[0]?.changes).toEqual([
      "Description changed from “The cart” to Another",
    ]);

    await importFiles(
      db,
      target,
      files(cart({ metadata: { annotations: { "github.com/project-slug": "acme/other" } } })),
    );
    const now = await readEntityTrust(as(db), { ref });
    expect(now.overlays.map(({ key, supersededAt }) => [key, supersededAt !== null])).toEqual([
      ["github.com/project-slug", true],
      ["https://runbook.test", false],
    ]);
    expect((await readDocument(db, ref))?.metadata.annotations).toMatchObject({
      "github.com/project-slug": "acme/other",
    });
    await removeOverlay(by, { id });
    expect((await readDocument(db, ref))?.metadata.links).toBeUndefined();
    expect(await db.execute(sql`select 1 from entity_bodies where file_head is not null`)).toHaveLength(0);
    await expect(removeOverlay(by, { id })).rejects.toThrow("Only its owners");
  });

  test.for([
    [{ kind: "annotation", key: "backstage.io/managed-by-location", value: "url:x" }, "only its source"],
    [{ kind: "annotation", key: "milepost.dev/added-in-portal", value: "x" }, "only its source"],
    [
      { kind: "annotation", key: "backstage.io/techdocs-ref", value: "url:https://secret.test" },
      "as a folder",
    ],
    [{ kind: "annotation", key: "a b", value: "x" }, "A key looks like"],
    [{ kind: "annotation", key: "__proto__", value: "x" }, "A key looks like"],
    [{ kind: "annotation", key: "example.com/x", value: "" }, "needs a value"],
    [{ kind: "link", key: "javascript:alert(1)", value: "x" }, "has to begin with"],
  ] as const)("%o is refused", async ([wanted, words], { db }) => {
    await importFiles(db, target, files(cart()));
    await expect(addOverlay(as(db, owner()), { ref, ...wanted })).rejects.toThrow(words);
  });

  test("nothing that the file says already can be added, and only owners and platform engineers add", async ({
    db,
  }) => {
    await importFiles(
      db,
      target,
      files(cart({ metadata: { annotations: { "example.com/x": "" }, links: [{ url: "https://a.test" }] } })),
    );
    const add = (kind: "annotation" | "link", key: string) =>
      addOverlay(as(db, owner()), { ref, kind, key, value: "1" });
    await expect(add("annotation", "example.com/x")).rejects.toThrow("says this already");
    await expect(add("link", "https://a.test")).rejects.toThrow("says this already");
    const by = (actor: Parameters<typeof as>[1]) =>
      addOverlay(as(db, actor), { ref, kind: "annotation", key: "example.com/y", value: "1" });
    await expect(by(person("developer"))).rejects.toThrow("Only its owners");
    await by(person("platform"));
    expect(await db.select({ key: entityOverlays.key }).from(entityOverlays)).toEqual([
      { key: "example.com/y" },
    ]);
  });

  test("come back with an entry that was removed and registered again", async ({ db }) => {
    const { id } = await importFiles(db, target, files(cart()));
    await addOverlay(as(db, owner()), { ref, kind: "annotation", key: "example.com/x", value: "1" });
    await removeLocation(as(db), { id });
    await importFiles(db, target, files(cart()));
    expect((await readDocument(db, ref))?.metadata.annotations).toMatchObject({ "example.com/x": "1" });
  });
});
