import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { test } from "#server/testing/database.ts";
import {
  componentFile,
  connectedFake,
  deliver,
  discover,
  pushOf,
  readRun,
  readSources,
  repositoryOf,
  uidOf,
} from "#server/testing/discovery.ts";

test("every catalog file of an organisation comes in, and an unchanged repository costs nothing", async ({
  db,
}) => {
  const { fake, connectionId } = await connectedFake(db, "alpha");
  fake.state.repository("alpha/one", { files: { "catalog-info.yaml": componentFile("alpha-one") } });
  fake.state.repository("alpha/many", {
    files: {
      "services/a/catalog-info.yaml": componentFile("alpha-a"),
      "services/b/catalog-info.yml": componentFile("alpha-b"),
      "node_modules/x/catalog-info.yaml": componentFile("alpha-foreign"),
      "templates/skeleton/catalog-info.yaml": componentFile("$" + "{{ values.name }}"),
    },
  });
  fake.state.repository("alpha/old", {
    isArchived: true,
    files: { "catalog-info.yaml": componentFile("alpha-old") },
  });
  fake.state.repository("alpha/copy", {
    isFork: true,
    files: { "catalog-info.yaml": componentFile("alpha-copy") },
  });
  fake.state.repository("alpha/empty");
  await discover(db, connectionId);
  expect(await readRun(db, connectionId)).toMatchObject({ state: "done", failure: null, completed: true });
  expect(await readSources(db, connectionId)).toEqual([
    {
      target: "alpha/many",
      state: "imported",
      failure: null,
      isAsOf: true,
      refs: ["component:default/alpha-a", "component:default/alpha-b"],
    },
    {
      target: "alpha/one",
      state: "imported",
      failure: null,
      isAsOf: true,
      refs: ["component:default/alpha-one"],
    },
  ]);
  const page = await db.execute<{ url: string; slug: string }>(sql`
    select source_url as url, project_slug as slug from entities where ref = 'component:default/alpha-b'`);
  expect(page[0]).toEqual({
    url: `${fake.webUrl}/alpha/many/blob/main/services/b/catalog-info.yml`,
    slug: "alpha/many",
  });

  const before = fake.rate.remaining;
  const asked = fake.asked.length;
  await discover(db, connectionId, new Date(Date.now() + 600_000));
  expect(fake.asked.slice(asked).filter(({ status }) => status !== 304)).toEqual([]);
  expect(fake.rate.remaining).toBe(before);
  // Nothing was pushed, so no repository is asked about at all; a day later each is, by one conditional request.
  expect(fake.asked.slice(asked).filter(({ path }) => path.startsWith("/repos/"))).toEqual([]);
  const later = fake.asked.length;
  await discover(db, connectionId, new Date(Date.now() + 25 * 3_600_000));
  const looked = fake.asked.slice(later).filter(({ path }) => /^\/repos\/alpha\/(one|many)\/git/.test(path));
  expect(looked.map(({ status }) => status)).toEqual([304, 304]);
});

test("a push is in the catalog as soon as it was followed, and only what it changed", async ({ db }) => {
  const { fake, connectionId, secret } = await connectedFake(db, "beta");
  fake.state.repository("beta/one", {
    files: {
      "catalog-info.yaml": componentFile("beta-one"),
      "b/catalog-info.yaml": componentFile("beta-two"),
    },
  });
  await discover(db, connectionId);
  const uid = await uidOf(db, "component:default/beta-one");
  fake.state.commit("beta/one", { "catalog-info.yaml": componentFile("beta-one", "growth") });
  const asked = fake.asked.length;
  const push = pushOf(fake, "beta/one");
  await deliver(db, secret, "push", push);
  const rows = await db.execute<{ ref: string; owner: string; uid: string }>(sql`
    select ref, owner_ref as owner, uid from entities where ref like 'component:default/beta-%' order by ref`);
  expect([...rows]).toEqual([
    { ref: "component:default/beta-one", owner: "group:default/growth", uid },
    { ref: "component:default/beta-two", owner: "group:default/payments", uid: expect.any(String) },
  ]);
  expect(fake.asked.length - asked).toBeLessThanOrEqual(6);

  // The same again, one of another branch, and an older one that comes late: nothing changes.
  fake.state.commit("beta/one", { "catalog-info.yaml": componentFile("beta-draft") }, { branch: "topic" });
  const version = await db.execute(sql`select version from catalogue_state`);
  await deliver(db, secret, "push", push);
  await deliver(db, secret, "push", pushOf(fake, "beta/one", "topic"));
  await deliver(db, secret, "push", { ...push, after: "1".repeat(40) });
  expect(await db.execute(sql`select version from catalogue_state`)).toEqual(version);

  // A commit that touches no catalogue file: the entries are as of it, and whoever builds on the source is told.
  const { sha } = fake.state.commit("beta/one", { "src/main.ts": "1" });
  await deliver(db, secret, "push", pushOf(fake, "beta/one"));
  const [location] = await db.execute<{ commit: string }>(sql`
    select "commit" from locations where connection_id = ${connectionId} and type = 'git'`);
  expect(location?.commit).toBe(sha);
  expect(await db.execute(sql`select version from catalogue_state`)).toEqual(version);
});

