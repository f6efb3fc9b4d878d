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
