import { sql } from "drizzle-orm";
import fc from "fast-check";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { inTransaction } from "#server/core/context.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { windowOf } from "#server/delivery/figures/window.ts";
import { tiers } from "#server/delivery/model.ts";
import { projectDue } from "#server/delivery/projection/project-due.ts";
import { projectService } from "#server/delivery/projection/project-service.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { makeService, refOf, type Step } from "#server/testing/simulated-services.ts";
import { cancelSimulation, discardSimulation } from "./end-simulation.ts";
import { forgetSimulations } from "./forget-simulations.ts";
import { StartSimulation } from "./inputs.ts";
import { loadSimulation } from "./load-simulation.ts";
import { defaultSources, type RuleDraft, type SimulatedService } from "./model.ts";
import { readMoves, readSimulated } from "./read-simulated.ts";
import { readSimulation } from "./read-simulations.ts";
import { saveSimulation } from "./save-simulation.ts";
import { readSide } from "./simulate-service.ts";
import { startSimulation } from "./start-simulation.ts";
import { setApart, undo, workOutApart } from "./work-apart.ts";
import { workSimulation } from "./work-simulation.ts";

const platform = (db: Db, at?: Date) => as(db, person("platform"), at);
const steps = (environment: string, count: number): Step[] =>
  Array.from({ length: count }, (_, n) => ({ environment, commit: n, outcome: "success", hours: 24 }));

/** True from the second time on that it is asked. */
function afterOne(): () => boolean {
  let hasOne = false;
  return () => {
    const before = hasOne;
    hasOne = true;
    return before;
  };
}

async function simulate(db: Db, draft: RuleDraft): Promise<string> {
  const { id } = await startSimulation(platform(db), StartSimulation.parse(draft));
  expect(await workSimulation(as(db), () => false)).toBe(false);
  return id;
}

async function servicesOf(db: Db, id: string): Promise<SimulatedService[]> {
  const found: SimulatedService[] = [];
  let cursor: string | undefined;
  do {
    const page = await readSimulated(platform(db), { id, onlyChanged: false, cursor, limit: 7 });
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
    if (!cursor) expect(page.total).toBe(found.length);
  } while (cursor);
  return found;
}

/** What pages would show of each service now, as the simulation looks at it. */
async function figuresNow(db: Db, id: string) {
  const { from, to, createdAt } = await loadSimulation(as(db), id);
  const window = windowOf({ from, to }, await readCalendarSettings(as(db)), createdAt);
  const rows = await db.execute<{ id: string; ref: string }>(sql`
    select s.id, s.entity_ref as ref from delivery_services s join entities e on e.ref = s.entity_ref
    where e.file_gone_at is null order by 2`);
  const found: [string, object][] = [];
  for (const one of rows)
    found.push([one.ref, await readSide(as(db), { id: one.id, entityRef: one.ref }, window)]);
  return Object.fromEntries(found);
}

/** The rules as they are at first and no services, whatever the test before left. */
async function afresh(db: Db) {
  for (const table of ["delivery_defaults", "environment_tier_rules", "delivery_calendar"])
    await db.execute(sql`delete from ${sql.identifier(table)}`);
  await retire(db);
}

const retire = (db: Db) =>
  db.execute(sql`
    with gone as (update entities set file_gone_at = now() where file_gone_at is null returning ref)
    delete from delivery_services s using gone where s.entity_ref = gone.ref`);

const made = (db: Db) =>
  db.execute(sql`
    select (select md5(string_agg(d::text, '|' order by d.id)) from service_deployments d) as deployments,
      (select md5(string_agg(c::text, '|' order by c.service_id, c.tier, c.sha)) from service_commits c) as commits,
      (select md5(string_agg(c::text, '|' order by c.deployment_id, c.key)) from deployment_changes c) as changes,
      (select md5(string_agg(f::text, '|' order by f.id)) from deployment_failures f) as failures,
      (select md5(string_agg(s::text, '|' order by s.id)) from delivery_services s) as services`);

