import { sql } from "drizzle-orm";
import fc from "fast-check";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { systemActor } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { workQueues } from "#server/core/jobs.ts";
import { makeOutside } from "#server/core/outside.ts";
import { deliveryJobs } from "#server/delivery/jobs.ts";
import { as, test } from "#server/testing/database.ts";
import { importServices, type TestDeployment, writeDeployments } from "#server/testing/figures.ts";
import { person } from "#server/testing/people.ts";
import { eventually } from "#server/testing/running-worker.ts";
import { keepFiguresJob } from "./figures-job-name.ts";
import { AskFigures } from "./inputs.ts";
import { keepFigures, keepLongFigures } from "./keep-figures.ts";
import { markFiguresDue } from "./mark-due.ts";
import { readFigures } from "./read-figures.ts";

const now = new Date("2026-11-21T12:00:00Z");
const dayMs = 86_400_000;
const at = (daysAgo: number, hour = 12, from = now) =>
  new Date(from.getTime() - daysAgo * dayMs + (hour - 12) * 3_600_000);
const organisation = (days: number) => AskFigures.parse({ scope: { kind: "organisation" }, days });
/** Past what is kept: a guest of all teams sees the same services, and theirs is worked out on the spot. */
const teams = ["alpha", "beta"];
const guest = person("guest", { limitedTo: teams.map((team) => `group:default/${team}`) });

/** The kept answer and the one that is worked out now, for comparison. */
async function bothWays(db: Db, days: number, moment = now) {
  const asked = organisation(days);
  const kept = await readFigures(as(db, person("developer"), moment), asked);
  const { computedAt: _, ...rest } = kept;
  const { computedAt: __, ...live } = await readFigures(as(db, guest, moment), asked);
  return { isKept: kept.computedAt !== null, kept: { ...rest, scope: rest.scope }, live };
}

const deployments = (count: number, offset: number): TestDeployment[] =>
  Array.from({ length: count }, (_, i) => ({
    at: at(1 + ((i * 5 + offset) % 170), (i * 3) % 24),
    hours: [(i * 7 + offset) % 90, (i * 11) % 40],
    ...(i % 6 === 0
      ? {
          failure: {
            state: i % 12 === 0 ? ("confirmed" as const) : ("suggested" as const),
            ...(i % 24 === 0 ? {} : { recoveredAt: at((i * 5 + offset) % 170, 20) }),
          },
        }
      : {}),
  }));

describe("kept figures", () => {
  test("are the same as those worked out on the spot, also after changes of every sort", async ({ db }) => {
    await importServices(db, { one: "alpha", two: "alpha", three: "beta" });
    const one = await writeDeployments(db, "one", deployments(90, 0));
    await writeDeployments(db, "two", deployments(60, 3));
    const ctx = as(db, undefined, now);
    const keep = async (moment = now) => {
      await keepFigures(as(db, undefined, moment));
      await keepLongFigures(as(db, undefined, moment));
    };
    const check = async (moment = now) => {
      for (const days of [28, 90, 182, 365]) {
        const { isKept, kept, live } = await bothWays(db, days, moment);
        expect(isKept).toBe(true);
        expect(kept).toEqual(live);
      }
    };
    expect((await bothWays(db, 90)).isKept).toBe(false);
    await keep();
    await check();
    expect((await db.execute(sql`select * from delivery_marks`)).length).toBe(0);

    // Another deployment, today.
    await writeDeployments(db, "three", [{ at: at(0, 10), hours: [1, 2, 3] }]);
    await keep(later(1));
    await check(later(1));
    // A decision about one of long ago, and one that is left out.
    const [old = 0, left = 0] = one.ids.slice(40);
    await db.execute(
      sql`update deployment_failures set decision = 'confirmed' where state = 'suggested' and deployment_id <> ${old}`,
    );
    await db.execute(sql`update service_deployments set is_excluded = true where id = ${left}`);
    await markFiguresDue(ctx, one.serviceId, at(0));
    await markFiguresDue(ctx, one.serviceId, at(170));
    await keep(later(2));
    await check(later(2));
    // The service goes to nobody, and its figures with it; then the day ends.
    await db.execute(sql`update entities set file_gone_at = now() where ref = 'component:default/two'`);
    await db.execute(sql`update entities set owner_ref = null where ref = 'component:default/two'`);
    await keep(later(3));
    await check(later(3));
    const tomorrow = new Date(now.getTime() + dayMs);
    expect((await bothWays(db, 90, tomorrow)).isKept).toBe(false);
    await keep(tomorrow);
    await check(tomorrow);
  });

  test("follow a mark that came while they were made", async ({ db }) => {
    await importServices(db, { busy: "alpha" });
    const { serviceId } = await writeDeployments(db, "busy", [{ at: at(3), hours: [2] }]);
    await keepFigures(as(db, undefined, now));
    await writeDeployments(db, "busy", [{ at: at(2), hours: [2] }]);
    const [before] = await db.execute<{ count: number }>(sql`
      select count::int as count from delivery_marks where service_id = ${serviceId}`);
    await markFiguresDue(as(db), serviceId, at(2));
    const [after] = await db.execute<{ count: number; from: string }>(sql`
      select count::int as count, from_at as "from" from delivery_marks where service_id = ${serviceId}`);
    expect(after?.count).toBe((before?.count ?? 0) + 1);
    await keepFigures(as(db, undefined, now));
    expect((await db.execute(sql`select * from delivery_marks where service_id = ${serviceId}`)).length).toBe(
      0,
    );
  });

  test("are not shown under another time zone or first day of the week", async ({ db }) => {
    await keepFigures(as(db, undefined, now));
    expect((await bothWays(db, 28)).isKept).toBe(true);
    await db.execute(sql`insert into delivery_calendar (week_starts_on) values (7)`);
    expect((await bothWays(db, 28)).isKept).toBe(false);
    await keepFigures(as(db, undefined, now));
    const { isKept, kept, live } = await bothWays(db, 28);
    expect(isKept).toBe(true);
    expect(kept).toEqual(live);
  });
});

