import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { pullRequests, repositories } from "#db/schema/delivery.ts";
import type { Db } from "#db/types.ts";
import { as, test } from "#server/testing/database.ts";
import { importServices, writeDeployments } from "#server/testing/figures.ts";
import { markFiguresDue } from "./mark-due.ts";

const at = (day: number) => new Date(Date.UTC(2026, 9, day));
const stamp = { asOf: at(1), asOfGuid: "g" };

const judged = (db: Db, serviceId: string) =>
  db.execute<{ state: string | null; signs: string[] }>(sql`
    select fail_state as state, rework_signs as signs from service_deployments where service_id = ${serviceId} order by at`);

describe("what a deployment counts as", () => {
  test("follows its failures, their remedies and what the team says", async ({ db }) => {
    await importServices(db, { judged: "payments" });
    const { serviceId, ids } = await writeDeployments(db, "judged", [
      { at: at(1), failure: { state: "confirmed", signal: "revert", remedy: 3 } },
      { at: at(2), failure: { state: "suggested", signal: "revert", remedy: 3 } },
      { at: at(3), failure: { state: "rejected" } },
      { at: at(4) },
      { at: at(5), kind: "rollback" },
      { at: at(6), failure: { state: "suggested" } },
    ]);
    expect(await judged(db, serviceId)).toMatchObject([
      { state: "confirmed", signs: [] },
      { state: "suggested", signs: [] },
      { state: null, signs: [] },
      { state: null, signs: ["remedy", "revert"] },
      { state: null, signs: ["rollback"] },
      { state: "suggested", signs: [] },
    ]);
    await db.execute(
      sql`update deployment_failures set decision = 'rejected' where deployment_id in (${ids[0]}, ${ids[5]})`,
    );
    await db.execute(sql`delete from delivery_marks where service_id = ${serviceId}`);
    await markFiguresDue(as(db), serviceId, at(6));
    expect((await judged(db, serviceId)).map(({ state }) => state)).toEqual([
      null,
      "suggested",
      null,
      null,
      null,
      null,
    ]);
    // A revert of what was deployed stays rework, whether or not it did harm.
    expect((await judged(db, serviceId))[3]?.signs).toEqual(["revert"]);
    const [mark] = await db.execute<{ at: string }>(sql`
      select from_at as at from delivery_marks where service_id = ${serviceId}`);
    expect(new Date(mark?.at ?? 0)).toEqual(at(1));
  });

  test("is rework with a hotfix label, in any case of letters, also after the label was found once", async ({
    db,
  }) => {
    await importServices(db, { labelled: "payments" });
    const { serviceId, ids } = await writeDeployments(db, "labelled", [
      { at: at(1), hours: [1] },
      { at: at(2), hours: [1] },
    ]);
    const repositoryId = "github.com:9";
    await db.insert(repositories).values({
      id: repositoryId,
      fullName: "acme/labelled",
      slug: "acme/labelled",
      defaultBranch: "main",
      observedSince: at(1),
      isDemo: false,
      ...stamp,
    });
    const pull = (number: number, labels: string[]) => ({
      repositoryId,
      number,
      title: "A change",
      state: "closed" as const,
      isDraft: false,
      baseRef: "main",
      headRef: "topic",
      headSha: "a",
      labels,
      openedAt: at(1),
      ...stamp,
    });
    await db.insert(pullRequests).values([pull(1, ["area: cart", "Hotfix"]), pull(2, ["fix"])]);
    await db.execute(
      sql`update service_deployments set repository_id = ${repositoryId} where service_id = ${serviceId}`,
    );
    await db.execute(sql`update deployment_changes set pull_request = 2 where deployment_id = ${ids[1]}`);
    await markFiguresDue(as(db), serviceId, at(1));
    const signs = async () => (await judged(db, serviceId)).map((row) => row.signs);
    expect(await signs()).toEqual([["hotfix"], []]);
    await markFiguresDue(as(db), serviceId, at(2));
    expect(await signs()).toEqual([["hotfix"], []]);
  });
});
