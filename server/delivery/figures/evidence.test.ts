import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { as, test } from "#server/testing/database.ts";
import { importServices, writeDeployments } from "#server/testing/figures.ts";
import { muddle } from "#server/testing/muddled-deployments.ts";
import { person } from "#server/testing/people.ts";
import { readEvidence } from "./evidence.ts";
import type { FiguresAnswer } from "./figures-answer.ts";
import { AskEvidence, AskFigures } from "./inputs.ts";
import { evidenceParts, type Metric, metrics } from "./model.ts";
import { readFigures } from "./read-figures.ts";

const now = new Date("2026-11-21T12:00:00Z");
const service = (name: string) => ({ kind: "service" as const, ref: `component:default/${name}` });
const ctxOf = (db: Db) => as(db, person("developer"), now);
const ask = (db: Db, asked: Partial<AskFigures> & Pick<AskFigures, "scope">) =>
  readFigures(ctxOf(db), AskFigures.parse(asked));

describe("lists behind figures", () => {
  test("are as many as the rows behind them, for every part and every way to look", async ({ db }) => {
    await importServices(db, { many: "payments" });
    const { ids } = await writeDeployments(db, "many", muddle(now, 160));
    await db.execute(sql`
      update service_deployments set reworked_at = now() where id % 7 = 0 and id = any(${sql.param(ids)}::bigint[])`);
    // Of every third; every ninth is settled again.
    for (const decision of ["dispute", "settle"])
      await db.execute(sql`
        insert into delivery_decisions (service_id, source, source_key, decision, reason, actor_name, at)
        select service_id, source, source_key, ${decision}, 'A test', 'Somebody', now() from service_deployments
        where id % ${decision === "dispute" ? 3 : 9} = 0 and id = any(${sql.param(ids)}::bigint[])`);
    for (const exclusions of [true, false])
      for (const bots of [true, false]) {
        const asked = { scope: service("many"), exclusions, bots };
        const { figures } = await ask(db, asked);
        const found = await listLengths(db, asked);
        expect(found).toEqual(countsOf(figures));
        for (const metric of metrics) {
          const [headline = ""] = evidenceParts[metric];
          if (metric !== "frequency") expect(figures[metric].n).toBe(found[`${metric}.${headline}`]);
        }
      }
    const { figures } = await ask(db, { scope: service("many") });
    expect(Object.values(countsOf(figures)).every((count) => count > 0)).toBe(true);
  });
});

const countsOf = (figures: FiguresAnswer["figures"]): Record<string, number> =>
  Object.fromEntries(
    metrics.flatMap((metric) =>
      Object.entries(figures[metric].counts)
        // A label of a pull request; these tests have no pull requests of their own.
        .filter(([part]) => part !== "hotfixes")
        .map(([part, count]) => [`${metric}.${part}`, count]),
    ),
  );

/** Reads every list to its end, seven rows at a time. */
async function listLengths(
  db: Db,
  asked: Partial<AskFigures> & Pick<AskFigures, "scope">,
): Promise<Record<string, number>> {
  const lengths: Record<string, number> = {};
  for (const metric of metrics)
    for (const part of evidenceParts[metric])
      if ((part as string) !== "hotfixes")
        lengths[`${metric}.${part}`] = await listLength(db, asked, metric, part);
  return lengths;
}

async function listLength(
  db: Db,
  asked: Partial<AskFigures> & Pick<AskFigures, "scope">,
  metric: Metric,
  part: string,
): Promise<number> {
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await readEvidence(
      ctxOf(db),
      AskEvidence.parse({ ...asked, metric, part, cursor, limit: 17 }),
    );
    for (const { id, change } of page.items) seen.add(`${id} ${change?.key}`);
    cursor = page.nextCursor ?? undefined;
    if (!cursor) expect(page.total).toBe(seen.size);
  } while (cursor);
  return seen.size;
}
