import { sql } from "drizzle-orm";
import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import { readFiguresByService } from "#server/delivery/figures/by-service.ts";
import { AskByService, AskFigures } from "#server/delivery/figures/inputs.ts";
import { metrics } from "#server/delivery/figures/model.ts";
import { readFigures } from "#server/delivery/figures/read-figures.ts";
import { projectDue } from "#server/delivery/projection/project-due.ts";
import { readWeeklyDeployments } from "#server/delivery/reads/weekly.ts";
import { as, test } from "#server/testing/database.ts";
import { historyPast } from "#server/testing/history-import.ts";
import { person } from "#server/testing/people.ts";
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
    isImporting: true,
    leadTime: null,
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
