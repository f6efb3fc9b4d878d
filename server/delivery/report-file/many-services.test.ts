import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { excludeDeployment } from "#server/delivery/decisions/exclude-deployment.ts";
import { AskFigures } from "#server/delivery/figures/inputs.ts";
import { readFigures } from "#server/delivery/figures/read-figures.ts";
import { windowOf } from "#server/delivery/figures/window.ts";
import { projectDue } from "#server/delivery/projection/project-due.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { makeUser, person } from "#server/testing/people.ts";
import {
  linesOf,
  makeTeam,
  problems,
  reportedAt,
  reportOf,
  rowsOf,
  verify,
} from "#server/testing/report-teams.ts";
import { serviceLines } from "./service-facts.ts";

const day = 86_400_000;
const teamScope = (ref: string) => ({ kind: "team" as const, ref });

/** The lines of each service in a report, by its reference. */
function sections(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let own: string[] = [];
  for (const line of linesOf(text)) {
    const { type, ref } = JSON.parse(line) as { type: string; ref?: string };
    if (type === "seal") continue;
    if (type === "service" || type === "figures") own = [];
    if (type === "service") found.set(String(ref), own);
    own.push(line);
  }
  return found;
}

/** What is asked of the database while something is done. */
async function countStatements(db: Db, work: (db: Db) => Promise<unknown>): Promise<number> {
  let count = 0;
  const counting = (target: Db): Db =>
    new Proxy(target, {
      get: (of, key) => {
        const value = Reflect.get(of, key) as unknown;
        if (key === "execute" || key === "select") count += 1;
        if (key === "transaction")
          return (inner: (tx: Db) => unknown, options: object) =>
            of.transaction((tx) => Promise.resolve(inner(counting(tx as unknown as Db))), options);
        return typeof value === "function" ? (value.bind(of) as unknown) : value;
      },
    });
  await work(counting(db));
  return count;
}

describe("a report of many services", () => {
  test("has of each the lines that its own report has, byte for byte, however they are read", async ({
    db,
  }) => {
    const { team, refs } = await makeTeam(db, "many", [90, 1, 40, 3, 160, 2, 70]);
    const [deployment] = await db.execute<{ id: number }>(sql`
      select d.id::float8 as id from service_deployments d join delivery_services v on v.id = d.service_id
      where v.entity_ref = ${refs[2] ?? ""} and d.tier = 'production' and d.succeeded_at is not null limit 1`);
    const leader = as(db, await makeUser(db, "platform"), reportedAt);
    await excludeDeployment(leader, { id: deployment?.id ?? 0, reason: "A rehearsal" });
    const together = sections(await reportOf(db, { scope: teamScope(team) }));
    expect([...together.keys()]).toEqual(refs.toSorted());
    for (const ref of refs)
      expect(together.get(ref)).toEqual(
        sections(await reportOf(db, { scope: { kind: "service", ref } })).get(ref),
      );
    const kinds = [...together.values()].flat().map((line) => (JSON.parse(line) as { type: string }).type);
    for (const kind of ["commit", "pull", "deployment", "change", "failure", "decision"])
      expect(kinds).toContain(kind);

    const ctx = as(db, person("leader"), reportedAt);
    const rows = await db.execute<{ id: string; ref: string }>(sql`
      select id, entity_ref as ref from delivery_services
      where entity_ref = any(${sql.param(refs)}::text[]) order by entity_ref`);
    const services = rows.map((row) => ({ ...row, owned: [{ from: "-infinity", to: "infinity" }] }));
    const window = windowOf({ days: 90 }, await readCalendarSettings(ctx), reportedAt);
    for (const most of [
      { services: 1, commits: 10_000, deployments: 2_500 },
      { services: 3, commits: 60, deployments: 2_500 },
      { services: 100, commits: 10_000, deployments: 30 },
    ]) {
      const found: string[] = [];
      for await (const lines of serviceLines(ctx, services, window, most))
        found.push(...lines.map((line) => JSON.stringify(line)));
      expect(found).toEqual([...together.values()].flat());
    }
  });

  test("asks the database hardly more often for twelve services than for three", { timeout: 60_000 }, async ({
    db,
  }) => {
    const few = await makeTeam(db, "few", [20, 20, 20]);
    const more = await makeTeam(
      db,
      "more",
      Array.from({ length: 12 }, () => 20),
    );
    const statements = (team: string) =>
      countStatements(db, (counted) => reportOf(counted, { scope: teamScope(team) }));
    // One more or less where a pack has nothing of a kind.
    expect(await statements(more.team)).toBeLessThan((await statements(few.team)) + 3);
  });
});