/** Changes of every sort, by numbers: each says from when on it touches the service. */
const changes: readonly ((db: Db, world: World, n: number) => Promise<{ service: string; from: Date }>)[] = [
  async (db, { names }, n) => {
    const name = names[n % names.length] ?? "";
    const one = at(n % 150, n % 24);
    const failure = n % 3 === 0 ? { failure: { state: "confirmed" as const } } : {};
    await writeDeployments(db, name, [{ at: one, hours: [n % 100, n % 7], ...failure }]);
    return { service: name, from: one };
  },
  (db, world, n) => changeOne(db, world, n, sql`is_excluded = not is_excluded`),
  (db, world, n) => changeOne(db, world, n, sql`kind = 'redeploy'`),
  (db, world, n) =>
    changeOne(db, world, n, sql`succeeded_at = ${at((n * 7) % 150).toISOString()}::timestamptz`),
  async (db, world, n) => {
    const touched = await changeOne(db, world, n, sql`definition = definition`);
    await db.execute(sql`
      update deployment_failures set decision = ${["confirmed", "rejected", null][n % 3] ?? null},
        recovered_at = ${n % 2 ? at(0).toISOString() : null}::timestamptz where deployment_id = ${touched.id}`);
    return touched;
  },
  async (db, world, n) => {
    const touched = await changeOne(db, world, n, sql`definition = definition`);
    await db.execute(sql`delete from service_deployments where id = ${touched.id}`);
    return touched;
  },
];

type World = { names: readonly string[] };

/** Changes one deployment, with what it brought, and answers the earlier of its moments. */
async function changeOne(db: Db, { names }: World, n: number, how: ReturnType<typeof sql>) {
  const refs = sql.param(names.map((name) => `component:default/${name}`));
  const [before] = await db.execute<{ id: number; at: string; service: string }>(sql`
    select d.id::float8 as id, d.at, split_part(v.entity_ref, '/', 2) as service
    from service_deployments d join delivery_services v on v.id = d.service_id
    where v.entity_ref = any(${refs}::text[]) order by d.id offset ${n} % (
      select count(*) from service_deployments d join delivery_services v on v.id = d.service_id
      where v.entity_ref = any(${refs}::text[])) limit 1`);
  const [after] = await db.execute<{ at: string }>(sql`
    update service_deployments set ${how} where id = ${before?.id ?? 0} returning at`);
  await db.execute(sql`
    update deployment_changes set deployed_at = ${after?.at ?? ""}::timestamptz where deployment_id = ${before?.id ?? 0}`);
  const moments = [before?.at ?? "", after?.at ?? ""].map((moment) => new Date(moment).getTime());
  return { id: before?.id ?? 0, service: before?.service ?? "", from: new Date(Math.min(...moments)) };
}

