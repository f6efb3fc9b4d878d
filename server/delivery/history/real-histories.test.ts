import { readFileSync, rmSync } from "node:fs";
import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { projectDue } from "#server/delivery/projection/project-due.ts";
import { readReport } from "#server/delivery/report/read-report.ts";
import { seededDraws } from "#server/delivery/statistics/seeded-random.ts";
import { receiveDeliveries } from "#server/github/receive-delivery.ts";
import { documentText, importFiles } from "#server/testing/catalogue.ts";
import { findCorpus } from "#server/testing/corpora.ts";
import { as, test } from "#server/testing/database.ts";
import { buildRepository, historyWebhooks, readHistory } from "#server/testing/history-repository.ts";
import { makeWebhookSecret, signedWebhook, workInbox } from "#server/testing/signed-webhooks.ts";
import { importGitHistory } from "./import-git-history.ts";

type Expected = {
  firstDeployed: {
    overall: {
      deployments: number;
      changes: number;
      leadTime: { median: number; p90: number };
      failures: ExpectedFailures;
      failuresWithin30Days: ExpectedFailures;
    };
    deploymentsPerWeek: { medianInnerWeeks: number };
    quarters: Record<
      string,
      { deployments: number; changes: number; leadTime: { median: number; p90: number } }
    >;
    deployments: {
      tag: string;
      date: string;
      changes: number;
      leadMedian: number | null;
      failed: boolean;
      recovery?: number;
    }[];
  };
};
type ExpectedFailures = {
  failed: number;
  changeFailRate: number;
  wilson95: [number, number];
  medianRecovery: number;
};

const histories = findCorpus("history");
const near = (value: number | null | undefined, expected: number) =>
  expect(Math.abs((value ?? Number.NaN) - expected)).toBeLessThanOrEqual(0.5e-5 + Math.abs(expected) * 1e-9);

type ExpectedDeployments = Expected["firstDeployed"]["deployments"];

/** Every deployment with its changes, its median, its failure and its recovery. */
async function expectDeployments(db: Db, entityRef: string, expected: ExpectedDeployments): Promise<void> {
  const rows = await db.execute<{
    tag: string;
    changes: number;
    lead: number | null;
    failed: boolean;
    recovery: number | null;
  }>(sql`
    select d.ref as tag, d.commit_count as changes,
      (select percentile_cont(0.5) within group (order by m.lead_seconds) from service_commits m
        where m.deployment_id = d.id and m.is_counted) as lead,
      exists (select from deployment_failures f where f.deployment_id = d.id) as failed,
      (select extract(epoch from min(f.recovered_at) - d.succeeded_at)::float8 from deployment_failures f
        where f.deployment_id = d.id) as recovery
    from service_deployments d join delivery_services s on s.id = d.service_id
    where s.entity_ref = ${entityRef} and d.kind <> 'baseline'`);
  const told = new Map(rows.map((row) => [row.tag, row]));
  expect(told.size).toBe(expected.length);
  for (const one of expected) {
    const row = told.get(one.tag);
    const { tag, changes, failed } = one;
    expect({ tag, changes: row?.changes, failed: row?.failed }).toEqual({ tag, changes, failed });
    if (one.leadMedian !== null) near(row?.lead, one.leadMedian);
    if (one.recovery !== undefined) near(row?.recovery, one.recovery);
  }
}

