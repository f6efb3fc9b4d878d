import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import type { Actor } from "#server/core/actor.ts";
import { AskFigures } from "#server/delivery/figures/inputs.ts";
import { readFigures } from "#server/delivery/figures/read-figures.ts";
import { as, test } from "#server/testing/database.ts";
import { importServices, type TestDeployment, writeDeployments } from "#server/testing/figures.ts";
import { makeUser, person } from "#server/testing/people.ts";
import { importExternal } from "./import-external.ts";
import { AskComparison, ImportExternal } from "./inputs.ts";
import type { ComparedRow } from "./model.ts";
import { previewExternal } from "./preview-external.ts";
import { readComparison } from "./read-comparison.ts";
import { readExternal } from "./read-external.ts";
import { removeExternal } from "./remove-external.ts";

const now = new Date("2026-11-21T12:00:00Z");
let made: Promise<Actor> | null = null;
async function leader(db: Db) {
  made ??= makeUser(db, "leader");
  return as(db, await made, now);
}

async function compared(db: Db, text: string, more: Partial<ImportExternal> = {}) {
  const input = ImportExternal.parse({ text, tool: "DevLake", fileName: "deployments.csv", ...more });
  const { id } = await importExternal(await leader(db), input);
  return readComparison(await leader(db), AskComparison.parse({ id, limit: 200 }));
}

const told = (rows: readonly ComparedRow[]) =>
  rows.map(({ line, verdict, rule, theirs, ours }) =>
    [line ?? "-", verdict, rule ?? "-", theirs?.counts ?? "-", ours?.counts ?? "-"].join(" "),
  );

const at = (day: number, hour = 12) => new Date(Date.UTC(2026, 9, day, hour));
const rows = (...lines: string[]) => ["service,time,environment,commit,status", ...lines].join("\n");

/** Commits as a test names them. */
async function commitsOf(db: Db, ids: readonly number[], names: readonly string[]) {
  for (const [index, id] of ids.entries())
    await db.execute(
      sql`update service_deployments set sha = ${(names[index] ?? "f").padEnd(40, "0")} where id = ${id}`,
    );
}

