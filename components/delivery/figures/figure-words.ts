import { daysText } from "#components/ui/day-text.ts";
import { numberText } from "#components/ui/number-text.ts";
import type { Comparison, Interval } from "#server/delivery/figures/figure.ts";
import type { FiguresAnswer } from "#server/delivery/figures/figures-answer.ts";
import type { Metric } from "#server/delivery/figures/model.ts";

export type Unit = "deployments a week" | "seconds" | "share";

const hour = 3600;
const day = 24 * hour;

const rounded = (value: number) => numberText(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));

/** 70,000: "19 h". One unit, chosen so that the number has one to three digits. */
export function durationText(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 1.5 * hour) return `${Math.round(seconds / 60)} min`;
  if (seconds < 2 * day) return `${rounded(seconds / hour)} h`;
  return `${rounded(seconds / day)} days`;
}

/** 0.045: "4.5 %". As the server writes shares in its own words, so that a page says one number in one way. */
export function shareText(share: number): string {
  const percent = share * 100;
  return `${percent > 0 && percent < 10 ? Math.round(percent * 10) / 10 : Math.round(percent)} %`;
}

/** A value with its unit, which a tile shows smaller. */
export function valueText(value: number, unit: Unit): { number: string; unit: string } {
  if (unit === "deployments a week") return { number: rounded(value), unit: "a week" };
  const words = unit === "share" ? shareText(value) : durationText(value);
  const [number = words, ...rest] = words.split(" ");
  return { number, unit: rest.join(" ") };
}

const plain = (value: number, unit: Unit): string =>
  unit === "deployments a week" ? rounded(value) : unit === "share" ? shareText(value) : durationText(value);

/** "16 h to 22 h"; a side that lies beyond the data is said as such. */
export function intervalText({ low, high }: Interval, unit: Unit): string {
  if (low === null && high === null) return "not known";
  if (low === null) return `up to ${plain(high ?? 0, unit)}`;
  if (high === null) return `at least ${plain(low, unit)}`;
  return `${plain(low, unit)} to ${plain(high, unit)}`;
}

const disputed = { one: "disputed", many: "disputed" };

/** What each list behind a figure holds: beside its number on the page, and as the title of the list. */
export const partWords: Readonly<Record<Metric, Readonly<Record<string, { one: string; many: string }>>>> = {
  frequency: {
    deployments: { one: "deployment", many: "deployments" },
    forward: { one: "brought something new", many: "brought something new" },
    first: { one: "first known deployment", many: "first known deployments" },
    unknown: { one: "with unknown changes", many: "with unknown changes" },
    redeploys: { one: "same version again", many: "same version again" },
    rollbacks: { one: "rollback", many: "rollbacks" },
    excluded: { one: "excluded by the team", many: "excluded by the team" },
    recalculated: { one: "recalculated after being shown", many: "recalculated after being shown" },
    disputed,
  },
  leadTime: {
    changes: { one: "change", many: "changes" },
    clamped: { one: "with a clock that was ahead", many: "with clocks that were ahead" },
    bots: { one: "by a bot", many: "by bots" },
    deployments: { one: "deployment that brought them", many: "deployments that brought them" },
    unknown: { one: "deployment with unknown changes", many: "deployments with unknown changes" },
    disputed,
  },
  changeFailRate: {
    deployments: { one: "deployment judged", many: "deployments judged" },
    confirmed: { one: "confirmed failure", many: "confirmed failures" },
    suggested: { one: "unreviewed suggestion", many: "unreviewed suggestions" },
    maturing: { one: "too recent to judge", many: "too recent to judge" },
    disputed,
  },
  recovery: {
    failures: { one: "failed deployment", many: "failed deployments" },
    recovered: { one: "recovered", many: "recovered" },
    open: { one: "not recovered yet", many: "not recovered yet" },
    disputed,
  },
  rework: {
    deployments: { one: "deployment", many: "deployments" },
    rework: { one: "repaired something", many: "repaired something" },
    remedies: { one: "remedy of a failure", many: "remedies of failures" },
    reverts: { one: "revert", many: "reverts" },
    hotfixes: { one: "hotfix", many: "hotfixes" },
    rollbacks: { one: "rollback", many: "rollbacks" },
    disputed,
  },
  failedRollouts: {
    finished: { one: "deployment that ended", many: "deployments that ended" },
    failed: { one: "never succeeded", many: "never succeeded" },
    disputed,
  },
};

type Compared = { title: string; comparison: Comparison | null };

/**
 * The sentence on top of a page: what clearly changed, or that nothing did. It claims what the comparisons claim and no
 * more.
 */
export function changeSentence(figures: readonly Compared[], days: number): string {
  const clear = figures.filter(({ comparison }) => /^(up|down)$/.test(comparison?.direction ?? ""));
  if (clear.length > 0) {
    const parts = clear.map(({ title, comparison }) => `${title}: ${lowerFirst(comparison?.words ?? "")}`);
    const rest = figures.some(({ comparison }) => comparison?.direction === "unclear");
    return `${parts.join(". ")}.${rest ? " No clear change in the rest." : ""}`;
  }
  return figures.some(({ comparison }) => comparison?.direction === "unclear")
    ? `No clear change from the ${days} days before.`
    : `There is too little in this window or in the ${days} days before to compare them.`;
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** "24 Aug 2026 to 21 Nov 2026, Europe/Berlin": both days are in it. */
export function windowText({ from, to, timeZone }: FiguresAnswer["window"]): string {
  const last = new Date(Date.parse(`${to}T00:00:00Z`) - day * 1000).toISOString().slice(0, 10);
  return `${daysText(from, last)}, ${timeZone.replaceAll("_", " ")}`;
}

export const daysOf = ({ from, to }: { from: string; to: string }): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / (day * 1000));
