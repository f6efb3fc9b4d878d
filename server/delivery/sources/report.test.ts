import { sql } from "drizzle-orm";
import fc from "fast-check";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { projectDue } from "#server/delivery/projection/project-due.ts";
import { as, test } from "#server/testing/database.ts";
import { importServices } from "#server/testing/figures.ts";
import { person, tokenActor } from "#server/testing/people.ts";
import { ReportDeployment, ReportIncident } from "./inputs.ts";
import {
  type DeploymentFact,
  type IncidentFact,
  mergeDeployments,
  mergeIncidents,
} from "./merge-reported.ts";
import { openIncident, resolveIncident } from "./own-incidents.ts";
import { readReportedIncidents } from "./read-incidents.ts";
import { reportDeployment } from "./report-deployment.ts";
import { reportIncident } from "./report-incident.ts";

const ref = (name: string) => `component:default/${name}`;
const pipeline = tokenActor("platform", ["delivery-write"]);
const shas = ["a", "b", "c"].map((letter) => letter.repeat(40));
const day = (n: number, hour = 12) => new Date(Date.UTC(2026, 2, n, hour));

const deployed = (name: string, key: string, at: Date, more: object = {}) =>
  ReportDeployment.parse({
    entityRef: ref(name),
    key,
    status: "succeeded",
    environment: "production",
    at: at.toISOString(),
    ...more,
  });