test("a file that a catalog file names is followed too, and the file's end is told", async ({ db }) => {
  const { fake, connectionId, secret } = await connectedFake(db, "gamma");
  const api = `apiVersion: backstage.io/v1alpha1
kind: API
metadata: { name: gamma-api }
spec: { type: openapi, lifecycle: production, owner: payments, definition: { $text: ./openapi.yaml } }
`;
  fake.state.repository("gamma/one", {
    files: { "catalog-info.yaml": api, "openapi.yaml": "openapi: 3.0.0\n" },
  });
  await discover(db, connectionId);
  const definition = async () => {
    const [row] = await db.execute<{ head: string }>(sql`
      select head from entity_bodies b join entities e on e.id = b.entity_id where e.ref = 'api:default/gamma-api'`);
    return /"definition":"(.*?)"/.exec(row?.head ?? "")?.[1];
  };
  expect(await definition()).toBe("openapi: 3.0.0\\n");
  fake.state.commit("gamma/one", { "openapi.yaml": "openapi: 3.1.0\n" });
  await deliver(db, secret, "push", pushOf(fake, "gamma/one"));
  expect(await definition()).toBe("openapi: 3.1.0\\n");
  fake.state.commit("gamma/one", { "catalog-info.yaml": null });
  await deliver(db, secret, "push", pushOf(fake, "gamma/one"));
  expect(await readSources(db, connectionId)).toMatchObject([{ refs: ["api:default/gamma-api (gone)"] }]);
});

test("a renamed repository keeps its source and entries; a deleted one stays with its reason", async ({
  db,
}) => {
  const { fake, connectionId, secret } = await connectedFake(db, "delta");
  fake.state.repository("delta/one", { files: { "catalog-info.yaml": componentFile("delta-one") } });
  fake.state.repository("delta/two", { files: { "catalog-info.yaml": componentFile("delta-two") } });
  await discover(db, connectionId);
  const uid = await uidOf(db, "component:default/delta-one");
  fake.state.rename("delta/one", "renamed");
  await deliver(db, secret, "repository", {
    action: "renamed",
    repository: repositoryOf(fake, "delta/renamed"),
  });
  expect(await readSources(db, connectionId)).toMatchObject([
    { target: "delta/renamed", state: "imported", refs: ["component:default/delta-one"] },
    { target: "delta/two" },
  ]);
  expect(await uidOf(db, "component:default/delta-one")).toBe(uid);

  const gone = repositoryOf(fake, "delta/two");
  fake.state.remove("delta/two");
  await deliver(db, secret, "repository", { action: "deleted", repository: gone });
  // A push that comes after it changes nothing any more.
  await deliver(db, secret, "push", { ...pushOf(fake, "delta/renamed"), repository: gone });
  expect((await readSources(db, connectionId))[1]).toMatchObject({
    target: "delta/two",
    state: "failed",
    failure: expect.stringMatching(/deleted/),
    isAsOf: true,
    refs: ["component:default/delta-two"],
  });

  // Another repository takes the name, and what the old one defined.
  fake.state.repository("delta/two", {
    files: { "catalog-info.yaml": componentFile("delta-two", "growth") },
  });
  await discover(db, connectionId);
  const [taken] = await db.execute<{ owner: string; target: string }>(sql`
    select e.owner_ref as owner, l.target from entities e join locations l on l.id = e.location_id
    where e.ref = 'component:default/delta-two'`);
  expect(taken).toEqual({ owner: "group:default/growth", target: `${fake.webUrl}/delta/two` });
});

test("another default branch is followed, and its pages are those that entries point to", async ({ db }) => {
  const { fake, connectionId, secret } = await connectedFake(db, "lambda");
  const row = fake.state.repository("lambda/one", {
    files: { "catalog-info.yaml": componentFile("lambda-one") },
    defaultBranch: "master",
  });
  await discover(db, connectionId);
  fake.state.commit(
    "lambda/one",
    { "catalog-info.yaml": componentFile("lambda-one", "growth") },
    { branch: "main" },
  );
  row.branches.delete("master");
  row.defaultBranch = "main";
  await deliver(db, secret, "repository", { action: "edited", repository: repositoryOf(fake, "lambda/one") });
  const [entry] = await db.execute<{ owner: string; url: string }>(sql`
    select owner_ref as owner, source_url as url from entities where ref = 'component:default/lambda-one'`);
  expect(entry?.owner).toBe("group:default/growth");
  expect(entry?.url).toContain("/blob/main/");
});

