import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { excludeDeployment } from "#server/delivery/decisions/exclude-deployment.ts";
import { judgeFailures } from "#server/delivery/decisions/judge-failures.ts";
import { AskFigures } from "#server/delivery/figures/inputs.ts";
import { readFigures } from "#server/delivery/figures/read-figures.ts";
import { projectDue } from "#server/delivery/projection/project-due.ts";
import { as, test } from "#server/testing/database.ts";
import { makeUser, person } from "#server/testing/people.ts";
import {
  linesOf,
  makeTeam,
  reportedAt as now,
  problems,
  type ReportRow,
  reportOf,
  rowsOf,
  verify,
} from "#server/testing/report-teams.ts";
import { describeVerified } from "#server/verify/describe.ts";
import { writeReport } from "./write-report.ts";

/** The same lines with fresh seals: as whoever alters a file would make it. */
function forge(lines: readonly string[]): string {
  const rest = lines.filter((line) => !/^\{"type":"(seal|end)"/.test(line));
  const whole = createHash("sha256");
  let [text, part, inPart] = ["", createHash("sha256"), 0];
  const put = (line: string) => {
    text += `${line}\n`;
    whole.update(`${line}\n`);
  };
  for (const line of rest) {
    put(line);
    part.update(`${line}\n`);
    inPart += 1;
    if (inPart < 100) continue;
    put(JSON.stringify({ type: "seal", lines: inPart, sha256: part.digest("hex") }));
    [part, inPart] = [createHash("sha256"), 0];
  }
  const count = text.split("\n").length - 1;
  return `${text}${JSON.stringify({ type: "end", lines: count, part: part.digest("hex"), sha256: whole.digest("hex") })}\n`;
}

describe("a report file", () => {
  test("holds what a page shows, and its facts give the same figures", async ({ db }) => {
    const { team, refs } = await makeTeam(db, "a page", [260, 120]);
    for (const scope of [
      { kind: "team" as const, ref: team },
      { kind: "service" as const, ref: refs[0] ?? "" },
    ]) {
      const text = await reportOf(db, { scope });
      const verified = await verify(text);
      expect(problems(verified)).toEqual([]);
      expect(verified).toMatchObject({ isEqual: true, isUnchanged: true, given: [] });
      const page = await readFigures(as(db, person("leader"), now), AskFigures.parse({ scope }));
      const shown = rowsOf(text).find(({ type }) => type === "figures") as unknown as typeof page;
      for (const metric of ["frequency", "leadTime", "changeFailRate", "recovery", "rework"] as const) {
        expect(shown.figures[metric].value).toEqual(page.figures[metric].value);
        expect(shown.figures[metric].counts).toEqual(page.figures[metric].counts);
      }
      expect(shown.figures.leadTime.n).toBeGreaterThan(20);
      expect(page.figures.rework.counts.rollbacks + page.figures.frequency.counts.redeploys).toBeGreaterThan(
        2,
      );
    }
  });

  test("takes what a team decided into account, and says why without saying who", async ({ db }) => {
    const { refs } = await makeTeam(db, "decided", [200]);
    const scope = { kind: "service" as const, ref: refs[0] ?? "" };
    const rows = await db.execute<{ id: number; failure: number | null }>(sql`
      select d.id::float8 as id, (select f.id::float8 from deployment_failures f
        where f.deployment_id = d.id and f.state = 'suggested' limit 1) as failure
      from service_deployments d join delivery_services s on s.id = d.service_id
      where s.entity_ref = ${scope.ref} and d.succeeded_at is not null order by d.at desc limit 60`);
    const leader = as(db, { ...(await makeUser(db, "platform")), name: "Agnes Unmistakable" }, now);
    for (const { id } of rows.slice(3, 6)) await excludeDeployment(leader, { id, reason: "A rehearsal" });
    const suggested = rows.flatMap(({ failure }) => failure ?? []);
    expect(suggested.length).toBeGreaterThan(1);
    await judgeFailures(leader, { ids: [suggested[0] ?? 0], verdict: "confirm" });
    await judgeFailures(leader, { ids: [suggested[1] ?? 0], verdict: "reject", reason: "Another thing" });
    for (const exclusions of [true, false])
      for (const bots of [true, false]) {
        const text = await reportOf(db, { scope, exclusions, bots });
        expect(problems(await verify(text))).toEqual([]);
        expect(text).toContain("A rehearsal");
        expect(text).not.toMatch(/Agnes|Unmistakable/);
      }
    expect(rowsOf(await reportOf(db, { scope })).filter(({ type }) => type === "decision")).toHaveLength(5);
  });

  test("of any history, window, zone and first day of the week is recomputed to the same", {
    timeout: 300_000,
  }, async ({ db }) => {
    const zones = ["UTC", "Pacific/Kiritimati", "America/Sao_Paulo", "Europe/Berlin"] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 4, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 160 }), { minLength: 1, maxLength: 2 }),
        fc.constantFrom(...zones),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 200 }),
        async (seed, sizes, zone, startsOn, days) => {
          await db.execute(sql`insert into installation (mode, time_zone) values ('production', ${zone})
            on conflict (id) do update set time_zone = excluded.time_zone`);
          await db.execute(sql`insert into delivery_calendar (week_starts_on) values (${startsOn})
            on conflict (id) do update set week_starts_on = excluded.week_starts_on`);
          const { team } = await makeTeam(db, seed, sizes);
          const text = await reportOf(db, { scope: { kind: "team", ref: team }, days });
          expect(problems(await verify(text))).toEqual([]);
        },
      ),
      { numRuns: 12 },
    );
    await db.execute(sql`update installation set time_zone = 'UTC'`);
    await db.execute(sql`update delivery_calendar set week_starts_on = 1`);
  });

  test("tells times in which nothing could be seen as the page does", async ({ db }) => {
    const { team, refs } = await makeTeam(db, "gaps", [200, 100]);
    const [first = "", second = ""] = refs;
    await db.execute(sql`
      insert into observed_periods (subject, what, from_at, until_at, reason) values
        (${first}, 'deployments', '2026-06-01T00:00:00Z', '2026-10-02T10:00:00Z', 'told'),
        (${first}, 'deployments', '2026-10-11T10:00:00Z', null, 'told'),
        (${second}, 'deployments', '2026-06-01T00:00:00Z', '2026-10-30T10:00:00Z', 'told')`);
    for (const scope of [
      { kind: "team" as const, ref: team },
      { kind: "service" as const, ref: second },
    ]) {
      const text = await reportOf(db, { scope, from: "2026-09-01", to: "2026-11-20" });
      expect(problems(await verify(text))).toEqual([]);
      expect(rowsOf(text).filter(({ type, unseen }) => type === "week" && unseen).length).toBeGreaterThan(1);
    }
  });

  test("says which rows were taken as they are, since they were being worked out", async ({ db }) => {
    const { refs } = await makeTeam(db, "due", [60]);
    const scope = { kind: "service" as const, ref: refs[0] ?? "" };
    await db.execute(
      sql`update delivery_services set due_from = '2026-01-01' where entity_ref = ${scope.ref}`,
    );
    const verified = await verify(await reportOf(db, { scope }));
    expect(verified).toMatchObject({ isEqual: true, given: [scope.ref] });
    await projectDue(as(db), () => false);
  });

  test("holds only what its reader may see", async ({ db }) => {
    const { refs, team } = await makeTeam(db, "hidden", [20]);
    const guest = as(db, person("guest", { limitedTo: ["group:default/nobody"] }), now);
    const parts: string[] = [];
    const write = (text: string) => void parts.push(text);
    for (const scope of [
      { kind: "service" as const, ref: refs[0] ?? "" },
      { kind: "team" as const, ref: team },
    ])
      await expect(writeReport(guest, AskFigures.parse({ scope }), write)).rejects.toThrow("has no entry");
    await writeReport(guest, AskFigures.parse({ scope: { kind: "organisation" } }), write);
    expect(parts.join("")).not.toContain(refs[0]);
    expect((await verify(parts.join(""))).isEqual).toBe(true);
  });
});

