import type { WeekFigures } from "#server/delivery/figures/model.ts";

export type SummaryService = {
  ref: string;
  name: string;
  deployments: number;
  rollbacks: number;
  failed: number;
};

/** What a digest tells a team of a week. Counts are null where nothing could have been seen: a gap is not zero. */
export type WeeklySummary = {
  team: { ref: string; name: string };
  week: string;
  /** The first day, and the day after the last. */
  from: string;
  to: string;
  counts: Pick<WeekFigures, "forward" | "redeploys" | "rollbacks" | "changes">;
  /** Services to which something was deployed in production, by name; never ranked. */
  services: SummaryService[];
  /** Incidents of its services that began in this week. */
  incidents: number;
  /** Failures that wait for the team's word, of any time. */
  reviews: { count: number; oldestAt: Date | null };
  sentences: string[];
};

const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

type Told = Pick<WeeklySummary, "counts" | "incidents" | "reviews"> & {
  /** The four weeks before, as far as they were observed. */
  before: readonly WeekFigures[];
  /** Words of the figures of the last 90 days, beside the 90 before: only what the statistics allow. */
  comparisons: readonly { title: string; words: string }[];
  now: Date;
};

/** The week in sentences, the most important first. Pure. */
export function summarySentences({ counts, before, incidents, reviews, comparisons, now }: Told): string[] {
  return [
    ...countSentences(counts, before),
    ...(incidents > 0 ? [`${counted(incidents, "incident", "incidents")} began.`] : []),
    ...reviewSentences(reviews, now),
    ...comparisons.map(({ title, words }) => `${title}, last 90 days: ${words}.`),
  ];
}

function countSentences(counts: WeeklySummary["counts"], before: readonly WeekFigures[]): string[] {
  const { forward, redeploys, rollbacks, changes } = counts;
  if (forward === null) return ["Deployments could not be seen in this week."];
  const brought = changes === null || changes === 0 ? "" : ` with ${counted(changes, "change", "changes")}`;
  const known = before.flatMap((week) => (week.forward === null || week.isPartial ? [] : [week.forward]));
  const usual =
    known.length === 0
      ? ""
      : `; in the ${counted(known.length, "week", "weeks")} before: ${known.join(", ")}`;
  const first =
    forward === 0
      ? `Nothing new was deployed to production${usual}.`
      : `${counted(forward, "deployment", "deployments")} to production${brought}${usual}.`;
  const again = redeploys ? [`${counted(redeploys, "version was", "versions were")} deployed again.`] : [];
  const back = rollbacks ? [`${counted(rollbacks, "deployment was", "deployments were")} rolled back.`] : [];
  return [first, ...back, ...again];
}

function reviewSentences({ count, oldestAt }: WeeklySummary["reviews"], now: Date): string[] {
  if (count === 0) return [];
  const days = oldestAt ? Math.floor((now.getTime() - oldestAt.getTime()) / 86_400_000) : 0;
  const age = days > 0 ? `, the oldest for ${counted(days, "day", "days")}` : "";
  return [`${counted(count, "possible failure waits", "possible failures wait")} for your word${age}.`];
}
