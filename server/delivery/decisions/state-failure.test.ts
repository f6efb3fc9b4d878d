import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { AskFigures } from "#server/delivery/figures/inputs.ts";
import { markFiguresDue } from "#server/delivery/figures/mark-due.ts";
import { readFigures } from "#server/delivery/figures/read-figures.ts";
import { findFailures } from "#server/delivery/projection/find-failures.ts";
import { as, test } from "#server/testing/database.ts";
import { importServices, writeDeployments } from "#server/testing/figures.ts";
import { makeUser, person } from "#server/testing/people.ts";
import { incidentsAround } from "./incidents-around.ts";
import { judgeFailures } from "./judge-failures.ts";
import { loadDeployment } from "./load-deployment.ts";
import { readEvidenceDetail } from "./read-evidence-detail.ts";
import { stateFailure } from "./state-failure.ts";

const now = new Date("2026-11-21T12:00:00Z");
const day = 86_400_000;
const at = (daysAgo: number) => new Date(now.getTime() - daysAgo * day);
const reason = "Orders were lost";

async function stage(db: Db, name: string) {
  const entityRef = `component:default/${name}`;
  await importServices(db, { [name]: "states" });
  const { serviceId, ids } = await writeDeployments(
    db,
    name,
    Array.from({ length: 12 }, (_, i) => ({ at: at(10 + i * 3), hours: [5] })),
  );
  const leader = as(db, await makeUser(db, "leader"), now);
  return {
    ...{ ids, entityRef, leader },
    /** As the projection does after it has placed the deployments. */
    project: async () => {
      await findFailures(as(db), { serviceId, entityRef, repositoryIds: [] });
      await markFiguresDue(as(db), serviceId, new Date(0));
    },
    failuresOf: async (id: number) => (await readEvidenceDetail(leader, { id })).failures,
    rate: async () => {
      const asked = AskFigures.parse({ scope: { kind: "service", ref: entityRef } });
      return (await readFigures(as(db, person("developer"), now), asked)).figures;
    },
  };
}

describe("a stated failure", () => {
  test("is confirmed, over with what repaired it, and marks that as rework", async ({ db }) => {
    const { ids, leader, project, failuresOf, rate } = await stage(db, "stated-remedy");
    await stateFailure(leader, { id: ids[5]!, reason, remedyId: ids[4]! });
    await project();
    expect(await failuresOf(ids[5]!)).toMatchObject([
      { signal: "stated", state: "confirmed", recoveredAt: at(22), href: null },
    ]);
    const figures = await rate();
    expect(figures.changeFailRate.counts.confirmed).toBe(1);
    expect(figures.recovery.counts).toMatchObject({ recovered: 1, open: 0 });
    // When it was noticed is not known: a remedy does not tell.
    expect(figures.recovery.withDetection).toBe(0);
    expect(figures.rework.counts.remedies).toBe(1);
  });

  test("is taken back by a rejection and comes again by another word; a rebuild keeps both", async ({
    db,
  }) => {
    const { ids, leader, project, failuresOf, rate } = await stage(db, "stated-twice");
    await stateFailure(leader, { id: ids[2]!, reason });
    await project();
    const [failure] = await failuresOf(ids[2]!);
    expect(failure).toMatchObject({ state: "confirmed", recoveredAt: null });
    expect((await rate()).recovery.counts.open).toBe(1);
    await judgeFailures(leader, { ids: [failure!.id], verdict: "reject", reason });
    await project();
    expect(await failuresOf(ids[2]!)).toMatchObject([{ state: "rejected" }]);
    expect((await rate()).changeFailRate.counts.confirmed).toBe(0);
    await stateFailure(leader, { id: ids[2]!, reason });
    await project();
    expect(await failuresOf(ids[2]!)).toMatchObject([{ state: "confirmed" }]);
  });

  test("may name an incident of the service, and lasts as long as that", async ({ db }) => {
    const { ids, entityRef, leader, project, failuresOf, rate } = await stage(db, "stated-incident");
    const opened = new Date(at(16).getTime() + 30 * 3_600_000);
    const resolved = new Date(opened.getTime() + 3_600_000);
    await db.execute(sql`
      insert into reported_incidents (source, key, entity_refs, title, url, opened_at, resolved_at, as_of, as_of_guid)
      values ('api', '77', array[${entityRef}], 'Checkout is down', 'https://pager.example.com/77',
        ${opened.toISOString()}::timestamptz, ${resolved.toISOString()}::timestamptz, now(), 'g')`);
    const around = await incidentsAround(leader, await loadDeployment(leader, ids[2]!));
    expect(around).toEqual([
      { key: "api:77", title: "Checkout is down", openedAt: opened, resolvedAt: resolved },
    ]);
    await stateFailure(leader, { id: ids[2]!, reason, incident: "api:77" });
    await project();
    expect((await failuresOf(ids[2]!)).filter(({ signal }) => signal === "stated")).toMatchObject([
      {
        words: "Its team says so, with the incident “Checkout is down”.",
        href: "https://pager.example.com/77",
        seenAt: opened,
        recoveredAt: resolved,
      },
    ]);
    expect((await rate()).recovery).toMatchObject({ counts: { recovered: 1 }, withDetection: 1 });
  });
});
