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
import { keepFigures } from "./keep-figures.ts";
import { readFigures } from "./read-figures.ts";

// A Saturday; the week of 9 November is the last that has ended.
const now = new Date("2026-11-21T12:00:00Z");
const day = 86_400_000;
const at = (daysAgo: number, hour = 12) => new Date(now.getTime() - daysAgo * day + (hour - 12) * 3_600_000);
const service = (name: string) => ({ kind: "service" as const, ref: `component:default/${name}` });
const team = (name: string) => ({ kind: "team" as const, ref: `group:default/${name}` });
const ask = (db: Db, asked: Partial<AskFigures> & Pick<AskFigures, "scope">) =>
  readFigures(as(db, person("developer"), now), AskFigures.parse(asked));

/** A deployment each Tuesday and Thursday, the newest first. */
const steady = (count: number): TestDeployment[] =>
  Array.from({ length: count }, (_, i) => ({
    at: at(2 + Math.floor(i / 2) * 7 + (i % 2) * 2),
    hours: [4, 8, 30],
  }));

const observe = (db: Db, name: string, from: Date) =>
  db.execute(sql`insert into observed_periods (subject, what, from_at, reason)
    values (${`component:default/${name}`}, 'deployments', ${from.toISOString()}::timestamptz, 'A test')`);

const lose = (db: Db, name: string, from: Date, until: Date) =>
  noteGap(as(db, undefined, now), {
    subject: `component:default/${name}`,
    what: "deployments",
    from,
    until,
    reason: "Webhooks are missing",
  });

