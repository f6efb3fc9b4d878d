import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { noteGap } from "#server/delivery/comparison/note-gap.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { importServices, type TestDeployment, writeDeployments } from "#server/testing/figures.ts";
import { person } from "#server/testing/people.ts";
import { readFiguresByService } from "./by-service.ts";
import { AskByService, AskFigures } from "./inputs.ts";
import { readFigures } from "./read-figures.ts";
import type { ServiceFigures } from "./service-page.ts";

// A Saturday.
const now = new Date("2026-11-21T12:00:00Z");
const day = 86_400_000;
const at = (daysAgo: number) => new Date(now.getTime() - daysAgo * day);
const team = (name: string) => ({ kind: "team" as const, ref: `group:default/${name}` });

const steady = (count: number): TestDeployment[] =>
  Array.from({ length: count }, (_, i) => ({ at: at(2 + i * 3.5), hours: [4, 8, 30] }));

const observe = (db: Db, name: string, from: Date) =>
  db.execute(sql`insert into observed_periods (subject, what, from_at, reason)
    values (${`component:default/${name}`}, 'deployments', ${from.toISOString()}::timestamptz, 'A test')`);
const lose = (db: Db, name: string, from: Date, until: Date) =>
  noteGap(as(db, undefined, now), {
    ...{ subject: `component:default/${name}`, what: "deployments" as const },
    ...{ from, until, reason: "Webhooks are missing" },
  });

async function rowsOf(db: Db, asked: Partial<AskByService> & Pick<AskByService, "scope">) {
  const page = await readFiguresByService(as(db, person("developer"), now), AskByService.parse(asked));
  return new Map(page.items.map((row) => [row.serviceRef.replace("component:default/", ""), row]));
}
const figuresOf = (db: Db, asked: Partial<AskFigures> & Pick<AskFigures, "scope">) =>
  readFigures(as(db, person("developer"), now), AskFigures.parse(asked));

const numbers = (row: ServiceFigures | undefined) =>
  row && {
    ...{ deployments: row.deployments, forward: row.forward, changes: row.changes, leadTime: row.leadTime },
    ...{ judged: row.judged, failed: row.failed, unreviewed: row.unreviewed, rework: row.rework },
    ...{ changeFailRate: row.changeFailRate, why: row.changeFailRateReason, last: row.lastDeployedAt },
  };
const none = Object.fromEntries(Object.keys(numbers({} as ServiceFigures) ?? {}).map((name) => [name, null]));