describe("an altered report file", () => {
  test("whose hash alone was changed, or whose lines end otherwise, is told so, and not that rows differ", async ({
    db,
  }) => {
    const { refs } = await makeTeam(db, "hashes", [20]);
    const text = await reportOf(db, { scope: { kind: "service", ref: refs[0] ?? "" } });
    const hash = describeVerified(
      await verify(text.replace(/"sha256":"\w{8}(?=\w*"[^{]*$)/, '"sha256":"00000000')),
    );
    expect(hash).toEqual(expect.arrayContaining([expect.stringMatching(/^equal +\d+ values of rows/)]));
    expect(hash.join("\n")).toMatch(
      /^different +the hashes of its lines\n.*the hash of the whole file is wrong/m,
    );
    const windows = describeVerified(await verify(text.replaceAll("\n", "\r\n"))).join("\n");
    expect(windows).toMatch(/its lines end as Windows ends them/);
    expect(windows).not.toMatch(/changed, added or removed/);
    await expect(verify(`\uFEFF${text}`)).rejects.toThrow(/byte order mark/);
  });

  test("is found out: a figure, a fact, a line less, a line more", async ({ db }) => {
    const { refs } = await makeTeam(db, "altered", [220]);
    const text = await reportOf(db, { scope: { kind: "service", ref: refs[0] ?? "" } });
    const lines = linesOf(text);
    const figuresAt = lines.findIndex((line) => line.startsWith('{"type":"figures"'));
    const changeAt = lines.findIndex((line) => line.startsWith('{"type":"change"'));
    const altered = (at: number, change: (line: string) => string) =>
      lines.map((line, index) => (index === at ? change(line) : line));
    const cases = {
      figure: altered(figuresAt, (line) =>
        line.replace(/"rework":\{"metric":"rework","n":(\d+)/, '"rework":{"metric":"rework","n":1$1'),
      ),
      fact: altered(changeAt, (line) => line.replace(/"startedAt":"2026-/, '"startedAt":"2025-')),
      less: lines.filter((_, index) => index !== changeAt),
      more: lines.toSpliced(changeAt, 0, lines[changeAt] ?? ""),
    };
    for (const [name, changed] of Object.entries(cases)) {
      const verified = await verify(`${changed.join("\n")}\n`);
      expect(verified.isUnchanged, name).toBe(false);
      expect(problems(verified).join("\n"), name).toMatch(
        /something in lines \d+ to \d+ was changed, added or removed/,
      );
      expect(problems(verified).join("\n"), name).toMatch(/the hash of the whole file is wrong/);
    }
    const told = async (name: keyof typeof cases) => {
      const verified = await verify(forge(cases[name]));
      expect(verified).toMatchObject({ isUnchanged: true, isEqual: false });
      return problems(verified).join("\n");
    };
    expect(await told("figure")).toMatch(
      new RegExp(`^${figuresAt + 1}: rework, n: 1\\d+ in the file, \\d+ by the facts`, "m"),
    );
    const unit = String(JSON.parse(lines[changeAt] ?? "").unit);
    const about = (words: string) => new RegExp(`^\\d+: .*${words}`, "m");
    const fact = await told("fact");
    expect(fact).toMatch(about(unit));
    expect(await told("less")).toMatch(about(`brought ${unit}, which the file does not list`));
    expect(await told("more")).toMatch(about(`${unit} of .* is in the file twice`));
    expect(problems(await verify(forge(lines)))).toEqual([]);
  });

  test("is found out wherever one of its values was changed", async ({ db }) => {
    const { refs } = await makeTeam(db, "every", [80]);
    const lines = linesOf(await reportOf(db, { scope: { kind: "service", ref: refs[0] ?? "" } }));
    // What nothing is computed from: who may doubt it has the hash.
    const idle = new Set(["environment", "reason", "at", "source", "settings", "name"]);
    const byType = Map.groupBy(lines.keys(), (at) => String(JSON.parse(lines[at] ?? "").type));
    for (const type of ["deployment", "commit", "failure", "change", "week"])
      for (const at of (byType.get(type) ?? []).slice(0, 6)) {
        const row = JSON.parse(lines[at] ?? "") as ReportRow;
        for (const name of ["kind", "attribution", "sha", "leadSeconds", "forward", "changes"].filter(
          (one) => one in row && !idle.has(one) && (type !== "deployment" || "succeededAt" in row),
        )) {
          const value = typeof row[name] === "number" ? Number(row[name]) + 3 : "f".repeat(40);
          const forged = forge(
            lines.map((line, index) => (index === at ? JSON.stringify({ ...row, [name]: value }) : line)),
          );
          expect((await verify(forged)).isEqual, `${name} of ${lines[at]}`).toBe(false);
        }
      }
  });
});