describe("a gap in what was observed", () => {
  test("makes the weeks that it touches open and out of the median, and is said beside the figures", async ({
    db,
  }) => {
    await importServices(db, { gappy: "payments" });
    await writeDeployments(db, "gappy", steady(30));
    await observe(db, "gappy", at(300));
    const whole = await ask(db, { scope: service("gappy") });
    expect(whole.figures.frequency).toMatchObject({ completeWeeks: 12, value: 2 });
    expect(whole.observed).toMatchObject({ weeks: 13, unseenWeeks: 0 });
    // From a Friday to the next Monday, and an hour in the week of 5 October.
    await lose(db, "gappy", new Date("2026-10-23T06:00:00Z"), new Date("2026-10-26T06:00:00Z"));
    await lose(db, "gappy", new Date("2026-10-07T06:00:00Z"), new Date("2026-10-07T07:00:00Z"));
    const found = await ask(db, { scope: service("gappy") });
    const open = found.weeks.filter(({ isObserved }) => !isObserved);
    expect(
      open.map(({ week, forward, failed, leadTime, unseen }) => [week, forward, failed, leadTime, unseen]),
    ).toEqual([
      ["2026-W41", null, null, null, { services: 1, of: 1 }],
      ["2026-W43", null, null, null, { services: 1, of: 1 }],
      ["2026-W44", null, null, null, { services: 1, of: 1 }],
    ]);
    expect(found.figures.frequency).toMatchObject({ completeWeeks: 9, value: 2, n: 9 });
    expect(found.observed).toMatchObject({ weeks: 13, unseenWeeks: 3, unseenServices: 1 });
    expect(found.coverageWords).toBe("100 % of deployments attributed, 3 of 13 weeks were not fully seen");
    expect(found.annotations.filter(({ kind }) => kind === "gap")).toEqual([
      {
        kind: "gap",
        from: "2026-10-23",
        to: "2026-10-26",
        title: "Not seen: Webhooks are missing",
        href: null,
      },
      {
        kind: "gap",
        from: "2026-10-07",
        to: "2026-10-07",
        title: "Not seen: Webhooks are missing",
        href: null,
      },
    ]);
    // What was deployed and is known still stands in the lists.
    expect(found.figures.frequency.counts.deployments).toBe(whole.figures.frequency.counts.deployments);
  });

  test("leaves no figure where it covers the window, also at its beginning", async ({ db }) => {
    await importServices(db, { blind: "payments" });
    await writeDeployments(db, "blind", steady(60));
    await observe(db, "blind", at(300));
    await lose(db, "blind", new Date("2026-07-01T00:00:00Z"), new Date("2026-10-01T00:00:00Z"));
    const asked = { scope: service("blind"), from: "2026-08-01", to: "2026-09-01" };
    const { figures, weeks } = await ask(db, asked);
    for (const figure of Object.values(figures))
      expect(figure).toMatchObject({ value: null, reason: "not_observed" });
    expect(figures.frequency.reasonWords).toMatch(/could not be had again/);
    expect(weeks.at(-1)?.isObserved).toBe(false);
    const half = await ask(db, { scope: service("blind"), from: "2026-09-01", to: "2026-11-01" });
    expect(half.figures.leadTime.reason).toBeNull();
    // Before all periods: what is imported step by step begins with what is not read yet.
    await lose(db, "blind", at(500), at(300));
    const early = await ask(db, { scope: service("blind"), from: "2025-09-01", to: "2025-10-01" });
    expect(early.figures.frequency.reason).toBe("not_observed");
  });

  test("of one of many services is said, and voids a week only where it hides much of it", async ({ db }) => {
    const names = Array.from({ length: 12 }, (_, i) => `many-${i}`);
    const owners = names.map((name, i) => [name, i < 2 ? "two" : "ten"]);
    await importServices(db, Object.fromEntries(owners), { two: "all", ten: "all" });
    for (const name of names) {
      await writeDeployments(db, name, steady(30));
      await observe(db, name, at(300));
    }
    const [from, until] = [new Date("2026-10-20T00:00:00Z"), new Date("2026-10-21T00:00:00Z")];
    await lose(db, "many-0", from, until);
    const weekOf = async (name: string) => {
      const answer = await ask(db, { scope: team(name) });
      const week = answer.weeks.find((one) => one.week === "2026-W43");
      return {
        ...{ isObserved: week?.isObserved, isPartial: week?.isPartial, forward: week?.forward },
        ...{ completeWeeks: answer.figures.frequency.completeWeeks, words: answer.coverageWords },
      };
    };
    // One of two: shown as what was seen, and no median rests on it.
    expect(await weekOf("two")).toEqual({
      ...{ isObserved: true, isPartial: true, forward: 4, completeWeeks: 11 },
      words: "100 % of deployments attributed, 1 of 13 weeks was not fully seen (up to 1 of 2 services)",
    });
    // One of twelve is less than what weeks differ by.
    expect(await weekOf("all")).toMatchObject({ isObserved: true, isPartial: false, completeWeeks: 12 });
    expect((await weekOf("all")).words).toMatch(/\(up to 1 of 12 services\)$/);
    expect(await weekOf("ten")).toMatchObject({ isPartial: false, words: "100 % of deployments attributed" });
    await lose(db, "many-1", from, until);
    expect(await weekOf("two")).toMatchObject({ isObserved: false, forward: null, completeWeeks: 11 });
  });

  test("of a repository is none of a service whose deployments are reported by calls", async ({ db }) => {
    await importFiles(db, "calls", {
      "catalog-info.yaml": fileOf(
        ...["hooked", "called"].map((name) =>
          documentText("Component", name, {
            metadata: { annotations: { "github.com/project-slug": "acme/shared-gap" } },
          }),
        ),
      ),
    });
    await db.execute(sql`
      insert into repositories (id, full_name, slug, default_branch, observed_since, is_demo, as_of, as_of_guid)
      values ('github.com:77', 'acme/shared-gap', 'acme/shared-gap', 'main', ${at(300).toISOString()}::timestamptz, false, now(), '1')`);
    for (const name of ["hooked", "called"]) await writeDeployments(db, name, steady(30));
    await db.execute(
      sql`update delivery_services set source = 'reported' where entity_ref = 'component:default/called'`,
    );
    await noteGap(as(db, undefined, now), {
      ...{ subject: "github.com:77", what: "deployments" as const, reason: "GitHub was away" },
      ...{ from: at(18), until: at(17) },
    });
    const unseen = async (name: string) => (await ask(db, { scope: service(name) })).observed.unseenWeeks;
    expect([await unseen("hooked"), await unseen("called")]).toEqual([1, 0]);
  });

  test("is followed by kept figures when it is written", async ({ db }) => {
    await importServices(db, { kept: "payments", blank: "payments" });
    await writeDeployments(db, "kept", steady(30));
    await db.execute(sql`insert into delivery_services (entity_ref) values ('component:default/blank')`);
    await observe(db, "kept", at(300));
    const ctx = as(db, undefined, now);
    await keepFigures(ctx);
    await lose(db, "kept", at(18), at(17));
    await keepFigures(ctx);
    const answer = await ask(db, { scope: { kind: "organisation" } });
    expect(answer.computedAt).not.toBeNull();
    const live = await readFigures(
      as(db, person("guest", { limitedTo: ["group:default/payments"] }), now),
      AskFigures.parse({ scope: { kind: "organisation" } }),
    );
    const gap = (weeks: typeof live.weeks) =>
      weeks.filter(({ unseen }) => unseen !== null).map(({ week }) => week);
    expect(gap(answer.weeks)).toHaveLength(1);
    expect(gap(answer.weeks)).toEqual(gap(live.weeks));
    // The release before kept no number of what is missing: it is counted then, and the rest stays kept.
    await db.execute(sql`update delivery_standing set body = body #- '{observation,missing}'`);
    const older = await ask(db, { scope: { kind: "organisation" } });
    expect(older.computedAt).toEqual(answer.computedAt);
    expect(older.missing).toEqual(answer.missing);
    expect(older.missing.unobserved + older.missing.late).toBeGreaterThan(0);
  });
});

