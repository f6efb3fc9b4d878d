import { sql } from "drizzle-orm";
import { beforeEach, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { clearCatalogue, documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { component, deliver, file, prepareCheck, repo, workChecks } from "#server/testing/check-stage.ts";
import { as, test } from "#server/testing/database.ts";
import { readPermissions } from "#server/testing/fake-github/world.ts";
import { person } from "#server/testing/people.ts";
import { getCheck, readChecks } from "./read-checks.ts";

const readOne = async (db: Db) => {
  const ctx = as(db, person("platform"));
  const admin = as(db, person("admin"));
  const [item] = (await readChecks(admin)).items;
  expect((await readChecks(ctx)).items.length).toBeLessThanOrEqual(1);
  return item ? getCheck(admin, { id: item.id }) : null;
};

beforeEach<{ db: Db }>(async ({ db }) => {
  await clearCatalogue(db);
  await db.execute(sql`truncate catalogue_checks, source_repositories cascade`);
  await importFiles(db, "/org", {
    "a.yaml": fileOf(
      documentText("Group", "payments"),
      documentText("Group", "web"),
      documentText("Component", "website", { spec: { owner: "web", dependsOn: ["component:cart"] } }),
      documentText("Resource", "orders-db", { spec: { owner: "payments" } }),
    ),
  });
});

test("a pull request is told what it adds, changes, removes and breaks, and who is affected", async ({
  db,
}) => {
  const { fake, propose } = await prepareCheck(db);
  const sha = await propose({
    [file]: fileOf(
      component("shop", { type: "website", dependsOn: ["component:cart", "resource:order-db"] }),
      documentText("API", "shop-api", { spec: { owner: "payments" } }),
    ),
  });
  const check = await readOne(db);
  expect(check).toMatchObject({
    state: "done",
    conclusion: "neutral",
    pullRequest: 1,
    untold: null,
    result: {
      added: [{ ref: "api:default/shop-api", file }],
      changed: [
        {
          ref: "component:default/shop",
          fields: expect.arrayContaining([{ at: "/spec/type", from: "service", to: "website" }]),
        },
      ],
      removed: [{ ref: "component:default/cart", file }],
      renamed: [],
      errors: [],
      broken: [
        { ref: "component:default/shop", target: "component:default/cart", file, suggestion: null },
        {
          ref: "component:default/shop",
          target: "resource:default/order-db",
          suggestion: "resource:default/orders-db",
        },
        {
          ref: "component:default/website",
          target: "component:default/cart",
          file: null,
          ownerRef: "group:default/web",
        },
      ],
      affected: [{ ownerRef: "group:default/web", refs: ["component:default/website"] }],
    },
  });
  const { comments, checks } = fake.state.get(repo);
  expect(checks).toHaveLength(1);
  expect(checks[0]).toMatchObject({ headSha: sha, body: { conclusion: "neutral", status: "completed" } });
  expect(comments).toHaveLength(1);
  expect(comments[0]?.body).toContain(
    "`component:default/website` of `group:default/web` names `component:default/cart`",
  );
  expect(comments[0]?.body).toContain(`https://portal.example.com/catalog/checks/${check?.id}`);
});

test("the next push changes the one comment; the same webhook again does nothing", async ({ db }) => {
  const { fake, tools, connectionId, propose } = await prepareCheck(db);
  await propose({ [file]: fileOf(component("shop"), component("cart"), component("third")) });
  const before = fake.asked.length;
  const known = fake.state.get(repo);
  const side = (ref: string) => ({ ref, sha: known.branches.get(ref) });
  await deliver(tools, connectionId, "pull_request", {
    action: "synchronize",
    repository: { id: known.id },
    pull_request: { number: 1, base: side("main"), head: side("topic") },
  });
  expect(fake.asked.length).toBe(before);
  await propose({ [file]: fileOf(component("shop", { dependsOn: ["component:cart"] }), component("cart")) });
  const { comments, checks } = fake.state.get(repo);
  expect(comments).toHaveLength(1);
  expect(comments[0]?.body).toContain("No entry changes");
  expect(checks.map(({ body }) => body.conclusion)).toEqual(["success", "success"]);
});

test("errors fail the check, at their line; what was wrong before is not told again", async ({ db }) => {
  const { fake, propose } = await prepareCheck(db);
  fake.state.commit(repo, { "other/catalog-info.yaml": component("old", { owner: 1 }) });
  await propose({
    [file]: fileOf(component("shop"), component("cart", { lifecycle: null }), component("website")),
  });
  const check = await readOne(db);
  expect(check).toMatchObject({ conclusion: "failure" });
  expect(check?.result?.errors).toEqual([
    { ref: "component:default/cart", file, line: 3, message: "spec.lifecycle has to be text, not empty" },
    {
      ref: "component:default/website",
      file,
      line: 5,
      message: "component:default/website is in the catalog already, from another place, which keeps it",
    },
  ]);
  expect(fake.state.get(repo).checks[0]?.annotations).toMatchObject([
    { path: file, start_line: 3, annotation_level: "failure" },
    { path: file, start_line: 5 },
  ]);
});

test("a file that cannot be read removes nothing; a new name in the same place is a renaming", async ({
  db,
}) => {
  const { propose } = await prepareCheck(db);
  await propose({ [file]: `${component("shop")}---\nkind: [\n` }, { branch: "broken" });
  expect((await readOne(db))?.result).toMatchObject({ removed: [], errors: [{ file, line: 4 }] });
  await db.execute(sql`truncate catalogue_checks`);
  await propose(
    { [file]: fileOf(component("shop", { dependsOn: ["component:basket"] }), component("basket")) },
    { branch: "rename" },
  );
  expect((await readOne(db))?.result).toMatchObject({
    renamed: [{ from: "component:default/cart", to: "component:default/basket", file }],
    removed: [],
    added: [],
    broken: [{ ref: "component:default/website", target: "component:default/cart" }],
  });
});

test("what others did on the branch meanwhile is not of this change", async ({ db }) => {
  const { fake, propose } = await prepareCheck(db);
  fake.state.commit(repo, { "README.md": "Topic" }, { branch: "topic" });
  fake.state.commit(repo, { "more/catalog-info.yaml": component("meanwhile") });
  await propose({ "own/catalog-info.yaml": component("mine") });
  expect((await readOne(db))?.result).toMatchObject({
    added: [{ ref: "component:default/mine" }],
    removed: [],
  });
});

test("a change that touches no catalog file is not spoken of", async ({ db }) => {
  const { fake, propose } = await prepareCheck(db);
  await propose({ "src/index.ts": "1" });
  expect(await readOne(db)).toBeNull();
  expect(fake.state.get(repo)).toMatchObject({ checks: [], comments: [] });
});

test("a push to a branch gets a check run and no comment; one to the main branch nothing", async ({ db }) => {
  const { fake, propose } = await prepareCheck(db);
  await propose({ [file]: fileOf(component("shop"), component("cart"), component("new")) }, { isPush: true });
  expect(fake.state.get(repo)).toMatchObject({ checks: [{ body: { conclusion: "success" } }], comments: [] });
  await propose({ "README.md": "x" }, { isPush: true, branch: "main" });
  expect((await readChecks(as(db, person("admin")))).items).toHaveLength(1);
});

test("without the permission to write it stands in the portal alone, and says so", async ({ db }) => {
  const { fake, propose } = await prepareCheck(db, { permissions: readPermissions });
  await propose({ [file]: fileOf(component("shop"), component("cart"), component("new")) });
  expect(await readOne(db)).toMatchObject({
    state: "done",
    summary: "1 added, 1 changed",
    untold: expect.stringContaining("lacks the permission to write checks"),
  });
  expect(fake.state.get(repo)).toMatchObject({ checks: [], comments: [] });
});

test("hostile text pings nobody, links nothing and stays text; public comments name nobody else's entries", async ({
  db,
}) => {
  const { fake, propose } = await prepareCheck(db, { visibility: "public" });
  const evil = "@acme/everyone <img src=x onerror=alert(1)> ``` [x](javascript:1) #1 https://evil.example";
  await propose({
    [file]: fileOf(
      component("shop", { lifecycle: evil, type: "`@ana`" }),
      component("x", { [evil]: 1, dependsOn: ["resource:order-db"] }),
    ),
  });
  const body = fake.state.get(repo).comments[0]?.body ?? "";
  const outside = body.replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, "");
  expect(body).toContain("@acme/everyone <img");
  expect(outside).not.toMatch(/@|evil|<img|#1/);
  expect(body).not.toContain("website");
  expect(body).not.toContain("orders-db");
  expect(body).toContain("1 entry of 1 owner rests on what changes");
});

test("the answer to a public pull request is the same whether a name is in the catalog or not", async ({
  db,
}) => {
  const { fake, propose } = await prepareCheck(db, { visibility: "public" });
  const answerTo = async (branch: string, resource: string, name: string) => {
    await propose(
      { [file]: fileOf(component("shop", { dependsOn: [resource] }), component("cart"), component(name)) },
      { branch },
    );
    const { comments, checks } = fake.state.get(repo);
    const { body, annotations } = checks.at(-1) ?? {};
    const told = JSON.stringify([comments.at(-1)?.body, body, annotations]);
    return told
      .replaceAll(/checks\/[0-9a-f-]{36}/g, "")
      .replaceAll(resource, "RESOURCE")
      .replaceAll(name, "NAME")
      .replaceAll(/"(?:head_?sha|headSha)":"\w+"/g, "");
  };
  const there = await answerTo("there", "resource:default/orders-db", "website");
  const absent = await answerTo("absent", "resource:default/no-such-db", "nothing");
  expect(there).toContain("RESOURCE");
  expect(there).toBe(absent);
  const checks = (await readChecks(as(db, person("admin")))).items;
  expect(checks.map(({ conclusion, summary }) => [conclusion, summary])).toEqual([
    ["neutral", "1 added, 1 changed, 1 broken reference"],
    ["failure", "1 added, 1 changed, 1 error"],
  ]);
  expect(checks[0]?.untold).toContain("the repository is public");
});

test("that another public repository of the host has a name is told in public", async ({ db }) => {
  const { fake, propose } = await prepareCheck(db, { visibility: "public" });
  await db.execute(sql`
    with other as (
      insert into source_repositories (connection_id, external_id, full_name, slug, url, clone_url, default_branch,
        visibility, topics, listed_at)
      select connection_id, 'other', 'acme/other', 'acme/other', url, clone_url, 'main', 'public', '{}', now()
      from source_repositories returning id)
    update locations set repository_id = other.id from other where repository_id is null`);
  await propose({ [file]: fileOf(component("shop"), component("cart"), component("website")) });
  expect(fake.state.get(repo).checks[0]?.body).toMatchObject({ conclusion: "failure" });
});

test("a host that is down is asked again; the reason stands there meanwhile", async ({ db }) => {
  const { fake, tools, propose } = await prepareCheck(db);
  fake.faults.push({ path: /check-runs/, status: 503, times: 50 });
  await expect(propose({ [file]: component("shop") })).rejects.toMatchObject({ code: "unavailable" });
  expect(await readOne(db)).toMatchObject({ state: "waiting", failure: expect.stringMatching(/.{10}/) });
  fake.faults.length = 0;
  await workChecks(tools);
  expect(await readOne(db)).toMatchObject({ state: "done", failure: null });
  expect(fake.state.get(repo).checks).toHaveLength(1);
});

test("a private repository's check is for those who may read it", async ({ db }) => {
  const { propose } = await prepareCheck(db);
  await propose({ [file]: component("shop") });
  expect((await readChecks(as(db, person("developer")))).items).toEqual([]);
  await expect(readChecks(as(db, person("guest")))).rejects.toMatchObject({ code: "forbidden" });
  const [item] = (await readChecks(as(db, person("admin")))).items;
  await expect(getCheck(as(db, person("developer")), { id: item?.id ?? "" })).rejects.toMatchObject({
    code: "not_found",
  });
});