describe("kept figures in the long run", () => {
  test("stay those that are worked out on the spot, whatever changes in whatever order", async ({ db }) => {
    const names = ["red", "green", "blue"];
    await importServices(db, { red: "alpha", green: "alpha", blue: "beta" });
    for (const [index, name] of names.entries()) await writeDeployments(db, name, deployments(20, index));
    let minutes = 10;
    const step = fc.tuple(fc.nat({ max: changes.length - 1 }), fc.nat({ max: 10_000 }));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
        minutes += 1;
        for (const [kind, n] of steps) {
          const { service, from } = (await changes[kind]?.(db, { names }, n)) ?? { service: "", from: now };
          const [row] = await db.execute<{ id: string }>(sql`
            select id from delivery_services where entity_ref = ${`component:default/${service}`}`);
          if (row) await markFiguresDue(as(db), row.id, from);
        }
        await keepFigures(as(db, undefined, later(minutes)));
        await keepLongFigures(as(db, undefined, later(minutes)));
        for (const days of [28, 90, 182]) {
          const { isKept, kept, live } = await bothWays(db, days, later(minutes));
          expect(isKept).toBe(true);
          expect(kept).toEqual(live);
        }
      }),
      { numRuns: 8 },
    );
  });

  test("have the medians that the database computes from the rows", async ({ db }) => {
    const { figures, window } = (await bothWays(db, 90, later(10))).live;
    const inWindow = (column: string) =>
      sql`${sql.raw(column)} >= ${window.from}::date and ${sql.raw(column)} < ${window.to}::date`;
    const [lead] = await db.execute<{ at: number[]; review: number; n: number }>(sql`
      select percentile_cont(array[0.5, 0.75, 0.9]) within group (order by c.lead_seconds) as at,
        percentile_cont(0.5) within group (order by c.review_seconds) as review, count(*)::int as n
      from deployment_changes c join service_deployments d on d.id = c.deployment_id
      join delivery_services v on v.id = d.service_id join entities e on e.ref = v.entity_ref
      where not d.is_excluded and e.file_gone_at is null and ${inWindow("c.deployed_at")}`);
    expect(lead?.n).toBeGreaterThan(50);
    expect([figures.leadTime.value, figures.leadTime.p75, figures.leadTime.p90]).toEqual(lead?.at);
    expect(figures.leadTime.stages.review).toBe(lead?.review);
    const [gap] = await db.execute<{ middle: number }>(sql`
      select percentile_cont(0.5) within group (order by gap) as middle from (
        select extract(epoch from d.at - lag(d.at) over (partition by d.service_id order by d.at)) as gap
        from service_deployments d join delivery_services v on v.id = d.service_id join entities e on e.ref = v.entity_ref
        where not d.is_excluded and e.file_gone_at is null and d.kind in ('baseline', 'forward', 'unknown')
          and ${inWindow("d.at")}) gaps where gap is not null`);
    expect(figures.frequency.medianGap).toBe(gap?.middle);
  });

  test("take up a change that was still being written when others were", async ({ db }) => {
    await importServices(db, { slow: "alpha" });
    const { serviceId } = await writeDeployments(db, "slow", [{ at: at(2) }]);
    await keepFigures(as(db, undefined, later(300)));
    const count = async () => (await bothWays(db, 90, later(300))).kept.figures.frequency.counts.deployments;
    const before = await count();
    const [marked, written] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const writing = inTransaction(as(db), async (tx: Ctx) => {
      await tx.db.execute(sql`
        insert into service_deployments (service_id, tier, source, source_key, environment, created_at, succeeded_at, kind, attribution, definition)
        values (${serviceId}, 'production', 'deployment', 'late', 'production', now(), ${at(1).toISOString()}::timestamptz, 'forward', 'complete', 1)`);
      await markFiguresDue(tx, serviceId, at(1));
      marked.resolve();
      await written.promise;
    });
    await marked.promise;
    await keepFigures(as(db, undefined, later(300)));
    expect(await count()).toBe(before);
    written.resolve();
    await writing;
    await keepFigures(as(db, undefined, later(300)));
    expect(await count()).toBe(before + 1);
  });

  test("follow a stream of changes in fewer runs than there are changes, up to the last of them", async ({
    db,
    databaseUrl,
  }) => {
    const [job] = deliveryJobs.filter(({ name }) => name === keepFiguresJob.name);
    if (!job) throw new Error("There is no such job");
    // Without its schedule, which would make up for a change that was forgotten; and its runs wait until most changes have
    // come, however long each of them takes.
    const { cron: _, ...unscheduled } = job;
    const mostHaveCome = Promise.withResolvers<void>();
    const held: typeof job = {
      ...unscheduled,
      work: async (tools, data) => {
        await mostHaveCome.promise;
        await job.work(tools, data);
      },
    };
    await db.execute(sql`delete from jobs.job where name = ${keepFiguresJob.name}`);
    const queue = await workQueues(databaseUrl, [held], {
      ctxFor: (name) => as(db, systemActor(name)),
      outside: makeOutside({ hosts: [] }),
      onError: (error) => console.error(error),
    });
    await importServices(db, { stream: "alpha" });
    const shown = async () => {
      const { computedAt, figures } = await readFigures(as(db, person("developer")), organisation(90));
      return computedAt === null ? 0 : figures.frequency.counts.deployments;
    };
    const [all, late] = [30, 5];
    for (let i = 0; i < all; i++) {
      if (i === all - late) mostHaveCome.resolve();
      await writeDeployments(db, "stream", [{ at: new Date() }]);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await eventually(shown, (count) => count === all)).toBe(all);
    await queue.stop();
    const [row] = await db.execute<{ runs: number }>(sql`
      select count(*)::int as runs from jobs.job where name = ${keepFiguresJob.name} and state = 'completed'`);
    expect(row?.runs).toBeLessThan(all / 2);
  });
});

/** Kept figures are of the moment they were made at. */
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
