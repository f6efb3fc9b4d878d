import { gunzipSync } from "node:zlib";
import {
  apiEntityV1alpha1Validator,
  componentEntityV1alpha1Validator,
  DefaultNamespaceEntityPolicy,
  domainEntityV1alpha1Validator,
  type Entity,
  EntityPolicies,
  FieldFormatEntityPolicy,
  groupEntityV1alpha1Validator,
  locationEntityV1alpha1Validator,
  NoForeignRootFieldsEntityPolicy,
  resourceEntityV1alpha1Validator,
  SchemaValidEntityPolicy,
  systemEntityV1alpha1Validator,
  userEntityV1alpha1Validator,
} from "@backstage/catalog-model";
import { sql } from "drizzle-orm";
import { extract } from "tar-stream";
import { expect } from "vitest";
import { parseAllDocuments } from "yaml";
import { catalogFiles } from "#db/seed/catalog-files.ts";
import type { Db } from "#db/types.ts";
import type { Actor } from "#server/core/actor.ts";
import { documentText, fileOf, importFiles, importFolder } from "#server/testing/catalogue.ts";
import { findCorpus } from "#server/testing/corpora.ts";
import { as, copyDatabase, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { EntityFilter } from "../inputs.ts";
import { fillPlaceholders } from "../placeholders.ts";
import { readExport } from "./read-export.ts";
import { type ExportCounts, writeArchive, writeDocuments } from "./write-archive.ts";

type Archive = { files: Map<string, string>; counts: ExportCounts };

async function exported(db: Db, filter: object = {}, actor?: Actor): Promise<Archive> {
  const parts: Buffer[] = [];
  let counts: ExportCounts | null = null;
  const ctx = as(db, actor);
  const files = readExport(ctx, EntityFilter.parse(filter));
  for await (const part of writeArchive(files, (given) => {
    counts = given;
  }))
    parts.push(part);
  return { files: await unpack(gunzipSync(Buffer.concat(parts))), counts: counts! };
}

async function unpack(tar: Buffer): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const entries = extract();
  entries.end(tar);
  for await (const entry of entries) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    files.set(entry.header.name, Buffer.concat(parts).toString("utf8"));
  }
  return files;
}

const yamlOf = (files: Map<string, string>) =>
  Object.fromEntries(
    [...files].filter(([name]) => /\.ya?ml$/.test(name)).map(([name, text]) => [name.slice(8), text]),
  );

/** What an entry says, without what a catalogue writes by itself: ids and where the file lies. */
async function contentsOf(db: Db): Promise<Map<string, unknown>> {
  const rows = await db.execute<{ ref: string; text: string }>(sql`
    select e.ref, b.head || ',"relations":' || b.relations || '}' as text
    from entities e join entity_bodies b on b.entity_id = e.id order by e.ref`);
  return new Map(
    rows.map(({ ref, text }) => {
      const { metadata, ...rest } = JSON.parse(text) as {
        metadata: Record<string, unknown> & { annotations: Record<string, string> };
      };
      const { uid: _u, etag: _e, annotations, ...stated } = metadata;
      const own = Object.entries(annotations).filter(
        ([key]) => !/^backstage\.io\/(managed-by|view-url|source-location)/.test(key),
      );
      return [ref, { ...rest, metadata: { ...stated, annotations: Object.fromEntries(own) } }];
    }),
  );
}

async function roundTrip(db: Db): Promise<Archive> {
  const archive = await exported(db);
  const copy = await copyDatabase();
  try {
    await importFiles(copy.pool.db, "/again", yamlOf(archive.files));
    const [again, before] = [await contentsOf(copy.pool.db), await contentsOf(db)];
    expect(again).toEqual(before);
  } finally {
    await copy.drop();
  }
  return archive;
}

const policies = EntityPolicies.allOf([
  new SchemaValidEntityPolicy(),
  new DefaultNamespaceEntityPolicy(),
  new NoForeignRootFieldsEntityPolicy(),
  new FieldFormatEntityPolicy(),
]);
const validators = [
  apiEntityV1alpha1Validator,
  componentEntityV1alpha1Validator,
  domainEntityV1alpha1Validator,
  groupEntityV1alpha1Validator,
  locationEntityV1alpha1Validator,
  resourceEntityV1alpha1Validator,
  systemEntityV1alpha1Validator,
  userEntityV1alpha1Validator,
];
/** Their validators live in other packages of Backstage, or in its preview layers. */
const judgedElsewhere = ["Template", "AiResource"];

/** Of all documents outside of not-valid those that Backstage refuses; with how many there were. */
async function judgeByBackstage(files: Map<string, string>): Promise<{ refused: string[]; count: number }> {
  const refused: string[] = [];
  let count = 0;
  for (const [name, text] of files) {
    if (name.includes("/not-valid/") || name.endsWith(".txt")) continue;
    for (const document of parseAllDocuments(text, { logLevel: "silent" })) {
      count += 1;
      // A text that was out of reach stays a placeholder, which Backstage fills in before it judges.
      const read = async () => "the text of a file elsewhere";
      const entity = (await fillPlaceholders(document.toJS() as Entity, read)).judged as Entity;
      try {
        await policies.enforce(entity);
        const verdicts = await Promise.all(validators.map((validator) => validator.check(entity)));
        if (!verdicts.includes(true) && !judgedElsewhere.includes(entity.kind))
          refused.push(`${name}: nobody knows ${entity.kind}`);
      } catch (error) {
        refused.push(`${name}: ${String(error)}`);
      }
    }
  }
  return { refused, count };
}

