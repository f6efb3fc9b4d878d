import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { as, test } from "#server/testing/database.ts";
import { historyPast } from "#server/testing/history-import.ts";
import { cancelImport, retryImport, startImport } from "./back-fill/change-import.ts";
import { readImportedRepositories, readImports } from "./back-fill/read-imports.ts";
import { importHistory } from "./import-history.ts";

const hour = 3_600_000;

const stateOf = async (db: Db, connectionId: string) => {
  const { items } = await readImportedRepositories(as(db), { connectionId, limit: 100 });
  return items.map(({ fullName, rank, state }) => [fullName.split("/")[1], rank, state]);
};
const statusesAsked = (asked: readonly { path: string }[]) =>
  asked.flatMap(({ path }) => /\/deployments\/(\d+)\/statuses/.exec(path)?.[1] ?? []);

describe("the import of a connection's past", () => {
  test("reads the newest days of services in production first, and everything once", async ({ db }) => {
    const it = await historyPast(db, "order");
    // Nothing is answered about states before all three that are read side by side have asked: then only what follows is in order.
    const haveBegun = Promise.withResolvers<void>();
    it.fake.faults.push({ path: /\/statuses/, until: haveBegun.promise, times: 3 });
    const running = it.run();
    await expect.poll(() => statusesAsked(it.fake.asked).length).toBe(3);
    haveBegun.resolve();
    await running;
    expect(await stateOf(db, it.connectionId)).toEqual([
      ["live", 0, "done"],
      ["busy", 0, "done"],
      ["young", 1, "done"],
      ["tool", 2, "done"],
    ]);
    const asked = statusesAsked(it.fake.asked).map(Number);
    expect(new Set(asked).size).toBe(asked.length);
    // The newest of each service in production, then their newest 90 days, then the other services, then what is older.
    const order = asked.map((id) => it.deploymentOf(id));
    const ageOf = ({ at }: { at: Date }) => (Date.now() - at.getTime()) / (24 * hour);
    const group = (one: (typeof order)[number]) =>
      one.repository === "tool" ? 3 : ageOf(one) > 90 ? 2 : one.repository === "young" ? 1 : 0;
    const groups = order.map(group);
    expect(new Set(order.slice(0, 3).map(({ repository }) => repository))).toEqual(
      new Set(["live", "busy", "young"]),
    );
    // Of those three any may come first; and one may begin while the last of the group before it is not over.
    const begins = ([0, 1, 2, 3] as const).map((one) => groups.indexOf(one));
    expect(begins).not.toContain(-1);
    const turns = begins.map((begin) => (begin < 3 ? 0 : begin));
    expect(turns).toEqual(turns.toSorted((a, b) => a - b));

    const before = it.fake.asked.length;
    await it.run();
    expect(it.fake.asked.slice(before)).toEqual([]);
    const [item] = await readImports(as(db));
    expect(item).toMatchObject({
      state: "done",
      repositories: { all: 4, done: 4, failed: 0 },
      newest: { done: 3, all: 3 },
      slices: { done: 20, all: 20 },
    });
    // What was observed begins where everything was read.
    const periods = await db.execute<{ days: number; until: string | null }>(sql`
      select round(extract(epoch from now() - o.from_at) / 86400)::int as days, o.until_at as until
      from observed_periods o join repositories r on r.id = o.subject where r.slug = 'order/live'`);
    expect([...periods]).toEqual([{ days: 365, until: null }]);
  });

  test("ends with the same rows, wherever its process was killed", async ({ db }) => {
    const whole = await historyPast(db, "whole");
    await whole.run();
    const expected = await whole.rows();
    expect(expected.deployments.length).toBeGreaterThan(20);
    const killed = await historyPast(db, "killed");
    let ends = 0;
    for (let queries = 6; ends < 40; queries += 7) {
      const isOver = await killed.runUntilKilled(queries);
      if (isOver) break;
      ends += 1;
    }
    await killed.run();
    expect(ends).toBeGreaterThan(5);
    expect(await killed.rows()).toEqual(expected);
    // An end costs the answers that were not written yet: three repositories of eight deployments at the most.
    const asked = statusesAsked(killed.fake.asked);
    expect(asked.length).toBeLessThanOrEqual(new Set(asked).size + ends * 24);
    expect(await stateOf(db, killed.connectionId)).toEqual(expect.arrayContaining([["live", 0, "done"]]));
  });

  test("waits where the host's rate limit is used up, and goes on from there", async ({ db }) => {
    const it = await historyPast(db, "limited");
    it.fake.rate.remaining = 25;
    const first = await it.run();
    // Of the three that are read side by side one may be refused before another has told that nothing is left.
    expect(first.trouble).toMatch(/rate limit|told by the host to wait/);
    const [item] = await readImports(as(db));
    expect(item).toMatchObject({ state: "paused" });
    expect(item?.resumeAt?.getTime()).toBeGreaterThan(Date.now());
    const asked = statusesAsked(it.fake.asked);
    it.fake.rate.remaining = 5_000;
    await db.execute(sql`delete from connection_budgets`);
    await it.run();
    expect((await readImports(as(db)))[0]).toMatchObject({ state: "done", failure: null });
    const again = statusesAsked(it.fake.asked.filter(({ status }) => status === 200));
    expect(new Set(again).size).toBe(again.length);
    expect(again.length).toBeGreaterThan(asked.length);
  });

  test("waits as long as the host says", async ({ db }) => {
    const it = await historyPast(db, "told");
    it.fake.faults.push({ path: /statuses/, status: 429, headers: { "retry-after": "600" }, times: 1 });
    expect((await it.run()).trouble).toMatch(/told by the host to wait/);
    const [item] = await readImports(as(db));
    expect(item?.state).toBe("paused");
    const minutes = ((item?.resumeAt?.getTime() ?? 0) - Date.now()) / 60_000;
    expect([minutes > 8, minutes < 11]).toEqual([true, true]);
    const jobs = await db.execute(sql`select 1 from jobs.job where name = 'delivery-import-history'
      and data ->> 'connectionId' = ${it.connectionId} and start_after > now() + interval '8 minutes'`);
    expect(jobs).toHaveLength(1);
  });

  test("is stopped by people, goes on, reaches further back, and begins again", async ({ db }) => {
    const it = await historyPast(db, "chosen");
    await startImport(as(db), { connectionId: it.connectionId, reachDays: 90, isAnew: false });
    await it.run();
    const older = () =>
      db.execute(sql`select 1 from deployments d join repositories r on r.id = d.repository_id
        where r.slug like 'chosen/%' and d.created_at < now() - interval '91 days'`);
    expect(await older()).toHaveLength(0);
    await startImport(as(db), { connectionId: it.connectionId, reachDays: 365, isAnew: false });
    await cancelImport(as(db), { connectionId: it.connectionId });
    await it.run();
    expect((await readImports(as(db)))[0]?.state).toBe("cancelled");
    expect(await older()).toHaveLength(0);
    await startImport(as(db), { connectionId: it.connectionId, reachDays: 365, isAnew: false });
    const before = statusesAsked(it.fake.asked);
    await it.run();
    expect((await older()).length).toBeGreaterThan(0);
    const fresh = statusesAsked(it.fake.asked).slice(before.length);
    expect(fresh.filter((id) => before.includes(id))).toEqual([]);
    const rows = await it.rows();
    await startImport(as(db), { connectionId: it.connectionId, reachDays: 365, isAnew: true });
    await it.run();
    expect(await it.rows()).toEqual(rows);
  });

  test("a stop while it runs ends it at its next step", async ({ db }) => {
    const it = await historyPast(db, "midway");
    // The host answers nothing about states until it is stopped, so that it cannot be over before.
    const isStopped = Promise.withResolvers<void>();
    it.fake.faults.push({ path: /\/statuses/, until: isStopped.promise, times: 1_000 });
    const running = it.run();
    await expect.poll(() => statusesAsked(it.fake.asked).length).toBeGreaterThan(0);
    await cancelImport(as(db), { connectionId: it.connectionId });
    isStopped.resolve();
    await running;
    expect((await readImports(as(db)))[0]?.state).toBe("cancelled");
    expect(await stateOf(db, it.connectionId)).not.toEqual(
      expect.arrayContaining([[expect.any(String), 0, "running"]]),
    );
  });
});

