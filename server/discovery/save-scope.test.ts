import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { as, test } from "#server/testing/database.ts";
import {
  componentFile,
  connectedFake,
  discover,
  readRun,
  readSources,
  uidOf,
} from "#server/testing/discovery.ts";
import { cancelDiscovery, requestDiscovery } from "./request-discovery.ts";
import { saveScope } from "./save-scope.ts";

const usual = {
  paths: ["**/catalog-info.yaml"],
  branch: null,
  included: [],
  excluded: [],
  withArchived: false,
  withForks: false,
  withPeople: false,
  withProposals: false,
};

test("what is looked at can be said: files, branch, repositories", async ({ db }) => {
  const { fake, connectionId } = await connectedFake(db, "theta");
  fake.state.repository("theta/one", {
    files: {
      "catalog-info.yaml": componentFile("theta-one"),
      "meta/service.yaml": componentFile("theta-meta"),
    },
  });
  fake.state.commit("theta/one", { "meta/service.yaml": componentFile("theta-live") }, { branch: "live" });
  fake.state.repository("theta/secret", { files: { "meta/service.yaml": componentFile("theta-secret") } });
  await discover(db, connectionId);
  await saveScope(as(db), {
    ...usual,
    connectionId,
    paths: ["meta/*.yaml"],
    branch: "live",
    excluded: ["*/secret"],
  });
  await discover(db, connectionId, new Date(Date.now() + 600_000));
  expect(await readSources(db, connectionId)).toMatchObject([
    {
      target: "theta/one/tree/live",
      refs: ["component:default/theta-live", "component:default/theta-one (gone)"],
    },
  ]);
  fake.state.get("theta/one").isArchived = true;
  await discover(db, connectionId, new Date(Date.now() + 1_200_000));
  await saveScope(as(db), { ...usual, connectionId });
  await discover(db, connectionId, new Date(Date.now() + 1_800_000));
  expect(await readSources(db, connectionId)).toMatchObject([
    { state: "failed", failure: "It is archived, and archived repositories are left out" },
  ]);
});

test("it can be stopped, and asked for again", async ({ db }) => {
  const { fake, connectionId } = await connectedFake(db, "iota");
  for (let n = 0; n < 6; n += 1)
    fake.state.repository(`iota/s${n}`, { files: { "catalog-info.yaml": componentFile(`iota-${n}`) } });
  // The host lists no files until it is stopped, so that it cannot be over before.
  const isStopped = Promise.withResolvers<void>();
  fake.faults.push({ path: /git\/trees/, until: isStopped.promise });
  const run = discover(db, connectionId);
  await expect.poll(() => readRun(db, connectionId)).toMatchObject({ state: "running" });
  await cancelDiscovery(as(db), { connectionId });
  isStopped.resolve();
  await run;
  expect(await readRun(db, connectionId)).toMatchObject({ state: "cancelled", completed: false });
  fake.faults.length = 0;
  await requestDiscovery(as(db), { connectionId });
  await discover(db, connectionId);
  expect(await readRun(db, connectionId)).toMatchObject({ state: "done" });
  expect(await readSources(db, connectionId)).toHaveLength(6);
});

test("people and teams of a found repository are not taken until an admin says so", async ({ db }) => {
  const { fake, connectionId } = await connectedFake(db, "kappa");
  const files = {
    "catalog-info.yaml": `${componentFile("kappa-one")}---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: kappa-mallory }
spec: { memberOf: [admins] }
`,
  };
  fake.state.repository("kappa/one", { files });
  await discover(db, connectionId);
  expect(await uidOf(db, "user:default/kappa-mallory")).toBeUndefined();
  const rows = await db.execute(sql`
    select p.severity, p.ref from entity_problems p join locations l on l.id = p.location_id
    where l.connection_id = ${connectionId} and p.message like '%may not say who people%'`);
  expect([...rows]).toEqual([{ severity: "warning", ref: "user:default/kappa-mallory" }]);
});