describe("a report with ownership of then", () => {
  test("holds of each service the time in which it was the team's, and is recomputed to the same", {
    timeout: 60_000,
  }, async ({ db }) => {
    const { team, names, refs } = await makeTeam(db, "handed over", [240, 120]);
    const [moved = ""] = names;
    const heirs = `heirs-of-${moved}`;
    const file = (owner: string) => ({
      "catalog-info.yaml": fileOf(
        documentText("Group", team.replace("group:default/", ""), { spec: { type: "team", children: [] } }),
        documentText("Group", heirs, { spec: { type: "team", children: [] } }),
        ...names.map((name) =>
          documentText("Component", name, {
            metadata: { annotations: { "github.com/project-slug": `acme/${name}` } },
            spec: { owner: name === moved ? owner : team },
          }),
        ),
      ),
    });
    const folder = `/org/${team.replace("group:default/", "")}`;
    const [went, came] = [40, 12].map((days) => new Date(reportedAt.getTime() - days * day).toISOString());
    const dated = async (owner: string, at: string | undefined) => {
      await importFiles(db, folder, file(owner));
      await db.execute(sql`
        update entity_versions set at = ${at}::timestamptz where id = (
          select max(id) from entity_versions where ref = ${`component:default/${moved}`} and change = 'changed')`);
    };
    await dated(`group:default/${heirs}`, went);
    await dated(team, came);
    await projectDue(as(db), () => false);

    const then = async (ref: string) => {
      const asked = { scope: teamScope(ref), ownership: "then" as const };
      const text = await reportOf(db, asked);
      const verified = await verify(text);
      expect(problems(verified)).toEqual([]);
      expect(verified).toMatchObject({ isEqual: true, isUnchanged: true });
      const page = await readFigures(as(db, person("leader"), reportedAt), AskFigures.parse(asked));
      const rows = rowsOf(text);
      const shown = rows.find(({ type }) => type === "figures") as unknown as typeof page;
      expect(shown.figures.frequency.counts).toEqual(page.figures.frequency.counts);
      expect(shown.figures.leadTime).toMatchObject({
        n: page.figures.leadTime.n,
        p90: page.figures.leadTime.p90,
      });
      return { text, rows, deployments: page.coverage.deployments };
    };
    const [first, heir] = [await then(team), await then(`group:default/${heirs}`)];
    const ownedOf = (rows: typeof first.rows, ref: string) =>
      rows.find((row) => row.type === "service" && row.ref === ref)?.owned;
    const movedRef = refs[0] ?? "";
    expect(ownedOf(first.rows, movedRef)).toEqual([{ to: went }, { from: came }]);
    expect(ownedOf(heir.rows, movedRef)).toEqual([{ from: went, to: came }]);
    expect(heir.deployments).toBeGreaterThan(3);
    const all = async (ref: string) =>
      (await readFigures(as(db, person("leader"), reportedAt), AskFigures.parse({ scope: teamScope(ref) })))
        .coverage.deployments;
    expect(first.deployments + heir.deployments).toBe(await all(team));
    expect(await all(`group:default/${heirs}`)).toBe(0);

    // Whoever moves the time of ownership is found out by the figures, even with a hash made anew.
    const longer = first.text.replace(`{"to":"${went}"}`, `{"to":"${came}"}`);
    expect(longer).not.toBe(first.text);
    const verified = await verify(longer);
    expect(verified).toMatchObject({ isEqual: false, isUnchanged: false });
    expect(verified.figures.find(({ name }) => name === "frequency")?.isEqual).toBe(false);
  });
});