describe("another tool's deployments", () => {
  test("stand beside ours, each with the rule that explains it", async ({ db }) => {
    await importServices(db, { shop: "payments", bare: "payments" });
    const deployments: TestDeployment[] = [
      { at: at(1), kind: "baseline" },
      { at: at(2) },
      { at: at(3), kind: "redeploy" },
      { at: at(4), kind: "rollback" },
      { at: at(5), isExcluded: true },
      { at: at(6), isFailed: true },
      { at: at(7), tier: "staging" },
      { at: at(8) },
      { at: at(9) },
      { at: at(10) },
      { at: at(11) },
      { at: at(12) },
      { at: at(10, 8), tier: "staging" },
    ];
    const { ids } = await writeDeployments(db, "shop", deployments);
    const names = ["a1", "b1", "b1", "a1", "c1", "d1", "e1", "f1", "a2", "b2", "c2", "d2", "b2"];
    await commitsOf(db, ids, names);
    const parts = ["eu", "us"].map((region, i) => ({
      environment: `production-${region}`,
      key: region,
      succeededAt: new Date(at(8).getTime() + i * 1_200_000).toISOString(),
    }));
    await db.execute(
      sql`update service_deployments set parts = ${JSON.stringify(parts)}::jsonb where id = ${ids[7]}`,
    );
    const sha = (name: string) => name.padEnd(8, "0");
    const line = (day: number, name: string, more: { env?: string; hour?: number; status?: string } = {}) =>
      `shop,${at(day, more.hour ?? 12).toISOString()},${more.env ?? "production"},${sha(name)},${more.status ?? "success"}`;
    const comparison = await compared(
      db,
      rows(
        line(1, "a1"),
        line(2, "b1"),
        line(3, "b1"),
        line(4, "a1"),
        line(5, "c1"),
        line(6, "d1"),
        line(7, "e1", { env: "staging" }),
        line(8, "f1", { env: "production-eu" }),
        line(8, "f1", { env: "production-us" }),
        line(9, "a2", { status: "failed" }),
        line(10, "b2"),
        line(10, "b2", { hour: 13 }),
        line(12, "d2"),
        line(12, "99", { env: "qa", hour: 8 }),
        line(12, "98", { hour: 9 }),
        line(12, "97", { hour: 10, status: "failed" }),
        `nobody,${at(3).toISOString()},production,,success`,
        `bare,${at(3).toISOString()},production,,success`,
        "shop,2020-01-01T00:00:00Z,production,,success",
      ),
    );
    expect(told(comparison.rows)).toEqual([
      "2 same baseline true true",
      "3 same - true true",
      "4 different redeployment true false",
      "5 different rollback true false",
      "6 different excluded true false",
      "7 different failed_rollout true false",
      "8 different not_production true false",
      "9 same - true true",
      "10 only_theirs duplicate_region true -",
      "11 different other_outcome false true",
      "12 same - true true",
      "13 only_theirs twice true -",
      "14 same - true true",
      "15 only_theirs not_production true -",
      "16 only_theirs not_seen true -",
      "17 only_theirs failed_rollout false -",
      "18 only_theirs unknown_service true -",
      "19 only_theirs no_history true -",
      "20 only_theirs before_observation true -",
      "- only_ours missing_there - true",
    ]);
    // What the rules explain is the whole of the difference.
    const explained = comparison.rules.reduce((sum, one) => sum + one.theirs - one.ours, 0);
    expect(explained).toBe(comparison.theirs - comparison.ours);
    expect(comparison.services.find(({ service }) => service === "shop")).toMatchObject({
      theirs: 15,
      ours: 7,
    });
    expect(comparison.counts).toEqual({ same: 5, different: 6, only_theirs: 8, only_ours: 1 });
  });

  test("are on another day where the organisation's clock says so", async ({ db }) => {
    await db.execute(sql`insert into installation (mode, time_zone) values ('production', 'Asia/Tokyo')
      on conflict (id) do update set time_zone = excluded.time_zone`);
    await importServices(db, { tokyo: "payments" });
    await writeDeployments(db, "tokyo", [{ at: at(2, 20) }, { at: at(4, 10) }]);
    const text = "service,time\ntokyo,2026-10-02T20:00:00Z\ntokyo,2026-10-04T10:00:00Z\n";
    expect(told((await compared(db, text)).rows)).toEqual([
      "2 different other_day true true",
      "3 same - true true",
    ]);
    await db.execute(sql`update installation set time_zone = 'UTC'`);
  });

  test("are found by moment where no commit is named, under whatever name the service has", async ({
    db,
  }) => {
    await importServices(db, { "web-shop": "payments" });
    await db.execute(
      sql`update entities set title = 'Web Shop', project_slug = 'acme/web-shop' where ref = 'component:default/web-shop'`,
    );
    await writeDeployments(db, "web-shop", [{ at: at(2) }, { at: at(3) }, { at: at(4) }]);
    const text = [
      "service,time",
      "Web Shop,2026-10-02T12:10:00Z",
      "acme/web-shop,2026-10-03T11:45:00Z",
      "component:default/web-shop,2026-10-04T14:00:00Z",
    ].join("\n");
    expect(told((await compared(db, text)).rows)).toEqual([
      "2 same - true true",
      "3 same - true true",
      "4 only_theirs not_seen true -",
      "- only_ours missing_there - true",
    ]);
  });

  test("with the same commit at another time are told as the same, and not as strangers", async ({ db }) => {
    await importServices(db, { late: "payments" });
    const { ids } = await writeDeployments(db, "late", [{ at: at(2) }, { at: at(6) }, { at: at(9) }]);
    await commitsOf(db, ids, ["aaaaaaa1", "bbbbbbb1", "ccccccc1"]);
    const text = [
      "service,time,commit",
      // Nearer to its own deployment than to one of another commit, though three days away.
      "late,2026-10-05T12:00:00Z,aaaaaaa1",
      "late,2026-10-06T12:00:00Z,bbbbbbb1",
      "late,2026-10-08T12:00:00Z,ddddddd1",
      "late,2026-10-09T12:00:00Z,ccccccc1",
    ].join("\n");
    const comparison = await compared(db, text);
    expect(told(comparison.rows)).toEqual([
      "2 different far_apart true true",
      "3 same - true true",
      "4 only_theirs not_seen true -",
      "5 same - true true",
    ]);
    expect(comparison).toMatchObject({ theirs: 4, ours: 3 });
  });

  test("enter no figure, are kept with their author, and can be removed", async ({ db }) => {
    await importServices(db, { plain: "payments" });
    await writeDeployments(db, "plain", [{ at: at(2) }, { at: at(3) }]);
    const ask = AskFigures.parse({ scope: { kind: "service", ref: "component:default/plain" } });
    const before = await readFigures(await leader(db), ask);
    const { file } = await compared(
      db,
      rows(`plain,${at(20).toISOString()},production,,success`, "plain,never,production,,"),
    );
    expect((await readFigures(await leader(db), ask)).figures).toEqual(before.figures);
    expect(file).toMatchObject({
      rows: 2,
      unreadable: 1,
      problems: [{ line: 3, words: expect.stringContaining("never") }],
    });
    const { files } = await readExternal(await leader(db));
    expect(files.find(({ id }) => id === file.id)).toMatchObject({ tool: "DevLake", importedAt: now });
    const [event] = await db.execute<{ type: string; payload: object }>(sql`
      select type, payload from events where subject_id = ${file.id}`);
    expect(event).toEqual({
      type: "delivery-external-file.imported",
      payload: { tool: "DevLake", kind: "deployments", rows: 1 },
    });
    await removeExternal(await leader(db), { id: file.id });
    await expect(readComparison(await leader(db), AskComparison.parse({ id: file.id }))).rejects.toThrow(
      "no such file",
    );
    await expect(removeExternal(await leader(db), { id: file.id })).rejects.toThrow("no such file");
    const [left] = await db.execute<{ n: number }>(sql`
      select count(*)::int as n from delivery_external_rows where file_id = ${file.id}::uuid`);
    expect(left?.n).toBe(0);
  });

  test("are for leaders and for those who run the portal", async ({ db }) => {
    const { file } = await compared(db, rows(`plain,${at(20).toISOString()},production,,success`));
    const developer = as(db, person("developer"), now);
    const refused = /^Only engineering leaders and platform engineers/;
    await expect(readExternal(developer)).rejects.toThrow(refused);
    await expect(previewExternal(developer, { text: "a,b\n1,2\n" })).rejects.toThrow(refused);
    await expect(removeExternal(developer, { id: file.id })).rejects.toThrow(refused);
    await expect(readComparison(developer, AskComparison.parse({ id: file.id }))).rejects.toThrow(refused);
  });
});