describe("a service beside others", () => {
  test("has no number, and its place and the reason, where nothing of it could have been seen", async ({
    db,
  }) => {
    const names = ["a-busy", "b-quiet", "c-never", "d-later", "e-lost", "f-partly"];
    await importServices(db, Object.fromEntries(names.map((name) => [name, "watched"])));
    await db.execute(sql`insert into delivery_services (entity_ref)
      values ('component:default/b-quiet'), ('component:default/c-never')`);
    for (const name of ["a-busy", "e-lost", "f-partly"]) {
      await writeDeployments(db, name, steady(60));
      await observe(db, name, at(400));
    }
    await writeDeployments(db, "d-later", [{ at: at(1) }]);
    await observe(db, "b-quiet", at(400));
    // October, with a few days before: what is known of it all the same is not all there was.
    await lose(db, "e-lost", new Date("2026-09-28T00:00:00Z"), new Date("2026-11-02T00:00:00Z"));
    await lose(db, "f-partly", new Date("2026-10-05T06:00:00Z"), new Date("2026-10-15T06:00:00Z"));
    const asked = { scope: team("watched"), from: "2026-10-01", to: "2026-11-01" };
    const rows = await rowsOf(db, asked);
    expect([...rows.keys()]).toEqual(names);
    const days = (seen: number) => ({ days: { seen, of: 31 } });
    for (const name of ["c-never", "d-later", "e-lost"]) {
      expect(numbers(rows.get(name)), name).toEqual(none);
      expect(rows.get(name)).toMatchObject({ reason: "not_observed", ...days(0) });
      expect(rows.get(name)?.reasonWords).toBe("Could not be seen in this window");
    }
    expect(rows.get("a-busy")).toMatchObject({
      ...{ reason: null, reasonWords: null, forward: 9, isThroughout: true, ...days(31) },
    });
    // Here nothing happened, and that is a zero.
    expect(rows.get("b-quiet")).toMatchObject({
      ...{ reason: null, deployments: 0, forward: 0, changes: 0, rework: 0, judged: 0, lastDeployedAt: null },
      ...{ leadTime: null, changeFailRate: null, changeFailRateReason: "below_minimum", ...days(31) },
    });
    // A day that is touched is not seen, as a week is not: from the 5th to the 15th.
    expect(rows.get("f-partly")).toMatchObject({ reason: null, forward: 9, ...days(20) });

    const { missing, coverageWords, scope } = await figuresOf(db, asked);
    expect(scope.services).toBe(6);
    expect(missing).toEqual({ unobserved: 3, late: 0, unread: 0, unreadBefore: 0 });
    expect(coverageWords).toContain("3 of 6 services could not be seen and are missing");
    const recent = await figuresOf(db, { scope: team("watched"), days: 60 });
    expect(recent.missing).toMatchObject({ unobserved: 1, late: 1 });
    expect(recent.coverageWords).toContain(
      "1 of 6 services could not be seen and is missing, 1 of 6 services was observed in a part of the window only",
    );
    const whole = await rowsOf(db, { scope: team("watched"), days: 60 });
    // The day on which observation began was not seen from its beginning; today was, as far as it has come.
    expect(whole.get("d-later")).toMatchObject({ reason: null, forward: 1, days: { seen: 1, of: 60 } });
  });

  test("has no number in a window that has not begun", async ({ db }) => {
    await importServices(db, { soon: "tomorrow" });
    await writeDeployments(db, "soon", steady(20));
    const rows = await rowsOf(db, { scope: team("tomorrow"), from: "2026-12-01", to: "2026-12-31" });
    expect(rows.get("soon")).toMatchObject({
      reason: "not_observed",
      forward: null,
      days: { seen: 0, of: 0 },
    });
  });

  test("of a team that owned it then stands for the days in which it did", async ({ db }) => {
    const file = (owner: string) => ({
      "a.yaml": fileOf(
        documentText("Group", "before"),
        documentText("Group", "after"),
        documentText("Component", "handed", { spec: { owner } }),
      ),
    });
    await importFiles(db, "handing", file("before"));
    await importFiles(db, "handing", file("group:default/after"));
    await db.execute(sql`
      update entity_versions set at = '2026-10-22T00:00:00Z'
      where ref = 'component:default/handed' and change = 'changed'`);
    await writeDeployments(db, "handed", [{ at: at(10) }, { at: at(40) }, { at: at(50) }]);
    await observe(db, "handed", at(400));
    const handed = async (name: string, days: { from: string; to: string }) =>
      (await rowsOf(db, { scope: team(name), ownership: "then", ...days })).get("handed");
    const autumn = { from: "2026-10-01", to: "2026-11-20" };
    expect(await handed("before", autumn)).toMatchObject({
      ...{ forward: 2, days: { seen: 21, of: 21 }, isThroughout: false },
    });
    expect(await handed("after", autumn)).toMatchObject({ forward: 1, days: { seen: 29, of: 29 } });
    const november = { from: "2026-11-01", to: "2026-11-20" };
    const gone = await handed("before", november);
    expect(numbers(gone)).toEqual(none);
    expect(gone).toMatchObject({ reason: "not_owned", days: { seen: 0, of: 0 } });
    expect(gone).toMatchObject({ reasonWords: "Not this team's in this window", isThroughout: false });
    expect(await handed("before", { from: "2026-09-01", to: "2026-10-22" })).toMatchObject({
      isThroughout: true,
    });
    // What is no part of the team in this window is not missing from it.
    const { missing } = await figuresOf(db, { scope: team("before"), ownership: "then", ...november });
    expect(missing).toMatchObject({ unobserved: 0, late: 0 });
  });
});