describe.skipIf(!histories)("figures of real histories, from webhooks in any order", () => {
  for (const name of ["langfuse__langfuse", "alphagov__whitehall"])
    test(`${name}, shuffled and many of them twice`, { timeout: 300_000 }, async ({ db }) => {
      const history = readHistory(`${histories}/${name}.jsonl.gz`);
      const { firstDeployed: expected } = JSON.parse(
        readFileSync(`${histories}/expected-${name}.json`, "utf8"),
      ) as Expected;
      const short = `${name.split("__")[1]}-hooks`;
      const slug = `hooks/${short}`;
      const entityRef = `component:default/${short}`;
      const annotations = { "github.com/project-slug": slug };
      await importFiles(db, `/org/${name}`, {
        "catalog-info.yaml": documentText("Component", short, { metadata: { annotations } }),
      });
      const repository = {
        id: name.length,
        full_name: slug,
        default_branch: "main",
        html_url: `https://github.com/${slug}`,
      };
      const secret = await makeWebhookSecret(as(db));
      const draw = seededDraws(`histories ${name}`);
      const deliveries = historyWebhooks(history, repository).map(({ event, payload }) =>
        signedWebhook(secret, event, payload),
      );
      const shuffled = [...deliveries, ...deliveries.filter(() => draw(10) < 3)]
        .map((one) => ({ one, at: draw(1_000_000) }))
        .sort((left, right) => left.at - right.at);
      for (let from = 0; from < shuffled.length; from += 200) {
        const part = shuffled.slice(from, from + 200).map(({ one }) => one);
        await receiveDeliveries(as(db), [secret], part);
        await workInbox(as(db));
        // In between, as the worker does: what is worked out early must not show in the end.
        if (draw(10) < 2) await projectDue(as(db), () => false);
      }
      await projectDue(as(db), () => false);
      const report = await readReport(as(db), { entityRef, unit: "commit", revertHorizonDays: null });
      expect(report.unknown).toBe(0);
      expect(report.deployments).toBe(expected.overall.deployments);
      expect(report.changes).toBe(expected.overall.changes);
      near(report.leadTimeSeconds.median, expected.overall.leadTime.median);
      near(report.leadTimeSeconds.p90, expected.overall.leadTime.p90);
      expect(report.failed).toBe(expected.overall.failures.failed);
      near(report.recoverySeconds.median, expected.overall.failures.medianRecovery);
      await expectDeployments(db, entityRef, expected.deployments);
    });
});

describe.skipIf(!histories)("figures of real histories, straight from git", () => {
  for (const name of ["langfuse__langfuse", "alphagov__whitehall"])
    test(`${name} gives the expected figures to the last deployment`, { timeout: 300_000 }, async ({
      db,
    }) => {
      const history = readHistory(`${histories}/${name}.jsonl.gz`);
      const { firstDeployed: expected } = JSON.parse(
        readFileSync(`${histories}/expected-${name}.json`, "utf8"),
      ) as Expected;
      const directory = buildRepository(history);
      const entityRef = `component:default/${name.split("__")[1]}`;
      try {
        const tagPattern = history.releaseRegex;
        const first = await importGitHistory(as(db), { directory, entityRef, tagPattern });
        expect(first.commits).toBe(history.commits.length);
        // Again: nothing changes.
        expect(await importGitHistory(as(db), { directory, entityRef, tagPattern })).toEqual({
          ...first,
          isDeclared: false,
          sourceBefore: null,
        });
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
      const report = await readReport(as(db), { entityRef, unit: "commit", revertHorizonDays: null });
      const { overall } = expected;
      expect(report.deployments).toBe(overall.deployments);
      expect(report.changes).toBe(overall.changes);
      near(report.leadTimeSeconds.median, overall.leadTime.median);
      near(report.leadTimeSeconds.p90, overall.leadTime.p90);
      expect(report.deploymentsPerWeekMedian).toBe(expected.deploymentsPerWeek.medianInnerWeeks);
      for (const [days, failures] of [
        [null, overall.failures],
        [30, overall.failuresWithin30Days],
      ] as const) {
        const told = await readReport(as(db), { entityRef, unit: "commit", revertHorizonDays: days });
        expect(told.failed).toBe(failures.failed);
        expect(told.changeFailRate).toBeCloseTo(failures.changeFailRate, 6);
        expect(told.wilson95?.[0]).toBeCloseTo(failures.wilson95[0], 6);
        expect(told.wilson95?.[1]).toBeCloseTo(failures.wilson95[1], 6);
        near(told.recoverySeconds.median, failures.medianRecovery);
      }
      expect(
        Object.fromEntries(
          Object.entries(report.quarters).map(([quarter, one]) => [quarter, [one.deployments, one.changes]]),
        ),
      ).toEqual(
        Object.fromEntries(
          Object.entries(expected.quarters).map(([quarter, one]) => [
            quarter,
            [one.deployments, one.changes],
          ]),
        ),
      );
      for (const [quarter, one] of Object.entries(expected.quarters)) {
        near(report.quarters[quarter]?.leadTimeSeconds.median, one.leadTime.median);
        near(report.quarters[quarter]?.leadTimeSeconds.p90, one.leadTime.p90);
      }
      await expectDeployments(db, entityRef, expected.deployments);
    });
});