describe("a repository", () => {
  test("that was renamed is read under its new name, one that is gone is told and holds nothing up", async ({
    db,
  }) => {
    const it = await historyPast(db, "moved");
    it.fake.state.rename("moved/live", "alive");
    it.fake.state.remove("moved/busy");
    it.fake.state.remove("moved/young");
    // Another one has its name now: its deployments are not those of the first.
    it.fake.state.repository("moved/young", { files: { a: "a" } });
    it.fake.state.deployment("moved/young", { environment: "production", at: new Date(Date.now() - hour) });
    it.fake.state.get("moved/tool").isArchived = true;
    await it.run();
    expect(await stateOf(db, it.connectionId)).toEqual([
      ["live", 0, "done"],
      ["busy", 0, "gone"],
      ["young", 1, "gone"],
      ["tool", 2, "done"],
    ]);
    const { items } = await readImportedRepositories(as(db), {
      connectionId: it.connectionId,
      state: "gone",
      limit: 1,
    });
    expect(items[0]?.failure).toMatch(/could not be found/);
    const { deployments } = await it.rows();
    expect(new Set(deployments.map(({ repository }) => repository))).toEqual(new Set(["alive", "tool"]));
    expect((await readImports(as(db)))[0]?.state).toBe("done");
  });

  test("that does not answer is tried again later, and told when it never does", async ({ db }) => {
    const it = await historyPast(db, "broken");
    it.fake.faults.push({ path: /\/repos\/broken\/live\/deployments\?/, status: 502, times: 3 });
    it.fake.faults.push({
      path: /\/repos\/broken\/busy\/pulls/,
      status: 403,
      times: 1_000,
      body: '{"message":"no"}',
    });
    const first = await it.run();
    expect(first.trouble).toMatch(/502/);
    const [paused] = await readImports(as(db));
    expect(paused).toMatchObject({ state: "paused", repositories: { done: 3, waiting: 1 } });
    const busy = (await readImportedRepositories(as(db), { connectionId: it.connectionId, limit: 10 }))
      .items[1];
    expect(busy?.failure).toMatch(/needs the permission "Pull requests: read"/);
    // As if the time had passed.
    await db.execute(sql`update history_repositories set next_try_at = now() where next_try_at is not null`);
    await it.run();
    expect((await readImports(as(db)))[0]).toMatchObject({ state: "done", repositories: { done: 4 } });
  });

  test("that fails for good is listed with its reason, and tried again on demand", async ({ db }) => {
    const it = await historyPast(db, "refused");
    it.fake.faults.push({
      ...{ path: /\/repos\/refused\/live\/deployments\?/, status: 403, times: 1 },
      body: '{"message":"Resource not accessible"}',
    });
    await it.run();
    expect((await readImports(as(db)))[0]).toMatchObject({
      state: "done",
      repositories: { done: 3, failed: 1 },
    });
    const { items } = await readImportedRepositories(as(db), {
      connectionId: it.connectionId,
      state: "failed",
      limit: 10,
    });
    expect(items.map(({ fullName, failure }) => [fullName, failure])).toEqual([
      ["refused/live", expect.stringMatching(/needs the permission "Deployments: read"/)],
    ]);
    await retryImport(as(db), { connectionId: it.connectionId, repositoryId: items[0]?.id });
    await it.run();
    expect((await readImports(as(db)))[0]).toMatchObject({ repositories: { done: 4, failed: 0 } });
  });

  test("is none of another host's trouble: a host that is down is left in peace for a while", async ({
    db,
  }) => {
    const it = await historyPast(db, "down");
    it.fake.faults.push({ path: /./, breaks: true, times: 10_000 });
    const { trouble } = await it.run();
    expect(trouble).toMatch(/could not be reached|did not answer|ended/i);
    const [item] = await readImports(as(db));
    expect(item?.state).toBe("paused");
    expect(item?.resumeAt).not.toBeNull();
    it.fake.faults.length = 0;
    await db.execute(sql`update history_repositories set next_try_at = null`);
    await it.run();
    expect((await readImports(as(db)))[0]?.state).toBe("done");
  });
});

test("those who do not run the portal neither see nor change an import", async ({ db }) => {
  const it = await historyPast(db, "closed");
  const ctx = as(db, { kind: "anonymous" });
  await expect(readImports(ctx)).rejects.toThrow(/Only platform engineers/);
  await expect(cancelImport(ctx, { connectionId: it.connectionId })).rejects.toThrow(
    /Only platform engineers/,
  );
  expect(
    await importHistory(it.tools(), { connectionId: "00000000-0000-4000-8000-000000000000" }),
  ).toMatchObject({
    services: 0,
  });
});