/** In the week of Monday, 5 October, and beside it. */
const writeWeekly = (db: Db, name: string) =>
  writeDeployments(db, name, [
    { at: at(1), kind: "baseline" },
    { at: at(5), hours: [2, 4, 6] },
    { at: at(6), kind: "redeploy" },
    { at: at(7), kind: "rollback" },
    { at: at(8), hours: [8] },
    { at: at(13), hours: [5] },
  ]);

describe("another tool's weeks", () => {
  test("stand beside ours, with what would make them equal", async ({ db }) => {
    await importServices(db, { weekly: "payments" });
    await writeWeekly(db, "weekly");
    const comparison = await compared(
      db,
      [
        "service,week,deployments,lead time hours",
        "weekly,2026-10-05,2,5",
        "Component:default/weekly,2026-10-08,3,5",
        "weekly,2026-W42,1,40",
        "weekly,2020-W01,1,",
        "other,2026-10-05,1,",
      ].join("\n"),
    );
    const { weeks, counts } = comparison;
    expect(weeks.map(({ verdict, reasons }) => [verdict, ...reasons])).toEqual([
      ["same"],
      ["only_theirs", "Line 2 tells of the same week"],
      ["different", expect.stringContaining("the clock runs from the earliest commit")],
      ["only_theirs", "It lies before this portal began to see the service"],
      ["only_theirs", "No service here has this name"],
    ]);
    expect(counts).toEqual({ same: 1, different: 1, only_theirs: 3, only_ours: 0 });
    // A week that stands twice in the file is counted once here.
    expect(comparison).toMatchObject({ theirs: 8, ours: 3 });
  });

  test.for([
    ["2026-10-05,3,5", "Equal with redeployments"],
    ["2026-10-05,4,5", "Equal with redeployments and rollbacks"],
    ["2026-10-05,9,5", "No rule makes the counts of deployments equal"],
  ])("%s: %s", async ([row, reason], { db }) => {
    const name = `weekly-${row?.slice(11, 12)}`;
    await importServices(db, { [name]: "payments" });
    await writeWeekly(db, name);
    const { weeks } = await compared(db, `service,week,deployments,lead time hours\n${name},${row}`);
    expect(weeks.map(({ verdict, reasons }) => [verdict, ...reasons])).toEqual([["different", reason]]);
  });
});