test("one that is no longer listed is told to be gone, but an empty list is not believed", async ({ db }) => {
  const { fake, connectionId } = await connectedFake(db, "epsilon");
  fake.state.repository("epsilon/one", { files: { "catalog-info.yaml": componentFile("epsilon-one") } });
  fake.state.repository("epsilon/two", { files: { "catalog-info.yaml": componentFile("epsilon-two") } });
  await discover(db, connectionId);
  fake.state.remove("epsilon/one");
  await discover(db, connectionId, new Date(Date.now() + 600_000));
  expect((await readSources(db, connectionId)).map(({ state }) => state)).toEqual(["failed", "imported"]);
  fake.state.remove("epsilon/two");
  await discover(db, connectionId, new Date(Date.now() + 1_200_000));
  expect((await readSources(db, connectionId))[1]?.refs).toEqual(["component:default/epsilon-two"]);
});

test("a used-up rate limit pauses it, and the next process goes on where it was", async ({ db }) => {
  const { fake, connectionId } = await connectedFake(db, "zeta");
  for (let n = 0; n < 12; n += 1)
    fake.state.repository(`zeta/s${n}`, { files: { "catalog-info.yaml": componentFile(`zeta-${n}`) } });
  fake.rate.remaining = 22;
  await discover(db, connectionId);
  const paused = await readRun(db, connectionId);
  expect(paused).toMatchObject({
    state: "paused",
    completed: false,
    failure: expect.stringMatching(/rate limit|wait/),
  });
  expect(paused?.resumeIn).toBeGreaterThan(3_000);
  const half = await readSources(db, connectionId);
  expect(half.length).toBeGreaterThan(0);
  expect(half.length).toBeLessThan(12);
  expect(half.every(({ state }) => state === "imported")).toBe(true);
  // Before its time nothing is asked.
  const asked = fake.asked.length;
  await discover(db, connectionId);
  expect(fake.asked.length).toBe(asked);

  fake.rate.remaining = 5_000;
  fake.rate.resetAt = new Date(Date.now() + 7_200_000);
  const at = new Date(Date.now() + 3_700_000);
  await discover(db, connectionId, at);
  expect(await readRun(db, connectionId)).toMatchObject({ state: "done", failure: null });
  expect((await readSources(db, connectionId)).map(({ refs }) => refs.length)).toEqual(Array(12).fill(1));
  const trees = fake.asked.slice(asked).filter(({ path }) => /\/git\/trees\//.test(path));
  expect(trees.length).toBeLessThanOrEqual(12 - half.length);
});

test("a host that is down leaves everything as it was last known, and says so", async ({ db }) => {
  const { fake, connectionId } = await connectedFake(db, "eta");
  fake.state.repository("eta/one", { files: { "catalog-info.yaml": componentFile("eta-one") } });
  await discover(db, connectionId);
  fake.faults.push({ path: /./, status: 502, body: "<html>Bad gateway" });
  await discover(db, connectionId, new Date(Date.now() + 25 * 3_600_000));
  expect(await readRun(db, connectionId)).toMatchObject({ state: "failed", completed: true });
  expect(await readSources(db, connectionId)).toMatchObject([
    { isAsOf: true, refs: ["component:default/eta-one"] },
  ]);
  fake.faults.length = 0;
  await discover(db, connectionId, new Date(Date.now() + 26 * 3_600_000));
  expect(await readRun(db, connectionId)).toMatchObject({ state: "done", failure: null });
  expect(await readSources(db, connectionId)).toMatchObject([{ state: "imported", failure: null }]);
});

test("an organisation that is hidden holds no other up, and nothing of it is taken for deleted", async ({
  db,
}) => {
  const { fake, connectionId } = await connectedFake(db, "hidden-one");
  fake.state.owner("shown-one");
  const owners = ["hidden-one", "shown-one"].map((login) => ({ login, type: "organization" }));
  await db.execute(sql`
    update connections set settings = settings || ${JSON.stringify({ owners })}::jsonb where id = ${connectionId}`);
  fake.state.repository("hidden-one/a", { files: { "catalog-info.yaml": componentFile("hidden-a") } });
  fake.state.repository("shown-one/b", { files: { "catalog-info.yaml": componentFile("shown-b") } });
  await discover(db, connectionId);
  fake.faults.push({ path: /\/hidden-one\b/, status: 404, body: '{"message":"Not Found"}' });
  fake.state.commit("shown-one/b", { "catalog-info.yaml": componentFile("shown-c") });
  await discover(db, connectionId);
  expect(await readRun(db, connectionId)).toMatchObject({
    state: "failed",
    failure: "The repositories of hidden-one could not be found: gone, or hidden from this connection",
  });
  expect(await readSources(db, connectionId)).toMatchObject([
    { target: "hidden-one/a", state: "imported", failure: null, refs: ["component:default/hidden-a"] },
    {
      target: "shown-one/b",
      state: "imported",
      refs: ["component:default/shown-b (gone)", "component:default/shown-c"],
    },
  ]);
  fake.faults.length = 0;
  await discover(db, connectionId);
  expect(await readRun(db, connectionId)).toMatchObject({ state: "done", failure: null });
});