test("placeholders, comments, odd entries and kinds of others survive; what Backstage refuses lies apart", async ({
  db,
}) => {
  await importFiles(db, "/srv/acme/shop", {
    "catalog-info.yaml": fileOf(
      '# Why it is so\napiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  name: paid # not "payed"\nspec:\n  type: openapi\n  lifecycle: production\n  owner: team\n  definition:\n    $text: ./openapi.yaml\n',
      documentText("Component", "plain", { metadata: { description: "Ünïcode – 日本 🐙" } }),
      documentText("Component", "bad", { spec: { owner: undefined } }),
    ),
    "openapi.yaml": "openapi: 3.1.0\n# kept: yes\n",
    "sub/others.yaml": fileOf(
      documentText("Widget", "theirs").replace("backstage.io/v1alpha1", "acme.example.com/v1"),
      documentText("Location", "more", { spec: { targets: ["../catalog-info.yaml"] } }),
      documentText("API", "unread", { spec: { definition: { $text: "./absent.yaml" } } }),
    ),
  });
  const { files, counts } = await roundTrip(db);
  expect([...files.keys()].sort()).toEqual([
    "catalog/README.txt",
    "catalog/folders/acme/shop/catalog-info.yaml",
    "catalog/folders/acme/shop/sub/others.yaml",
    "catalog/not-valid/folders/acme/shop/catalog-info.yaml",
    "catalog/not-valid/folders/acme/shop/sub/others/catalog-info.yaml",
  ]);
  const text = files.get("catalog/folders/acme/shop/catalog-info.yaml");
  expect(text).toContain('name: paid # not "payed"');
  expect(text).toContain("# kept: yes");
  expect(text).not.toContain("$text");
  expect(counts).toMatchObject({ notValid: 2, leftOut: 0 });
  expect(files.get("catalog/README.txt")).toContain("component:default/bad");
});

test("the demo organisation comes back the same, and Backstage accepts all of it", async () => {
  const copy = await copyDatabase();
  const { db } = copy.pool;
  await importFiles(db, "/demo", Object.fromEntries(catalogFiles().map(({ path, text }) => [path, text])));
  const { files, counts } = await roundTrip(db);
  expect(counts.entities).toBeGreaterThan(50);
  const [stored] = await db.execute<{ valid: number; others: number }>(sql`
    select (count(*) filter (where verdict = 'valid'))::int as valid,
      (count(*) filter (where verdict <> 'valid'))::int as others from entities`);
  expect([counts.entities, counts.notValid]).toEqual([stored?.valid, stored?.others]);
  expect(await judgeByBackstage(files)).toEqual({ refused: [], count: counts.entities });
  await copy.drop();
});

const corpus = findCorpus("catalog");

test.skipIf(!corpus)("the corpus of public files comes back the same, and Backstage accepts it", async () => {
  const copy = await copyDatabase();
  const { db } = copy.pool;
  await importFolder(db, corpus ?? "");
  const { files, counts } = await roundTrip(db);
  const judged = await judgeByBackstage(files);
  console.log(
    `corpus: ${counts.entities} of ${judged.count} accepted by Backstage: ${judged.count - judged.refused.length}; not valid ${counts.notValid}`,
  );
  expect(judged).toEqual({ refused: [], count: counts.entities });
  expect(counts.entities).toBeGreaterThan(500);
  await copy.drop();
});

test("a filter narrows it, and many documents come as one file", async ({ db }) => {
  await importFiles(db, "/narrow", {
    "a.yaml": fileOf(
      documentText("System", "one", { spec: { owner: "narrow" } }),
      documentText("Domain", "two", { spec: { owner: "narrow" } }),
      documentText("System", "three", { spec: { owner: "narrow", x: 1 } }),
    ),
  });
  const { counts } = await exported(db, { owner: ["group:default/narrow"], kind: ["system"] });
  expect(counts.entities + counts.notValid).toBe(2);
  let text = "";
  const filter = EntityFilter.parse({ owner: ["group:default/narrow"] });
  for await (const part of writeDocuments(readExport(as(db), filter))) text += part;
  expect(parseAllDocuments(text).filter((document) => document.contents !== null)).toHaveLength(3);
});

test("what lies in a private repository is left out for who may not read there, and said so", async ({
  db,
}) => {
  await importFiles(db, "/private", { "a.yaml": documentText("System", "secret") });
  const [connection] = await db.execute<{ id: string }>(
    sql`insert into connections (kind, name) values ('github', 'Private') returning id`,
  );
  await db.execute(sql`
    with made as (insert into source_repositories (connection_id, external_id, full_name, slug, url, clone_url, default_branch,
      visibility, topics, listed_at) values (${connection?.id}, '1', 'A/B', 'a/b', 'https://github.com/a/b',
      'https://github.com/a/b.git', 'main', 'private', '{}', now()) returning id)
    update locations set repository_id = made.id from made where target = '/private'`);
  const of = (actor: Actor) => exported(db, { query: "secret" }, actor);
  expect((await of(person("admin"))).counts).toMatchObject({ entities: 1, leftOut: 0 });
  const { files, counts } = await of(person("developer"));
  expect(counts).toMatchObject({ entities: 0, leftOut: 1 });
  expect(files.get("catalog/README.txt")).toContain("  system:default/secret");
  expect([...files.keys()]).toEqual(["catalog/README.txt"]);
});
