import { sql } from "drizzle-orm";
import { limitTransaction } from "#db/limit-transaction.ts";
import type { Ctx } from "#server/core/context.ts";
import { metrics } from "#server/delivery/figures/model.ts";
import type { FiguresWindow } from "#server/delivery/figures/window.ts";
import { usesEnvironments } from "#server/delivery/sources/tiers.ts";
import { compareRows, type ProductionRow } from "./compare-rows.ts";
import { measureService } from "./measure-service.ts";
import type { Moved, OrganisationRules, Side } from "./model.ts";
import { type ApartService, setApart, undo, workOutApart } from "./work-apart.ts";

export type RulesTried = {
  standing: OrganisationRules;
  draft: OrganisationRules;
  /** Environments that get another tier. */
  environments: readonly string[];
  /** The same days, in the time zone and counted in weeks as either says. */
  windows: { standing: FiguresWindow; draft: FiguresWindow };
};

export type Compared = { before: Side; after: Side; moved: Moved[]; figuresChanged: number };

/** A service that nothing is known of yet has neither an id nor rows. */
export type SubjectService = ApartService & { isDue: boolean };

/**
 * One service by the standing and by other rules, in a transaction that is undone: worked out by the code that makes its
 * rows, read by the code that makes its page. Where the other rules cannot touch its deployments its rows are read as they
 * stand; where later facts have not been worked in, they are for both sides.
 */
export async function simulateService(
  ctx: Ctx,
  service: SubjectService,
  rules: RulesTried,
): Promise<Compared> {
  return undo(ctx, async (tx) => {
    await limitTransaction(tx.db, longestSeconds);
    const isTouched = await touches(tx, service, rules);
    if (service.isDue) {
      await setApart(tx);
      await workOutApart(tx, service, rules.standing);
    }
    const before = await readSide(tx, service, rules.windows.standing);
    const isCutAnew = rules.standing.timeZone !== rules.draft.timeZone;
    const isMoved = isTouched || isCutAnew;
    const rowsBefore = isMoved ? await readRows(tx, service, rules.windows.standing) : [];
    if (isTouched) {
      if (!service.isDue) await setApart(tx);
      await workOutApart(tx, service, rules.draft);
    }
    const isSame = !isMoved && rules.standing.weekStartsOn === rules.draft.weekStartsOn;
    const after = isSame ? before : await readSide(tx, service, rules.windows.draft);
    const rowsAfter = isMoved ? await readRows(tx, service, rules.windows.draft) : [];
    const moved = compareRows(rowsBefore, rowsAfter, rules);
    return { before, after, moved, figuresChanged: countChanged(before, after) };
  });
}

/** Longer than this no service may take; it then says so, and the others go on. */
const longestSeconds = 300;

/**
 * Whether the rules say anything else of its deployments; the same condition marks services when rules are saved. What has
 * not been worked in yet may be to any environment.
 */
async function touches(
  tx: Ctx,
  { id, source, isDue }: SubjectService,
  { standing, draft, environments }: RulesTried,
): Promise<boolean> {
  if (source === null && standing.defaultSource !== draft.defaultSource) return true;
  if (environments.length === 0) return false;
  if (isDue) return true;
  const rows = await tx.db.execute(sql`
    select 1 from delivery_services s where s.id = ${id}::uuid and ${usesEnvironments(environments)}`);
  return rows.length > 0;
}

export async function readSide(
  tx: Ctx,
  service: Pick<SubjectService, "id" | "entityRef">,
  window: FiguresWindow,
): Promise<Side> {
  const { figures, coverage } = await measureService(tx, service, window);
  const sides = metrics.map((metric) => {
    const { value, n, unit, reasonWords } = figures[metric];
    return [metric, { value, n, unit, reasonWords }] as const;
  });
  return {
    deployments: coverage.deployments,
    attributed: coverage.attributed,
    changes: figures.leadTime.counts.changes,
    figures: Object.fromEntries(sides) as Side["figures"],
  };
}

/** What the reader sees as one number, whatever it rests on. */
function countChanged(before: Side, after: Side): number {
  const counts = (["deployments", "attributed", "changes"] as const).filter(
    (name) => before[name] !== after[name],
  );
  const figures = metrics.filter(
    (metric) => JSON.stringify(before.figures[metric]) !== JSON.stringify(after.figures[metric]),
  );
  return counts.length + figures.length;
}

type RawRow = Omit<ProductionRow, "at"> & { at: string };

async function readRows(tx: Ctx, { id }: SubjectService, { now }: FiguresWindow): Promise<ProductionRow[]> {
  const rows = await tx.db.execute<RawRow>(sql`
    select d.source, d.source_key as "sourceKey", d.environment, d.at, d.outcome, d.kind, d.attribution,
      d.is_excluded as "isExcluded", d.fail_state as "failState", d.rework_signs <> '{}' as "isRework",
      d.change_count as changes, d.sha, d.ref, d.parts
    from service_deployments d
    where d.service_id = ${id}::uuid and d.tier = 'production'
      and d.at >= ${now.from.toISOString()}::timestamptz and d.at < ${now.to.toISOString()}::timestamptz`);
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}
