import type { Micros } from "./calendar.ts";
import type { Question, Span, Week } from "./window.ts";

/** A time in which deployments of a service could not be seen. */
export type Gap = { from: Micros; to: Micros };

/** What of a service could have been seen. */
export type ServiceSeen = {
  since: Micros | null;
  gaps: readonly Gap[];
  incidents: boolean;
  owned: readonly { from: Micros; to: Micros }[];
};

/** What of a scope could have been seen. */
export type Observed = {
  services: number;
  since: Micros | null;
  incidentSources: number;
  /** The whole window lies in gaps, for every service that was observed by then. */
  isBlind: boolean;
  /** By the first day of a week: services with a gap in it, of those that were observed by its end. */
  unseen: ReadonlyMap<string, { services: number; of: number }>;
};

export function observe(services: readonly ServiceSeen[], { weeks, now, asOf }: Question): Observed {
  const known = services.flatMap(({ since, ...rest }) => (since === null ? [] : [{ since, ...rest }]));
  const unseen = new Map<string, { services: number; of: number }>();
  for (const week of weeks) {
    const count = services.filter(({ gaps, owned }) => overlaps(gaps, week) && overlaps(owned, week)).length;
    if (count > 0)
      unseen.set(week.start, { services: count, of: known.filter(({ since }) => since < week.to).length });
  }
  const end = Math.min(now.to, asOf);
  const begun = known.filter(({ since }) => since < end && now.from < end);
  const hidden = begun.filter(({ since, gaps }) =>
    isCovered(gaps, { from: Math.max(since, now.from), to: end }),
  );
  return {
    services: services.length,
    since: known.reduce<Micros | null>(
      (first, { since }) => (first === null || since < first ? since : first),
      null,
    ),
    incidentSources: services.filter(({ incidents }) => incidents).length,
    isBlind: hidden.length > 0 && hidden.length >= begun.length,
    unseen,
  };
}

const overlaps = (times: readonly Gap[], { from, to }: Gap): boolean =>
  times.some((time) => time.from < to && time.to > from);

/** Whether a stretch of time lies in gaps from end to end. */
function isCovered(gaps: readonly Gap[], { from, to }: Gap): boolean {
  let at = from;
  for (const gap of gaps.toSorted((a, b) => a.from - b.from)) if (gap.from <= at) at = Math.max(at, gap.to);
  return at >= to;
}

/** A week is no number where no service was seen in it from end to end, and in no median where more than a tenth was not. */
export function seenOf({ since, unseen }: Observed, week: Week): "none" | "some" | "enough" {
  if (since === null || week.to <= since) return "none";
  const gap = unseen.get(week.start);
  if (gap && gap.services >= gap.of) return "none";
  return since > week.from || (gap && gap.services > gap.of * 0.1) ? "some" : "enough";
}

/** Weeks that lie in a span, are over, and were seen from their beginning to their end. */
export const wholeWeeks = ({ weeks }: Question, span: Span, observed: Observed): Week[] =>
  weeks.filter(
    (week) =>
      week.isEnded && week.from >= span.from && week.to <= span.to && seenOf(observed, week) === "enough",
  );

/** How far the window was seen, in weeks that it touches and that have begun. */
export function observedOf({ weeks, now, asOf }: Question, { unseen, incidentSources }: Observed) {
  const touched = weeks.filter(({ from, to }) => to > now.from && from < now.to && from < asOf);
  const gaps = touched.flatMap(({ start }) => unseen.get(start) ?? []);
  return {
    weeks: touched.length,
    unseenWeeks: gaps.length,
    unseenServices: Math.max(0, ...gaps.map(({ services }) => services)),
    incidentSources,
  };
}
