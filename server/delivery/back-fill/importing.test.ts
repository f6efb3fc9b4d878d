import { sql } from "drizzle-orm";
import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import { readFiguresByService } from "#server/delivery/figures/by-service.ts";
import { AskByService, AskFigures } from "#server/delivery/figures/inputs.ts";
import { metrics } from "#server/delivery/figures/model.ts";
import { readFigures } from "#server/delivery/figures/read-figures.ts";
import { projectDue } from "#server/delivery/projection/project-due.ts";
import { readWeeklyDeployments } from "#server/delivery/reads/weekly.ts";
import { writeReport } from "#server/delivery/report-file/write-report.ts";
import { as, test } from "#server/testing/database.ts";
import { historyPast } from "#server/testing/history-import.ts";
import { person } from "#server/testing/people.ts";
import { describeVerified } from "#server/verify/describe.ts";
import { verifyReport } from "#server/verify/verify-report.ts";
import { cancelImport, startImport } from "./change-import.ts";

const entityRef = "component:default/half-live";
const ask = (db: Db, days: number, kind: "service" | "organisation" = "service") =>
  readFigures(
    as(db),
    AskFigures.parse({ scope: kind === "service" ? { kind, ref: entityRef } : { kind }, days }),
  );

test("nothing is summarised before everything in its window was read", async ({ db }) => {
  const it = await historyPast(db, "half");
  const reasons = async (days: number, kind?: "service" | "organisation") => {
    const { figures } = await ask(db, days, kind);
    return [...new Set(metrics.map((metric) => figures[metric].reason === "importing"))];
  };
  // The newest deployments are there, and nothing more.
  it.fake.rate.remaining = 10;
  await it.run();
  await projectDue(as(db), () => false);
  expect(await reasons(28)).toEqual([true]);
  expect(await reasons(28, "organisation")).toEqual([true]);
  const begun = await ask(db, 90);
  expect(begun.importing).toMatchObject({ connectionId: it.connectionId });
  expect(begun.figures.leadTime).toMatchObject({ value: null, p90: null, comparison: null, band: null });
  expect(begun.distributions.leadTime.buckets).toEqual([]);
  expect(begun.weeks.every(({ forward, isObserved }) => forward === null && !isObserved)).toBe(true);
  const { weeks } = await readWeeklyDeployments(as(db), { entityRef, tier: "production" });
  expect(weeks.every(({ total }) => total === null)).toBe(true);
  const services = await readFiguresByService(
    as(db),
    AskByService.parse({ scope: { kind: "organisation" }, days: 90 }),
  );
  expect(services.items.find(({ serviceRef }) => serviceRef === entityRef)).toMatchObject({
    reason: "importing",
    ...{ deployments: null, forward: null, leadTime: null, judged: null, rework: null },
  });
  // Who may not see how it goes is told why, and not where.
  const shown = await readFigures(
    as(db, person("developer")),
    AskFigures.parse({ scope: { kind: "service", ref: entityRef }, days: 90 }),
  );
  expect(shown.importing).toMatchObject({ connectionId: null });

  // The newest slice of this service is whole: its quarter is shown, the one before it is not compared.
  await db.execute(sql`update history_repositories h set slices = 1, complete_from = until_at - interval '90 days',
    cursors = '{}' from source_repositories r where r.id = h.repository_id and r.slug = 'half/live'`);
  expect(await reasons(80)).toEqual([false]);
  expect(await reasons(80, "organisation")).toEqual([true]);
  const quarter = await ask(db, 80);
  expect(quarter.figures.frequency.comparison).toMatchObject({
    direction: "not_comparable",
    difference: null,
  });
  expect(quarter.figures.frequency.comparison?.words).toMatch(/still being imported/);
  expect(quarter.weeks.at(-1)?.forward).not.toBeNull();
  expect(quarter.weeks[0]?.forward).toBeNull();
  expect(await reasons(182)).toEqual([true]);

  it.fake.rate.remaining = 5_000;
  await db.execute(sql`delete from connection_budgets`);
  await startImport(as(db), { connectionId: it.connectionId, reachDays: 365, isAnew: true });
  await it.run();
  await projectDue(as(db), () => false);
  expect(await reasons(182)).toEqual([false]);
  expect(await reasons(182, "organisation")).toEqual([false]);
  expect((await ask(db, 182)).importing).toBeNull();

  // What was observed stays shown while it is read once more.
  await startImport(as(db), { connectionId: it.connectionId, reachDays: 365, isAnew: true });
  it.fake.rate.remaining = 15;
  await it.run();
  expect(await reasons(90)).toEqual([false]);
});

