import { type Tier, tierWords } from "#server/delivery/model.ts";
import type { Source } from "#server/delivery/projection/recognise.ts";
import { sourceWords } from "#server/delivery/sources/model.ts";
import { ruleFor } from "#server/delivery/sources/tiers.ts";
import { momentWords } from "#server/delivery/where/words.ts";
import type { Moved, OrganisationRules } from "./model.ts";

/** A deployment to production of the window, as one set of rules makes it. */
export type ProductionRow = {
  source: Source;
  sourceKey: string;
  environment: string;
  at: Date;
  outcome: "success" | "failure" | "pending";
  kind: "baseline" | "forward" | "redeploy" | "rollback" | "unknown" | null;
  attribution: "complete" | "baseline" | "unknown" | null;
  isExcluded: boolean;
  failState: "confirmed" | "suggested" | null;
  isRework: boolean;
  changes: number;
  sha: string | null;
  ref: string | null;
  parts: { environment: string; key: string }[] | null;
};

type Rules = {
  standing: OrganisationRules;
  draft: OrganisationRules;
  /** The days that are compared, as either time zone cuts them. */
  windows?: Record<"standing" | "draft", { now: { from: Date; to: Date } }>;
};

/**
 * What the figures count differently by the other rules, the newest first: deployments that come in and go out, so that
 * before + in − out = after, and those that stay and are something else. Each with the rule that does it. Pure.
 */
export function compareRows(
  before: readonly ProductionRow[],
  after: readonly ProductionRow[],
  rules: Rules,
): Moved[] {
  const old = new Map(before.map((row) => [keyOf(row), row]));
  const made = new Map(after.map((row) => [keyOf(row), row]));
  const [wasIn, isIn] = [groupsOf(before), groupsOf(after)];
  const moved: Moved[] = [];
  for (const row of after) {
    const then = old.get(keyOf(row));
    if (then && counts(then) === counts(row)) {
      const why = alterations(then, row);
      if (why) moved.push(toMoved("altered", row, why));
    } else if (counts(row)) moved.push(toMoved("in", row, whyIn(row, wasIn, rules)));
    else if (then) moved.push(toMoved("out", row, alterations(then, row) ?? "It does not count any more"));
    else moved.push(toMoved("altered", row, `${unsuccessful(row)}. ${whyIn(row, wasIn, rules)}`));
  }
  for (const row of before) {
    if (made.has(keyOf(row))) continue;
    const why = whyOut(row, isIn, rules);
    moved.push(
      counts(row) ? toMoved("out", row, why) : toMoved("altered", row, `${unsuccessful(row)}. ${why}`),
    );
  }
  return moved.sort((left, right) => right.at.getTime() - left.at.getTime() || order(left, right));
}

const order = (left: Moved, right: Moved) => (left.sourceKey < right.sourceKey ? -1 : 1);
const keyOf = ({ source, sourceKey }: ProductionRow) => `${source} ${sourceKey}`;
/** As the coverage of the figures counts. */
const counts = ({ outcome, isExcluded }: ProductionRow) => outcome === "success" && !isExcluded;

const unsuccessful = ({ outcome, isExcluded }: ProductionRow) => {
  if (outcome === "failure") return "A rollout that never succeeded";
  return isExcluded ? "Excluded by the team" : "Under way";
};

const toMoved = (move: Moved["move"], row: ProductionRow, why: string): Moved => ({
  move,
  source: row.source,
  sourceKey: row.sourceKey,
  environment: row.parts?.map(({ environment }) => environment).join(", ") ?? row.environment,
  sha: row.sha,
  ref: row.ref,
  at: row.at,
  why,
});

/** By the key of each region, the deployment that it is part of. */
function groupsOf(rows: readonly ProductionRow[]): Map<string, ProductionRow> {
  const groups = new Map<string, ProductionRow>();
  for (const row of rows)
    for (const { key } of row.parts ?? [{ key: row.sourceKey }]) groups.set(`${row.source} ${key}`, row);
  return groups;
}