describe("a source of incidents that told of none", () => {
  const rate = async (db: Db, name: string) =>
    (await ask(db, { scope: service(name) })).figures.changeFailRate;

  test("makes nothing a zero, once it is connected for the service", async ({ db }) => {
    await importFiles(db, "pagers", {
      "catalog-info.yaml": fileOf(
        documentText("Component", "paged", {
          metadata: { annotations: { "pagerduty.com/service-id": "PAB12" } },
        }),
        documentText("Component", "alone"),
      ),
    });
    for (const name of ["paged", "alone"]) await writeDeployments(db, name, steady(30));
    expect(await rate(db, "paged")).toMatchObject({ value: null, reason: "no_incident_source" });
    const addReceiver = (kind: string, receivedAt: Date | null) =>
      db.execute(sql`
        insert into incident_receivers (kind, name, sealed, created_at, last_received_at)
        values (${kind}, ${`${kind} of a test`}, '\\x00', ${at(200).toISOString()}::timestamptz,
          ${receivedAt?.toISOString() ?? null}::timestamptz)`);
    await addReceiver("pagerduty", null);
    expect(await rate(db, "paged")).toMatchObject({ value: 0, reason: null });
    expect(await rate(db, "alone")).toMatchObject({ value: null, reason: "no_incident_source" });
    const page = await readFiguresByService(
      as(db, person("developer"), now),
      AskByService.parse({ scope: service("alone") }),
    );
    expect(page.items[0]).toMatchObject({ changeFailRate: null, changeFailRateReason: "no_incident_source" });
    // It finds services by name: only once it sends anything is it known to work.
    await addReceiver("alertmanager", null);
    expect(await rate(db, "alone")).toMatchObject({ reason: "no_incident_source" });
    await db.execute(sql`update incident_receivers set last_received_at = now() where kind = 'alertmanager'`);
    expect(await rate(db, "alone")).toMatchObject({ value: 0, reason: null });
    await db.execute(sql`update incident_receivers set is_on = false`);
    expect(await rate(db, "paged")).toMatchObject({ reason: "no_incident_source" });
  });

  test("is also the label of issues, where the repository has used it; a team says for how many it holds", async ({
    db,
  }) => {
    await importFiles(db, "labels", {
      "catalog-info.yaml": fileOf(
        documentText("Group", "labellers"),
        ...["labelled", "plain"].map((name) =>
          documentText("Component", name, {
            metadata: { annotations: { "github.com/project-slug": `acme/${name}` } },
            spec: { owner: "group:default/labellers" },
          }),
        ),
      ),
    });
    for (const name of ["labelled", "plain"]) {
      await writeDeployments(db, name, steady(30));
      await db.execute(sql`
        insert into repositories (id, full_name, slug, default_branch, observed_since, is_demo, as_of, as_of_guid)
        values (${`github.com:${name}`}, ${`acme/${name}`}, ${`acme/${name}`}, 'main', ${at(300).toISOString()}::timestamptz, false, now(), '1')`);
    }
    await db.execute(sql`
      insert into incidents (repository_id, number, title, services, opened_at, is_incident, as_of, as_of_guid)
      values ('github.com:labelled', 1, 'Long ago', '{}', ${at(250).toISOString()}::timestamptz, true, now(), '1')`);
    expect(await rate(db, "labelled")).toMatchObject({ value: 0, reason: null });
    expect(await rate(db, "plain")).toMatchObject({ reason: "no_incident_source" });
    const { observed, coverageWords } = await ask(db, { scope: team("labellers") });
    expect(observed.incidentSources).toBe(1);
    expect(coverageWords).toMatch(/incidents can be seen for 1 of 2 services$/);
  });
});
