import type { WeekFigures } from "#server/delivery/figures/figures-answer.ts";
import { counted } from "#server/delivery/figures/words.ts";

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
  /** Of the team's services, those that could not be seen at some time of the week; null where all could. */
  unseen: WeekFigures["unseen"];
  /** Services to which something was deployed in production, by name; never ranked. */
  services: SummaryService[];
  /** Incidents of its services that began in this week; null where nothing would have told of one. */
  incidents: number | null;
  /** Failures that wait for the team's word, of any time. */
  reviews: { count: number; oldestAt: Date | null };
  /** Deployments of the last 90 days that somebody disputes, and those that were recalculated after they had been shown. */
  disputed: number;
  recalculated: number;
  /** Freezes, holidays, gaps and changes of rules in this week, as they stand on the charts. */
  happened: string[];
  sentences: string[];
};

type Told = Pick<
  WeeklySummary,
  "counts" | "unseen" | "services" | "incidents" | "reviews" | "disputed" | "recalculated" | "happened"
> & {
  /** The four weeks before, as far as they were observed. */
  before: readonly WeekFigures[];
  /** Words of the figures of the last 90 days, beside the 90 before: only what the statistics allow. */
  comparisons: readonly { title: string; words: string }[];
  now: Date;
};

/** The week in sentences, the most important first. Pure. */
export function summarySentences(told: Told): string[] {
  const { counts, before, unseen, services, reviews, disputed, recalculated, now } = told;
  const failed = services.reduce((sum, service) => sum + service.failed, 0);
  return [
    ...countSentences(counts, before),
    ...(unseen && counts.forward !== null
      ? [
          `${unseen.services} of ${counted(unseen.of, "service")} could not be seen all week: there may be more.`,
        ]
      : []),
    ...(failed > 0 ? [`${counted(failed, "deployment has", "deployments have")} a confirmed failure.`] : []),
    ...incidentSentences(told.incidents),
    ...reviewSentences(reviews, now),
    ...(disputed > 0
      ? [
          `${counted(disputed, "deployment", "deployments")} of the last 90 days ${disputed === 1 ? "is" : "are"} disputed.`,
        ]
      : []),
    ...(recalculated > 0
      ? [
          `${counted(recalculated, "deployment", "deployments")} of the last 90 days ${recalculated === 1 ? "was" : "were"} recalculated after being shown.`,
        ]
      : []),
    ...told.happened.map((words) => `${words}.`),
    ...told.comparisons.map(({ title, words }) => `${title}, last 90 days: ${words}.`),
  ];
}

function incidentSentences(incidents: number | null): string[] {
  if (incidents === null) return ["Incidents could not be seen: no source of them is connected."];
  return incidents > 0 ? [`${counted(incidents, "incident", "incidents")} began.`] : [];
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
