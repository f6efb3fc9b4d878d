import { type SQL, sql } from "drizzle-orm";
import { evidenceParts, type Metric } from "./model.ts";

export type Options = { exclusions: boolean; bots: boolean };

/** What the parts rest on: counts and lists use the same conditions, so that a list is as long as its number. */
export type PartKind = "deployment" | "change" | "failure";
export type Part = { kind: PartKind; condition: SQL };

/** Unless the figures are asked for without exclusions. `d` is the deployment. */
export const isKept = ({ exclusions }: Options): SQL => (exclusions ? sql`not d.is_excluded` : sql`true`);

/** Brought something new, as far as is known. A first one counts for frequency only, an unknown one likewise. */
export const countsForFrequency = sql`d.kind in ('baseline', 'forward', 'unknown')`;
const isForward = sql`d.kind = 'forward' and d.attribution = 'complete'`;
const isKnown = sql`d.kind is not null and d.attribution = 'complete'`;
/** `w.judged_to` ends what has had time to fail. */
const isJudged = sql`${isForward} and d.at < w.judged_to`;
const hasSign = (sign: string) => sql`${isKnown} and ${sign} = any(d.rework_signs)`;

/** Conditions on deployments `d` of a window `w`, by metric and part. */
const ofDeployments: Partial<Record<Metric, Readonly<Record<string, SQL>>>> = {
  frequency: {
    deployments: countsForFrequency,
    forward: isForward,
    first: sql`d.kind = 'baseline'`,
    unknown: sql`d.kind in ('forward', 'unknown') and d.attribution = 'unknown'`,
    redeploys: sql`d.kind = 'redeploy'`,
    rollbacks: sql`d.kind = 'rollback'`,
    recalculated: sql`d.reworked_at is not null`,
  },
  leadTime: { unknown: sql`d.kind in ('forward', 'unknown') and d.attribution = 'unknown'` },
  changeFailRate: {
    deployments: isJudged,
    confirmed: sql`${isJudged} and d.fail_state = 'confirmed'`,
    suggested: sql`${isJudged} and d.fail_state = 'suggested'`,
    maturing: sql`${isForward} and d.at >= w.judged_to`,
  },
  rework: {
    deployments: isKnown,
    rework: sql`${isKnown} and d.rework_signs <> '{}'`,
    remedies: hasSign("remedy"),
    reverts: hasSign("revert"),
    hotfixes: hasSign("hotfix"),
    rollbacks: hasSign("rollback"),
  },
  failedRollouts: {
    finished: sql`d.outcome in ('success', 'failure')`,
    failed: sql`d.outcome = 'failure'`,
  },
};

/** Conditions on changes `c`. */
const ofChanges = (options: Options): Readonly<Record<string, SQL>> => {
  const isCounted = options.bots ? sql`true` : sql`not c.is_bot`;
  return { changes: isCounted, clamped: sql`${isCounted} and c.was_clamped`, bots: sql`c.is_bot` };
};

/** Conditions on failed deployments `x`, which have `recovered_at`, in a window `w`. */
const ofFailures: Readonly<Record<string, SQL>> = {
  failures: sql`true`,
  recovered: sql`x.recovered_at < w.to_at`,
  open: sql`(x.recovered_at is null or x.recovered_at >= w.to_at)`,
};

/** Ids of deployments that somebody disputes: the last word about them is no settlement. */
export const openDisputes = sql`
  select o.id from service_deployments o join (
    select distinct on (y.service_id, y.source, y.source_key) y.service_id, y.source, y.source_key, y.decision
    from delivery_decisions y where y.decision in ('dispute', 'settle')
    order by y.service_id, y.source, y.source_key, y.id desc
  ) last on last.service_id = o.service_id and last.source = o.source and last.source_key = o.source_key
  where last.decision = 'dispute'`;

/** As an array, so that it is looked up once and deployments are found by it: there are few of them. */
const disputed = sql`array(${openDisputes})`;

/** What a figure rests on as a whole, of which some may be disputed. */
export const wholeOf = (metric: Metric, options: Options): Part =>
  partOf(metric, metric === "leadTime" ? "deployments" : evidenceParts[metric][0], options);

function disputedPart(metric: Metric, options: Options): Part {
  const { kind, condition } = wholeOf(metric, options);
  return {
    kind,
    condition: sql`${condition} and ${kind === "failure" ? sql`x.id` : sql`d.id`} = any(${disputed})`,
  };
}

/** What a part counts. Deployments are those of the window and kept; a part of it that is left out says so itself. */
export function partOf(metric: Metric, part: string, options: Options): Part {
  if (part === "disputed") return disputedPart(metric, options);
  if (metric === "recovery") return { kind: "failure", condition: ofFailures[part] ?? sql`false` };
  if (metric === "frequency" && part === "excluded")
    return { kind: "deployment", condition: sql`d.is_excluded and d.outcome = 'success'` };
  if (metric === "leadTime" && part === "deployments")
    return { kind: "deployment", condition: sql`${isKept(options)} and ${hasChanges(options)}` };
  const ofChange = metric === "leadTime" ? ofChanges(options)[part] : undefined;
  if (ofChange) return { kind: "change", condition: ofChange };
  const condition = ofDeployments[metric]?.[part] ?? sql`false`;
  return { kind: "deployment", condition: sql`${isKept(options)} and ${condition}` };
}

/** A deployment with a change that counts. */
const hasChanges = (options: Options) => sql`d.attribution = 'complete' and exists (
  select 1 from deployment_changes c where c.deployment_id = d.id ${options.bots ? sql`` : sql`and not c.is_bot`})`;