describe("a simulation of the organisation's rules", () => {
  const step = fc.record({
    environment: fc.constantFrom("production", "EU_1", "eu-2", "live", "staging", "pr-7"),
    commit: fc.nat({ max: 12 }),
    outcome: fc.constantFrom("success" as const, "success" as const, "success" as const, "failure" as const),
    hours: fc.constantFrom(0.2, 3, 26, 100),
  });
  const rule = fc.record({
    pattern: fc.constantFrom("eu*", "eu_1", "prod*", "live", "stag*", "pr-*", "*"),
    tier: fc.constantFrom(...tiers),
  });
  const draft = fc.record(
    {
      tiers: fc.uniqueArray(rule, { maxLength: 4, selector: ({ pattern }) => pattern }),
      defaultSource: fc.constantFrom(...defaultSources),
      weekStartsOn: fc.integer({ min: 1, max: 7 }),
    },
    { requiredKeys: [] },
  );
  const organisation = fc.array(fc.array(step, { minLength: 1, maxLength: 14 }), {
    minLength: 2,
    maxLength: 3,
  });

  test("tells what every service's figures are once it is saved, and changes nothing before", async ({
    db,
  }) => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(organisation, draft, async (histories, tried) => {
        run += 1;
        await retire(db);
        for (const [index, history] of histories.entries())
          await makeService(db, `p${run}-${index}`, history);
        const started = await startSimulation(platform(db), tried).catch((error: Error) => error.message);
        if (typeof started === "string") {
          expect(started).toContain("as they stand");
          return;
        }
        const [before, figures] = [await made(db), await figuresNow(db, started.id)];
        await workSimulation(as(db), () => false);
        expect(await made(db)).toEqual(before);
        const told = await servicesOf(db, started.id);
        for (const one of told) {
          expect(one.failure).toBeNull();
          expect(one.before).toEqual(figures[one.entityRef]);
          expect(one.after!.deployments).toBe(one.before!.deployments + one.cameIn - one.wentOut);
        }
        await saveSimulation(platform(db), { id: started.id, reason: "A property" });
        const after = Object.fromEntries(told.map((one) => [one.entityRef, one.after]));
        await projectDue(as(db), () => false);
        expect(await figuresNow(db, started.id)).toEqual(after);
        // Also those that no rule was said to touch.
        await db.execute(sql`update delivery_services set due_from = 'epoch', due_count = due_count + 1`);
        await projectDue(as(db), () => false);
        expect(await figuresNow(db, started.id)).toEqual(after);
      }),
      { numRuns: 8 },
    );
  }, 240_000);

  test.for(tiers.filter((tier) => tier !== "production"))(
    "deployments that go from production to %s take what they brought along",
    async (tier, { db }) => {
      await afresh(db);
      const name = `moved-to-${tier}`;
      const step = (environment: string, commit: number) => ({
        environment,
        commit,
        outcome: "success" as const,
        hours: 100,
      });
      const history = [step("live", 1), step("live", 7), step("production", 5), step("production", 9)];
      await makeService(db, name, history);
      const id = await simulate(db, { tiers: [{ pattern: "live", tier }] });
      const [told] = await servicesOf(db, id);
      // The baseline is 5: what 9 brings is 6, 7, 8 and itself.
      expect(told?.after).toMatchObject({ changes: 4 });
      await saveSimulation(platform(db), { id, reason: "Nothing runs there" });
      await projectDue(as(db), () => false);
      expect(await figuresNow(db, id)).toEqual({ [refOf(name)]: told?.after });
    },
  );

  test("lists each deployment that comes in or goes out with the rule that does it", async ({ db }) => {
    await afresh(db);
    await makeService(db, "regional", [...steps("mars-1", 5), ...steps("live-regional", 3)]);
    await makeService(db, "quiet", steps("production", 4));
    const id = await simulate(db, {
      tiers: [
        { pattern: "mars-*", tier: "production" },
        { pattern: "live-regional", tier: "staging" },
      ],
    });
    const told = await servicesOf(db, id);
    const quiet = told.find(({ entityRef }) => entityRef === refOf("quiet"));
    expect(quiet).toMatchObject({ cameIn: 0, wentOut: 0, altered: 0, figuresChanged: 0, failure: null });
    expect(told[0]).toMatchObject({
      entityRef: refOf("regional"),
      cameIn: 5,
      wentOut: 3,
      before: { deployments: 3 },
      after: { deployments: 5 },
    });
    const first = await readMoves(platform(db), { id, entityRef: refOf("regional"), limit: 5 });
    expect(first).toMatchObject({ total: 8, isCut: false });
    const rest = await readMoves(platform(db), {
      id,
      entityRef: refOf("regional"),
      limit: 5,
      cursor: first.nextCursor!,
    });
    const moved = [...first.items, ...rest.items];
    expect(moved.map(({ move, why }) => `${move}: ${why}`)).toEqual([
      ...Array(3).fill("out: live-regional is Staging by the rule live-regional"),
      ...Array(5).fill("in: mars-1 is Production by the rule mars-*"),
    ]);
    expect(moved.map(({ at }) => at.getTime())).toEqual(
      moved.map(({ at }) => at.getTime()).toSorted((left, right) => right - left),
    );
    const { summary } = await readSimulation(platform(db), { id });
    expect(summary).toMatchObject({ worked: told.length, cameIn: 5, wentOut: 3, changed: 1, failed: 0 });
    expect(summary.deployments.after - summary.deployments.before).toBe(summary.cameIn - summary.wentOut);
    const changed = await readSimulated(platform(db), { id, onlyChanged: true, limit: 100 });
    expect(changed.total).toBe(summary.changed);
    await discardSimulation(platform(db), { id });
    await expect(readSimulation(platform(db), { id })).rejects.toThrow("no such simulation");
    expect(
      await db.execute(sql`select 1 from delivery_simulation_moves where simulation_id = ${id}`),
    ).toEqual([]);
  });

  test("finds services of which nothing counted so far, where another source would count by default", async ({
    db,
  }) => {
    await afresh(db);
    await makeService(db, "released", steps("production", 5));
    await db.execute(sql`delete from delivery_services where entity_ref = ${refOf("released")}`);
    const id = await simulate(db, { defaultSource: "release" });
    const told = (await servicesOf(db, id)).find(({ entityRef }) => entityRef === refOf("released"));
    expect(told).toMatchObject({ before: { deployments: 0 }, after: { deployments: 2 }, cameIn: 2 });
    await saveSimulation(platform(db), { id, reason: "We release" });
    await projectDue(as(db), () => false);
    expect((await figuresNow(db, id))[refOf("released")]).toEqual(told!.after);
  });

  test("works in what facts have not been worked in yet, for both sides", async ({ db }) => {
    await afresh(db);
    await makeService(db, "behind", steps("production", 4));
    await db.execute(sql`
      insert into deployments (repository_id, number, environment, tier, sha, ref, task, created_at, succeeded_at, as_of, as_of_guid)
      select repository_id, 99, 'eu-9', 'other', sha, ref, task, now(), now(), as_of, 'late'
      from deployments where repository_id = 'github.com:behind' and number = 4`);
    await db.execute(sql`
      update deployments set environment = 'renamed', tier = 'other' where repository_id = 'github.com:behind' and number = 1`);
    await db.execute(
      sql`update delivery_services set due_from = 'epoch' where entity_ref = ${refOf("behind")}`,
    );
    const id = await simulate(db, { tiers: [{ pattern: "eu-9", tier: "production" }], weekStartsOn: 4 });
    const told = (await servicesOf(db, id)).find(({ entityRef }) => entityRef === refOf("behind"));
    await projectDue(as(db), () => false);
    expect((await figuresNow(db, id))[refOf("behind")]).toEqual(told!.before);
    await saveSimulation(platform(db), { id, reason: "Regions" });
    await projectDue(as(db), () => false);
    expect((await figuresNow(db, id))[refOf("behind")]).toEqual(told!.after);
  });

  test("holds up nobody: the service is worked out for real and written while it is tried", async ({
    db,
  }) => {
    await afresh(db);
    await makeService(db, "busy", steps("production", 6));
    const [row] = await db.execute<{ id: string }>(sql`
      select id from delivery_services where entity_ref = ${refOf("busy")}`);
    const service = { id: row!.id, entityRef: refOf("busy"), source: null, settings: {}, pathGlobs: [] };
    const rules = { tiers: [{ pattern: "production", tier: "test" as const }], defaultSource: "deployment" };
    await undo(as(db), async (tx) => {
      await setApart(tx);
      await workOutApart(tx, service, rules);
      await inTransaction(as(db), async (other) => {
        await other.db.execute(sql`select set_config('lock_timeout', '1s', true)`);
        await other.db.execute(sql`
          update delivery_services set due_from = 'epoch', due_count = due_count + 1 where id = ${row!.id}::uuid`);
        await other.db.execute(sql`update environment_tier_rules set tier = tier`);
        expect(await projectService(other, row!.id)).toBe(true);
      });
      await workOutApart(tx, service, rules);
      const [apart] = await tx.db.execute<{ tier: string; n: number }>(sql`
        select tier, count(*)::int as n from service_deployments group by 1`);
      expect(apart).toEqual({ tier: "test", n: 6 });
    });
    const [real] = await db.execute<{ n: number }>(sql`
      select count(*)::int as n from service_deployments where service_id = ${row!.id}::uuid and tier = 'production'`);
    expect(real!.n).toBe(6);
  });
});

