import type { Figure } from "./figure.ts";

type Band = NonNullable<Figure<"frequency", object>["band"]>;

const hour = 3600;
const day = 24 * hour;

/** DORA's Quick Check asks with six answers; these are their bounds for a duration in seconds, the best first. */
const durations: readonly [number, string][] = [
  [hour, "Less than one hour"],
  [day, "Less than one day"],
  [7 * day, "Between one day and one week"],
  [30 * day, "Between one week and one month"],
  [183 * day, "Between one month and six months"],
];

const band = (position: number, words: string): Band => ({ position, of: 6, words });

export function durationBand(seconds: number | null): Band | null {
  if (seconds === null) return null;
  const index = durations.findIndex(([bound]) => seconds < bound);
  const found = durations[index];
  return found ? band(index + 1, found[1]) : band(6, "More than six months");
}

/**
 * From the median of complete weeks. Under one a week the month in the middle decides: four complete weeks at a time, so
 * that months of different length are no matter. `inHalfYear` is what the last 26 weeks had.
 */
export function frequencyBand(
  perWeek: number | null,
  rest: { perMonth: number; inHalfYear: number },
): Band | null {
  if (perWeek === null) return null;
  if (perWeek >= 10) return band(1, "On demand, several times a day");
  if (perWeek >= 5) return band(2, "Between once an hour and once a day");
  if (perWeek >= 1) return band(3, "Between once a day and once a week");
  if (rest.perMonth >= 1) return band(4, "Between once a week and once a month");
  return rest.inHalfYear >= 1
    ? band(5, "Between once a month and once every six months")
    : band(6, "Fewer than once every six months");
}
