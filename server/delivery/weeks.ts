import { type Tier, type WeekCount, type WeeklyDeployments, weeksShown } from "./model.ts";

const day = 86_400_000;

/** The Monday 00:00 UTC of the ISO week that a moment lies in. */
export function startOfWeek(at: Date): Date {
  const midnight = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate());
  return new Date(midnight - ((at.getUTCDay() + 6) % 7) * day);
}

/** ISO 8601: week 1 is the one with the year's first Thursday, as in "2026-W01". */
export function isoWeek(at: Date): string {
  const thursday = new Date(startOfWeek(at).getTime() + 3 * day);
  const year = thursday.getUTCFullYear();
  const first = startOfWeek(new Date(Date.UTC(year, 0, 4)));
  const week = Math.round((startOfWeek(thursday).getTime() - first.getTime()) / (7 * day)) + 1;
  return `${year}-W${String(week).padStart(2, "0")}`;
}

/** Deployments of one week, by the ISO date of its Monday. */
export type CountedWeek = { start: string; succeeded: number; failed: number; pending: number };

/**
 * The last 26 weeks up to now. A week without deployments is zero only where something could have been seen; before
 * `observedSince` it is a gap. The first observed week and the current one are partial.
 */
export function toWeeks(
  counted: readonly CountedWeek[],
  options: { tier: Tier; now: Date; observedSince: Date | null },
): WeeklyDeployments {
  const byStart = new Map(counted.map((week) => [week.start, week]));
  const current = startOfWeek(options.now);
  const observed = options.observedSince ? startOfWeek(options.observedSince) : null;
  const weeks = Array.from({ length: weeksShown }, (_, index): WeekCount => {
    const start = new Date(current.getTime() - (weeksShown - 1 - index) * 7 * day);
    const key = start.toISOString().slice(0, 10);
    const found = byStart.get(key);
    const isObserved = observed !== null && start >= observed;
    const isPartial = start.getTime() === current.getTime() || start.getTime() === observed?.getTime();
    const named = { week: isoWeek(start), start: key, isPartial };
    if (!found && !isObserved) return { ...named, total: null, succeeded: null, failed: null, pending: null };
    const { succeeded, failed, pending } = found ?? { succeeded: 0, failed: 0, pending: 0 };
    return { ...named, total: succeeded + failed + pending, succeeded, failed, pending };
  });
  return { title: "Deployments recorded", tier: options.tier, weeks };
}