describe("a simulation in time", () => {
  test("goes on where it was left, stops when it is cancelled, and is told apart from one that is over", async ({
    db,
  }) => {
    await afresh(db);
    await makeService(db, "one", steps("production", 2));
    await makeService(db, "two", steps("production", 2));
    const { id } = await startSimulation(platform(db), { weekStartsOn: 2 });
    expect(await workSimulation(as(db), afterOne())).toBe(true);
    expect(await readSimulation(platform(db), { id })).toMatchObject({
      state: "running",
      summary: { worked: 1 },
      may: { save: "It is still being worked out" },
    });
    await expect(discardSimulation(platform(db), { id })).rejects.toThrow("cancel it first");
    expect(await workSimulation(as(db), () => false)).toBe(false);
    const { services, summary, state } = await readSimulation(platform(db), { id });
    expect([state, summary.worked]).toEqual(["done", services]);
    await expect(cancelSimulation(platform(db), { id })).rejects.toThrow("not being worked out");

    const { id: second } = await startSimulation(platform(db), { weekStartsOn: 3 });
    await workSimulation(as(db), afterOne());
    await cancelSimulation(platform(db), { id: second });
    expect(await workSimulation(as(db), () => false)).toBe(false);
    expect(await readSimulation(platform(db), { id: second })).toMatchObject({
      state: "cancelled",
      summary: { worked: 1 },
    });
    await expect(saveSimulation(platform(db), { id: second, reason: "x" })).rejects.toThrow("try them again");
  });

  test("is saved only as the change that was tried", async ({ db }) => {
    await afresh(db);
    await makeService(db, "watched", steps("us-1", 3));
    const draft: RuleDraft = { tiers: [{ pattern: "us-*", tier: "test" }] };
    const stale = await simulate(db, draft);
    await makeService(db, "newcomer", steps("us-2", 1));
    const save = (id: string, at?: Date) => saveSimulation(platform(db, at), { id, reason: "Regions" });
    await expect(save(stale)).rejects.toThrow('deployed to "us-2"');
    const id = await simulate(db, draft);
    await expect(save(id, new Date(Date.now() + 25 * 3_600_000))).rejects.toThrow("24 hours");
    const other = await simulate(db, { weekStartsOn: 5 });
    await save(other);
    await expect(save(id)).rejects.toThrow("changed the organisation's rules");
    await expect(save(other)).rejects.toThrow("saved already");
    const again = await simulate(db, draft);
    expect((await save(again)).services).toBeGreaterThanOrEqual(2);
    const [event] = await db.execute<{ payload: object }>(sql`
      select payload from events where type = 'delivery-simulation.saved' and subject_id = ${again}`);
    expect(event!.payload).toMatchObject({ reason: "Regions" });
    await expect(startSimulation(platform(db), draft)).rejects.toThrow("as they stand");
    for (const actor of [person("leader"), person("developer")])
      await expect(startSimulation(as(db, actor), draft)).rejects.toThrow("Only platform engineers");
    await forgetSimulations(as(db));
    expect(await readSimulation(platform(db), { id })).toBeTruthy();
    await forgetSimulations(as(db, undefined, new Date(Date.now() + 15 * 86_400_000)));
    await expect(readSimulation(platform(db), { id })).rejects.toThrow("no such simulation");
  });
});