function whyIn(row: ProductionRow, wasIn: ReadonlyMap<string, ProductionRow>, rules: Rules): string {
  const byZone = zoneReason(row, "standing", rules);
  if (byZone) return byZone;
  const group = wasIn.get(keyOf(row));
  if (group) return `A deployment of its own: before, it was one with that of ${regions(group)}`;
  const bySource = sourceReason(row.source, rules);
  if (bySource && row.source === rules.draft.defaultSource) return bySource;
  return tierReason(row.environment, "production", rules);
}

function whyOut(row: ProductionRow, isIn: ReadonlyMap<string, ProductionRow>, rules: Rules): string {
  const byZone = zoneReason(row, "draft", rules);
  if (byZone) return byZone;
  const group = isIn.get(keyOf(row));
  if (group) return `One deployment with that of ${regions(group)}: the same commit within an hour`;
  const bySource = sourceReason(row.source, rules);
  if (bySource && row.source !== rules.draft.defaultSource) return bySource;
  return tierReason(row.environment, "other", rules);
}

const regions = ({ parts, environment }: ProductionRow) =>
  parts?.map((part) => part.environment).join(", ") ?? environment;

/** Where it lies outside of the days as the time zone of this side cuts them. */
function zoneReason({ at }: ProductionRow, side: "standing" | "draft", rules: Rules): string | null {
  const now = rules.windows?.[side].now;
  if (!now || (at >= now.from && at < now.to)) return null;
  const { timeZone } = rules[side];
  return side === "draft"
    ? `In ${timeZone} it lies on a day outside of this time`
    : `In ${timeZone} it lay on a day outside of this time`;
}

/** Null where the source stays. */
function sourceReason(source: Source, { standing, draft }: Rules): string | null {
  if (standing.defaultSource === draft.defaultSource) return null;
  if (source === draft.defaultSource)
    return `Deployments then come from: ${sourceWords[draft.defaultSource]}`;
  return source === standing.defaultSource
    ? `Deployments no longer come from: ${sourceWords[standing.defaultSource]}`
    : null;
}

function tierReason(environment: string, becomes: Tier, { standing, draft }: Rules): string {
  const rule = ruleFor(draft.tiers, environment);
  if (rule) return `${environment} is ${tierWords[rule.tier]} by the rule ${rule.pattern}`;
  const gone = ruleFor(standing.tiers, environment);
  if (gone)
    return `Without the rule ${gone.pattern}, ${environment} is what the deployment says of itself${
      becomes === "production" ? ": production" : ""
    }`;
  return "It follows from other deployments that come in or go out";
}

/** In words what is different about a deployment that stays; null where nothing is that a figure rests on. */
function alterations(then: ProductionRow, now: ProductionRow): string | null {
  const said = [
    difference("Was", word(then), word(now)),
    difference("Brought", changeWords(then), changeWords(now)),
    difference("Failure", then.failState ?? "none", now.failState ?? "none"),
    difference("Rework", yes(then.isRework), yes(now.isRework)),
    difference("Environments", regions(then), regions(now)),
    then.at.getTime() === now.at.getTime()
      ? null
      : `Live since: ${momentText(then.at)}, then ${momentText(now.at)}`,
  ].filter((text) => text !== null);
  return said.length > 0 ? said.join(". ") : null;
}

const difference = (what: string, then: string, now: string): string | null =>
  then === now ? null : `${what}: ${then}, then ${now}`;
const momentText = (at: Date) => `${momentWords(at, "UTC")} UTC`;
const yes = (is: boolean) => (is ? "yes" : "no");
const changeWords = ({ changes, attribution }: ProductionRow) =>
  attribution === "unknown"
    ? "changes that are not known"
    : `${changes} ${changes === 1 ? "change" : "changes"}`;
const kinds = {
  forward: "something new",
  redeploy: "the same version again",
  rollback: "a rollback",
  baseline: "the first known deployment",
  unknown: "without a commit",
};
const word = ({ kind, outcome, isExcluded }: ProductionRow) => {
  if (isExcluded) return "excluded by the team";
  if (kind === null) return outcome === "failure" ? "failed" : "under way";
  return kinds[kind];
};
