import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { followDefinitions } from "#server/testing/definitions.ts";
import { person } from "#server/testing/people.ts";
import { apiLimits } from "./model.ts";
import { readComparison } from "./reads/comparison.ts";
import { readConsumers } from "./reads/consumers.ts";
import { readApi, readText, readVersions } from "./reads/definition.ts";
import { readNamedSchema, readOperation } from "./reads/parts.ts";

const developer = person("developer");
const definition = (parameter = "", extra = "") =>
  `openapi: 3.1.0\ninfo: { title: T, version: "1" }\npaths: { /t: { get: { operationId: getT, parameters: [${parameter}], responses: { "200": { description: ok, content: { a/b: { schema: { $ref: "#/components/schemas/T" } } } } } } } }\ncomponents: { schemas: { T: { properties: { u: { $ref: "#/components/schemas/U" } } }, U: { type: string } } }\n${extra}`;
const required = "{ name: q, in: query, required: true, schema: { type: string } }";

async function bring(db: Db, name: string, text: string | null, metadata = {}) {
  const spec = text === null ? {} : { definition: text };
  const { id } = await importFiles(db, `/${name}`, {
    "catalog-info.yaml": documentText("API", name, { metadata, spec }),
  });
  return { id, read: await followDefinitions(as(db), id), ref: `api:default/${name}` };
}

test("a changed definition becomes a version, compared with the one before; nothing else does", async ({
  db,
}) => {
  const ctx = as(db, developer);
  const { id, ref } = await bring(db, "changing", definition());
  expect((await readApi(ctx, { ref })).versions).toMatchObject([
    { number: 1, changes: null, breaking: null },
  ]);
  expect(await followDefinitions(as(db), id)).toBe(0);
  await bring(db, "changing", definition(), { description: "Another word" });
  expect((await readVersions(ctx, { ref })).length).toBe(1);
  await bring(db, "changing", definition(required));
  expect(await readVersions(ctx, { ref })).toMatchObject([
    { number: 2, changes: 1, breaking: 1 },
    { number: 1, changes: null },
  ]);
  expect(await readComparison(ctx, { ref, from: 1, to: 2 })).toMatchObject({
    breaking: 1,
    changes: [{ rule: "new-required-request-parameter", place: "GET /t", operationId: "getT" }],
  });
  const [event] = await db.execute(
    sql`select payload from events where type = 'definition.changed' and subject_id = ${ref}`,
  );
  expect(event).toEqual({ payload: { version: 2, commit: null, changes: 1, breaking: 1 } });
});

test("any two versions are compared, and the oldest go", async ({ db }) => {
  const ctx = as(db, developer);
  const ref = "api:default/often";
  for (let index = 0; index < apiLimits.versions + 2; index += 1)
    await bring(db, "often", definition(index % 2 ? required : "", `x-run: ${index}\n`));
  const versions = await readVersions(ctx, { ref });
  expect(versions.map(({ number }) => number)).toEqual(
    Array.from({ length: apiLimits.versions }, (_, n) => apiLimits.versions + 2 - n),
  );
  expect(await readComparison(ctx, { ref, from: 3, to: 21 })).toMatchObject({ total: 0 });
  expect(await readComparison(ctx, { ref, from: 3, to: 22 })).toMatchObject({ breaking: 1 });
  await expect(readComparison(ctx, { ref, from: 1, to: 22 })).rejects.toMatchObject({ code: "not_found" });
  await expect(readComparison(ctx, { ref, from: 5, to: 4 })).rejects.toMatchObject({ code: "invalid" });
});

test("an operation comes with the types it needs; a type and the text can be had alone", async ({ db }) => {
  const ctx = as(db, developer);
  const { ref } = await bring(db, "parts", definition());
  const { operation, schemas } = await readOperation(ctx, { ref, number: 1, name: "getT" });
  expect(operation.path).toBe("/t");
  expect(Object.keys(schemas)).toEqual(["T", "U"]);
  expect(await readNamedSchema(ctx, { ref, number: 1, name: "U" })).toEqual({
    schemas: { U: { types: ["string"] } },
  });
  expect((await readText(ctx, { ref }, 13)).text).toBe("openapi: 3.1.0".slice(0, 13));
  await expect(readOperation(ctx, { ref, number: 1, name: "toString" })).rejects.toMatchObject({
    code: "not_found",
  });
  await expect(readApi(ctx, { ref, number: 9 })).rejects.toMatchObject({ code: "not_found" });
});