describe("a reported deployment", () => {
  test("is one, however often and in whatever order its calls come", async ({ db }) => {
    await importServices(db, { repeated: "shop" });
    const ctx = as(db, pipeline);
    const end = deployed("repeated", "job-1", day(2, 13), { sha: shas[0], repository: "Acme/Repeated" });
    const begin = deployed("repeated", "job-1", day(2, 12), { status: "started" });
    expect(await reportDeployment(ctx, end)).toMatchObject({
      isNew: true,
      outcome: "success",
      repository: "acme/repeated",
    });
    await reportDeployment(ctx, begin);
    const again = await reportDeployment(ctx, end);
    expect(again).toMatchObject({
      isNew: false,
      createdAt: day(2, 12),
      succeededAt: day(2, 13),
      sha: shas[0],
    });
    const told = await db.execute<{ n: number }>(sql`
      select count(*)::int as n from events where type = 'deployment.reported' and subject_id = ${`${ref("repeated")} job-1`}`);
    expect(told[0]?.n, "a repetition changes nothing and leaves no event").toBe(2);
  });

  test("with a key that stands for something else is refused with what to do", async ({ db }) => {
    await importServices(db, { twice: "shop" });
    const ctx = as(db, pipeline);
    await reportDeployment(ctx, deployed("twice", "deploy", day(2), { sha: shas[0] }));
    await expect(
      reportDeployment(ctx, deployed("twice", "deploy", day(3), { sha: shas[1] })),
    ).rejects.toThrow(/already stands for a deployment with sha a+: give each deployment a key of its own/);
    await expect(
      reportDeployment(ctx, deployed("twice", "x", new Date(Date.now() + 3 * 86_400_000))),
    ).rejects.toThrow("more than a day ahead of the portal's clock");
    await expect(reportDeployment(ctx, deployed("nobody-has-it", "x", day(3)))).rejects.toThrow(
      "The catalog has no entry component:default/nobody-has-it",
    );
  });

  test("is for programs of those who run the portal and of the owning team", async ({ db }) => {
    await importServices(db, { owned: "mine" });
    const call = deployed("owned", "1", day(2));
    const ofTeam = { ...tokenActor("developer", ["delivery-write"]), groupRefs: ["group:default/mine"] };
    await reportDeployment(as(db, ofTeam), call);
    await reportDeployment(as(db, person("developer", { maintains: ["group:default/mine"] })), call);
    const ofOthers = { ...ofTeam, groupRefs: ["group:default/other"] };
    await expect(reportDeployment(as(db, ofOthers), call)).rejects.toThrow("belongs to group:default/mine");
    await expect(reportDeployment(as(db, tokenActor("platform", ["write"])), call)).rejects.toThrow(
      'lacks the scope "delivery-write"',
    );
    await expect(reportDeployment(as(db, person("guest")), call)).rejects.toThrow("Guests cannot");
  });

  test("counts once its service chose that source, and is found by its key again", async ({ db }) => {
    await importServices(db, { counted: "shop" });
    const ctx = as(db, pipeline);
    const first = await reportDeployment(ctx, deployed("counted", "1", day(2), { sha: shas[0] }));
    expect(first.note).toMatch(/does not count yet: counted takes its deployments from another source/);
    await db.execute(
      sql`update delivery_services set source = 'reported' where entity_ref = ${ref("counted")}`,
    );
    expect((await reportDeployment(ctx, deployed("counted", "2", day(3)))).note).toMatch(/^Without sha/);
    await reportDeployment(ctx, deployed("counted", "3", day(4), { environment: "eu-1" }));
    await project(db);
    expect(await keysOf(db, "counted")).toEqual(["api:1 production", "api:2 production", "api:3 other"]);
  });

  test("gives the same rows in any order and with any repetition", async ({ db }) => {
    const words = ["started", "succeeded", "failed"] as const;
    const fact = fc.record({
      key: fc.constantFrom("1", "2"),
      status: fc.constantFrom(...words),
      minute: fc.integer({ min: 0, max: 5 }),
      sha: fc.constantFrom(null, ...shas),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fact, { maxLength: 8 }),
        fc.infiniteStream(fc.nat()),
        async (facts, random) => {
          const told = facts.map(({ key, status, minute, sha }): DeploymentFact => {
            const at = new Date(Date.UTC(2026, 1, 1, 0, minute));
            return {
              entityRef: ref("shuffled"),
              source: "api",
              key,
              environment: "production",
              tier: "production",
              sha,
              createdAt: at,
              succeededAt: status === "succeeded" ? at : null,
              failedAt: status === "failed" ? at : null,
              asOf: at,
              asOfGuid: `${status} ${sha}`,
            };
          });
          const order = told.concat(told.filter((_, index) => index % 2 === 0));
          const shuffled = order
            .map((one) => ({ one, by: random.next().value ?? 0 }))
            .sort((a, b) => a.by - b.by)
            .map(({ one }) => one);
          const rows = async (batches: DeploymentFact[][]) => {
            await db.execute(sql`delete from reported_deployments where entity_ref = ${ref("shuffled")}`);
            for (const batch of batches) await mergeDeployments(as(db), batch);
            return db.execute(sql`
            select * from reported_deployments where entity_ref = ${ref("shuffled")} order by key`);
          };
          expect(await rows(shuffled.map((one) => [one]))).toEqual(await rows([told]));
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("an incident", () => {
  test("opens and ends by calls in any order, and names the deployment that did it", async ({ db }) => {
    await importServices(db, { broken: "shop" });
    const ctx = as(db, pipeline);
    await reportDeployment(ctx, deployed("broken", "1", day(1), { sha: shas[0] }));
    await reportDeployment(ctx, deployed("broken", "2", day(2), { sha: shas[1] }));
    await reportDeployment(ctx, deployed("broken", "3", day(2, 13), { sha: shas[2] }));
    await db.execute(
      sql`update delivery_services set source = 'reported' where entity_ref = ${ref("broken")}`,
    );
    const told = { entityRefs: [ref("broken")], key: "inc-1", title: "Down", deployment: "2" };
    await reportIncident(
      ctx,
      ReportIncident.parse({ ...told, status: "resolved", at: day(2, 15).toISOString() }),
    );
    const row = await reportIncident(
      ctx,
      ReportIncident.parse({ ...told, status: "opened", at: day(2, 14).toISOString() }),
    );
    expect(row).toMatchObject({
      openedAt: day(2, 14),
      resolvedAt: day(2, 15),
      entityRefs: [ref("broken")],
      isNew: false,
    });
    expect(row.note).toBeNull();
    await project(db);
    expect(await failuresOf(db, "broken")).toEqual([
      { source_key: "api:2", signal: "incident", state: "confirmed" },
    ]);
  });

  test("says which deployment it names is not known; its end needs no title, and cannot come before it", async ({
    db,
  }) => {
    await importServices(db, { noted: "shop" });
    const ctx = as(db, pipeline);
    const tell = (more: object) =>
      reportIncident(ctx, ReportIncident.parse({ entityRefs: [ref("noted")], key: "inc-9", ...more }));
    await expect(tell({ status: "resolved" })).rejects.toThrow("title: say what is wrong");
    const opened = await tell({
      status: "opened",
      title: "Down",
      deployment: "nope",
      at: day(2, 15).toISOString(),
    });
    expect(opened.note).toMatch(/No deployment with the key nope/);
    const owner = as(db, person("developer", { groupRefs: ["group:default/shop"] }));
    const shown = async () => (await readReportedIncidents(owner, { entityRef: ref("noted") })).items[0];
    expect(await shown()).toMatchObject({ named: "unknown", resolvedAt: null });
    await expect(tell({ status: "resolved", at: day(2, 14).toISOString() })).rejects.toThrow(
      "it was opened at",
    );
    expect((await shown())?.openedAt).toEqual(day(2, 15));
    expect(await tell({ status: "resolved", at: day(2, 16).toISOString() })).toMatchObject({
      title: "Down",
      resolvedAt: day(2, 16),
    });
  });

  test("of a program that is gone is resolved by the owners of its service", async ({ db }) => {
    await importServices(db, { left: "shop" });
    const told = { entityRefs: [ref("left")], key: "inc-10", status: "opened", title: "Down" };
    await reportIncident(as(db, pipeline), ReportIncident.parse(told));
    const owner = as(db, person("developer", { groupRefs: ["group:default/shop"] }));
    await expect(
      resolveIncident(as(db, person("developer")), { source: "api", key: "inc-10" }),
    ).rejects.toThrow("Only those who own");
    await resolveIncident(owner, { source: "api", key: "inc-10" });
    const [after] = (await readReportedIncidents(owner, { entityRef: ref("left") })).items;
    expect(after?.resolvedAt).not.toBeNull();
  });

  test("of the portal's own button is opened and resolved by its owners", async ({ db }) => {
    await importServices(db, { ours: "shop" });
    await reportDeployment(as(db, pipeline), deployed("ours", "1", day(1), { sha: shas[0] }));
    await db.execute(sql`update delivery_services set source = 'reported' where entity_ref = ${ref("ours")}`);
    await project(db);
    const owner = as(db, person("developer", { groupRefs: ["group:default/shop"] }));
    const before = await readReportedIncidents(owner, { entityRef: ref("ours") });
    expect(before).toMatchObject({ items: [], deployments: [{ sha: shas[0] }], may: { report: null } });
    const input = { entityRef: ref("ours"), title: "Slow", severity: "major" as const };
    const stranger = as(db, person("developer"));
    await expect(openIncident(stranger, { ...input, deploymentId: null })).rejects.toThrow(
      "Only those who own",
    );
    const { key } = await openIncident(owner, { ...input, deploymentId: before.deployments[0]!.id });
    await expect(openIncident(owner, { ...input, deploymentId: 2 ** 40 })).rejects.toThrow("choose another");
    await expect(resolveIncident(stranger, { key })).rejects.toThrow("Only those who own");
    await project(db);
    expect(await failuresOf(db, "ours")).toEqual([
      { source_key: "api:1", signal: "incident", state: "confirmed" },
    ]);
    await resolveIncident(owner, { key });
    await expect(resolveIncident(owner, { key })).rejects.toThrow("already");
    const [after] = (await readReportedIncidents(owner, { entityRef: ref("ours") })).items;
    expect(after).toMatchObject({ title: "Slow", severity: "major", named: "known" });
    expect(after!.resolvedAt).not.toBeNull();
  });

  test("of a pager gives the same rows in any order and with any repetition", async ({ db }) => {
    await importServices(db, { paged: "shop" });
    const fact = fc.record({
      source: fc.constantFrom("api" as const, "pagerduty" as const),
      key: fc.constantFrom("1", "2"),
      hint: fc.constantFrom("service:paged", "service:unheard-of"),
      minute: fc.integer({ min: 0, max: 5 }),
      isOver: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fact, { maxLength: 8 }),
        fc.infiniteStream(fc.nat()),
        async (facts, random) => {
          const told = facts.map(({ source, key, hint, minute, isOver }): IncidentFact => {
            const asOf = new Date(Date.UTC(2026, 1, 1, 0, minute));
            const title = `${hint} ${isOver}`;
            return {
              source,
              key: `shuffled ${key}`,
              hints: [hint],
              title,
              openedAt: asOf,
              resolvedAt: isOver ? asOf : null,
              asOf,
              asOfGuid: title,
            };
          });
          const shuffled = [...told, ...told.slice(0, 3)]
            .map((one) => ({ one, by: random.next().value ?? 0 }))
            .sort((a, b) => a.by - b.by)
            .map(({ one }) => one);
          const rows = async (batches: IncidentFact[][]) => {
            await db.execute(sql`delete from reported_incidents where key like 'shuffled %'`);
            for (const batch of batches) await mergeIncidents(as(db), batch);
            return db.execute(sql`
            select * from reported_incidents where key like 'shuffled %' order by source, key`);
          };
          expect(await rows(shuffled.map((one) => [one]))).toEqual(await rows([told]));
        },
      ),
      { numRuns: 40 },
    );
  });
});

const project = (db: Db) => projectDue(as(db), () => false);

async function keysOf(db: Db, name: string): Promise<string[]> {
  const rows = await db.execute<{ key: string }>(sql`
    select d.source_key || ' ' || d.tier as key from service_deployments d join delivery_services s on s.id = d.service_id
    where s.entity_ref = ${ref(name)} order by d.at`);
  return rows.map(({ key }) => key);
}

async function failuresOf(db: Db, name: string) {
  const rows = await db.execute<{ source_key: string; signal: string; state: string }>(sql`
    select d.source_key, f.signal, f.state from deployment_failures f
    join service_deployments d on d.id = f.deployment_id join delivery_services s on s.id = f.service_id
    where s.entity_ref = ${ref(name)} order by d.at`);
  return [...rows];
}