test("a repository that failed for good or is gone hides its own service, and others say what they lack", async ({
  db,
}) => {
  const it = await historyPast(db, "lost");
  const ref = "component:default/lost-live";
  it.fake.rate.remaining = 10;
  await it.run();
  await projectDue(as(db), () => false);
  await db.execute(sql`update history_imports set state = 'done' where connection_id = ${it.connectionId}`);
  await db.execute(
    sql`update history_repositories set state = 'done', complete_from = reach_at, cursors = '{}'`,
  );
  const of = (scope: AskFigures["scope"], days: number) =>
    readFigures(as(db), AskFigures.parse({ scope, days }));
  const organisation = { kind: "organisation" as const };
  const before = await of(organisation, 90);
  expect(before.missing).toMatchObject({ unread: 0, unreadBefore: 0 });
  expect(before.importing).toBeNull();
  for (const state of ["failed", "gone"]) {
    await db.execute(sql`update history_repositories h set state = ${state}, complete_from = until_at - interval '40 days',
      cursors = jsonb_build_object('deployments', jsonb_build_object('readTo', until_at - interval '80 days'))
      from source_repositories r where r.id = h.repository_id and r.slug = 'lost/live'`);
    const own = await of({ kind: "service", ref }, 90);
    expect(own.figures.frequency).toMatchObject({ value: null, reason: "importing" });
    const all = await of(organisation, 90);
    expect(all.importing).toBeNull();
    expect(all.missing).toMatchObject({ unread: 1, unreadBefore: 0 });
    expect(all.coverageWords).toContain(
      `1 of ${all.scope.services} services was read in part only, since the import of the past failed`,
    );
    const recent = await of(organisation, 20);
    expect(recent.missing).toMatchObject({ unread: 0, unreadBefore: 1 });
    expect(recent.coverageWords).toContain("was read in part only before this window");
    const rows = (days: number) =>
      readFiguresByService(as(db), AskByService.parse({ scope: organisation, days }));
    const row = (page: Awaited<ReturnType<typeof rows>>) =>
      page.items.find(({ serviceRef }) => serviceRef === ref);
    expect(row(await rows(90))).toMatchObject({ reason: "importing", forward: null, rework: null });
    expect(row(await rows(90))?.reasonWords).toBe("Its past was read in part only");
    expect(row(await rows(20))?.reason).not.toBe("importing");
    const parts: string[] = [];
    const write = (text: string) => void parts.push(text);
    await writeReport(as(db), AskFigures.parse({ scope: organisation, days: 90 }), write);
    const lines = parts.join("").trimEnd().split("\n");
    const cut = lines.map((line) => JSON.parse(line)).filter(({ unread }) => unread);
    expect(cut.map((line) => line.ref)).toEqual([ref]);
    async function* bytes() {
      yield Buffer.from(parts.join(""));
    }
    const verified = await verifyReport(bytes());
    expect(verified).toMatchObject({ isEqual: true, cutOff: [ref] });
    expect(describeVerified(verified).join("\n")).toContain(`in part    the past of ${ref}`);
  }
});

test("of a stopped import only what was read in part is left out", async ({ db }) => {
  const it = await historyPast(db, "halt");
  const ref = "component:default/halt-live";
  const importing = async () =>
    (await readFigures(as(db), AskFigures.parse({ scope: { kind: "service", ref }, days: 90 }))).importing;
  await startImport(as(db), { connectionId: it.connectionId, reachDays: 365, isAnew: false });
  it.fake.rate.remaining = 1;
  await it.run();
  expect(await importing()).not.toBeNull();
  await cancelImport(as(db), { connectionId: it.connectionId });
  expect(await importing()).toBeNull();
  it.fake.rate.remaining = 12;
  await db.execute(sql`delete from connection_budgets`);
  await startImport(as(db), { connectionId: it.connectionId, reachDays: 365, isAnew: false });
  await it.run();
  await cancelImport(as(db), { connectionId: it.connectionId });
  expect((await importing())?.words).toMatch(/read in part only/);
});