test("what cannot be read is kept with its reason; an entry without a definition has none", async ({
  db,
}) => {
  const ctx = as(db, developer);
  const { ref } = await bring(db, "broken", "openapi: [");
  expect((await readApi(ctx, { ref })).overview?.failure).toMatchObject({ line: 1 });
  const empty = await bring(db, "empty", "");
  expect((await readApi(ctx, empty)).state).toBe("none");
  const { id } = await importFiles(db, "/late", { "catalog-info.yaml": documentText("API", "late", {}) });
  expect((await readApi(ctx, { ref: "api:default/late" })).state).toBe("waiting");
  await followDefinitions(as(db), id);
  expect((await readApi(ctx, { ref: "api:default/late" })).state).toBe("read");
});

describe("who sees it:", () => {
  test("a name that another source takes over does not inherit what the first one said", async ({ db }) => {
    const { ref, id } = await bring(db, "taken", definition());
    await importFiles(db, "/taken", { "catalog-info.yaml": documentText("System", "other") });
    const other = await importFiles(db, "/taken-by", {
      "catalog-info.yaml": documentText("API", "taken", { spec: { definition: definition(required) } }),
    });
    await followDefinitions(as(db), other.id);
    expect(await readVersions(as(db, developer), { ref })).toMatchObject([{ number: 1, changes: null }]);
    const [row] = await db.execute(
      sql`select count(*)::int as n from api_versions where location_id = ${id}`,
    );
    expect(row).toEqual({ n: 0 });
  });

  test("of a private repository only who may read it", async ({ db }) => {
    const { ref, id } = await bring(db, "secret", definition());
    await db.execute(sql`
      with host as (insert into connections (kind, name) values ('github', 'Host') returning id),
        repository as (insert into source_repositories (connection_id, external_id, full_name, slug, url, clone_url, default_branch, visibility, topics, listed_at)
          select id, '1', 'acme/secret', 'acme/secret', 'https://example.com/acme/secret', 'https://example.com/acme/secret.git', 'main', 'private', '{}', now() from host returning id)
      update locations set repository_id = (select id from repository) where id = ${id}`);
    const ctx = as(db, developer);
    expect(await readApi(ctx, { ref })).toEqual({
      ref,
      state: "unreadable",
      versions: [],
      number: null,
      textLength: 0,
      overview: null,
    });
    for (const read of [
      () => readVersions(ctx, { ref }),
      () => readText(ctx, { ref }),
      () => readOperation(ctx, { ref, number: 1, name: "getT" }),
      () => readNamedSchema(ctx, { ref, number: 1, name: "T" }),
      () => readComparison(ctx, { ref, from: 1, to: 2 }),
    ])
      await expect(read()).rejects.toMatchObject({ code: "forbidden", rule: "apis.private-repositories" });
    expect((await readApi(as(db, person("admin")), { ref })).state).toBe("read");
  });

  test("consumers with their owners, of a guest those whom they see", async ({ db }) => {
    const consumer = (name: string, owner: string) =>
      documentText("Component", name, { spec: { owner, consumesApis: ["called"] } });
    await importFiles(db, "/consumers", {
      "catalog-info.yaml": fileOf(
        documentText("Group", "reds", { metadata: { title: "Reds" } }),
        documentText("Group", "blues"),
        documentText("API", "called", { spec: { owner: "reds" } }),
        consumer("one", "reds"),
        consumer("two", "blues"),
        consumer("three", "blues"),
      ),
    });
    const ref = "api:default/called";
    expect(await readConsumers(as(db, developer), { ref })).toMatchObject({
      total: 3,
      owners: 2,
      items: [{ name: "three", ownerTitle: "blues" }, { name: "two" }, { name: "one", ownerTitle: "Reds" }],
    });
    const guest = person("guest", { limitedTo: ["group:default/reds"] });
    const seen = await readConsumers(as(db, guest), { ref });
    expect(seen).toMatchObject({ total: 1, owners: 1, items: [{ name: "one" }] });
    expect(JSON.stringify(seen)).not.toMatch(/blue|two|three/);
  });
});
