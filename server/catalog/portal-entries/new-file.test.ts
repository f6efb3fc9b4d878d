import { sql } from "drizzle-orm";
import { beforeEach, expect } from "vitest";
import { sourceRepositories } from "#db/schema/connections.ts";
import { connections } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { clearCatalogue, documentText } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { newFileUrl } from "./new-file-url.ts";
import { readPortalEntry } from "./read-portal-entry.ts";
import { savePortalEntries } from "./save-portal-entries.ts";

const platform = person("platform");
const team = "group:default/payments";

async function addRepository(
  db: Db,
  kind: "github" | "gitlab",
  url: string,
  more: { visibility?: "private"; goneAt?: Date } = {},
) {
  const [connection] = await db
    .insert(connections)
    .values({ kind, name: url, settings: {} })
    .returning({ id: connections.id });
  const fullName = new URL(url).pathname.slice(1);
  await db.insert(sourceRepositories).values({
    ...{ connectionId: connection!.id, externalId: url, fullName, slug: fullName.toLowerCase(), url },
    ...{
      cloneUrl: `${url}.git`,
      defaultBranch: "main",
      visibility: "public",
      topics: [],
      listedAt: new Date(),
    },
    ...more,
  });
}

/** An entry that the portal keeps, and what its page says of a file. */
async function keep(db: Db, annotations: Record<string, string>, actor = platform) {
  const text = documentText("Component", "cart", { metadata: { annotations }, spec: { owner: "payments" } });
  await savePortalEntries(as(db), { documents: [{ text }] });
  const kept = await readPortalEntry(as(db, actor), { ref: "component:default/cart" });
  return { text, newFile: kept?.newFile };
}

beforeEach<{ db: Db }>(async ({ db }) => {
  await clearCatalogue(db);
  await db.execute(sql`truncate portal_entries, source_repositories cascade`);
  await db.execute(sql`delete from connections`);
});

test("an entry that names its repository can be added there as a file, with its text filled in", async ({
  db,
}) => {
  await addRepository(db, "github", "https://github.com/acme/Shop");
  const { text, newFile } = await keep(db, { "github.com/project-slug": "Acme/shop" });
  expect(newFile).toMatchObject({ repository: "acme/Shop", file: "catalog-info.yaml" });
  const address = new URL(newFile?.url ?? "");
  expect(address.origin + address.pathname).toBe("https://github.com/acme/Shop/new/main");
  expect(Object.fromEntries(address.searchParams)).toEqual({ filename: "catalog-info.yaml", value: text });
});

test("the address of its source names host and folder", async ({ db }) => {
  await addRepository(db, "github", "https://github.com/acme/shop");
  await addRepository(db, "gitlab", "https://gitlab.example.com/acme/shop");
  const { text, newFile } = await keep(db, {
    "github.com/project-slug": "acme/shop",
    "backstage.io/source-location": "url:https://gitlab.example.com/acme/shop/-/tree/main/services/cart/",
  });
  const address = new URL(newFile?.url ?? "");
  expect(address.origin + address.pathname).toBe("https://gitlab.example.com/acme/shop/-/new/main");
  expect(Object.fromEntries(address.searchParams)).toEqual({
    file_name: "services/cart/catalog-info.yaml",
    content: text,
  });
});

test.for<[string, Record<string, string>]>([
  ["nothing", {}],
  ["a repository that no connection shows", { "github.com/project-slug": "acme/other" }],
  [
    "a longer name that begins alike",
    { "backstage.io/source-location": "url:https://github.com/acme/shopping/" },
  ],
  ["a repository of the other kind of host", { "gitlab.com/project-slug": "acme/shop" }],
])("an entry that names %s leads nowhere", async ([, annotations], { db }) => {
  await addRepository(db, "github", "https://github.com/acme/shop");
  expect((await keep(db, annotations)).newFile).toBeNull();
});

test("a name that two hosts have, a repository that is gone or private, and no right to write lead nowhere", async ({
  db,
}) => {
  const slug = { "github.com/project-slug": "acme/shop" };
  await addRepository(db, "github", "https://github.com/acme/shop", { visibility: "private" });
  const owner = person("developer", { groupRefs: [team], maintains: [team] });
  expect((await keep(db, slug, owner)).newFile).toBeNull();
  await db.execute(sql`update source_repositories set visibility = 'public'`);
  const read = async (actor = owner) =>
    (await readPortalEntry(as(db, actor), { ref: "component:default/cart" }))?.newFile;
  expect(await read()).not.toBeNull();
  expect(await read(person("developer"))).toBeNull();
  await addRepository(db, "github", "https://github.example.com/acme/shop");
  expect(await read()).toBeNull();
  await db.execute(sql`update source_repositories set gone_at = now()`);
  expect(await read()).toBeNull();
});

test("a text that is too long for an address gets none", () => {
  const repository = {
    fullName: "a/b",
    url: "https://github.com/a/b",
    defaultBranch: "main",
    kind: "github",
  } as const;
  expect(newFileUrl(repository, "", "x".repeat(8_000))).toBeNull();
  expect(newFileUrl({ ...repository, defaultBranch: "release/1 0" }, "", "x")).toContain(
    "/new/release/1%200?",
  );
});
