import type { CalendarDay } from "#server/delivery/calendar/model.ts";
import type { ChainKind, DeploymentRow } from "#server/delivery/model.ts";

export const chainKindWords: Readonly<Record<ChainKind, string>> = {
  baseline: "First known deployment",
  forward: "Deployed",
  redeploy: "Deployed again",
  rollback: "Rolled back to this",
  unknown: "Deployed, changes not known",
};

/** What a line of the timeline shows of a deployment. */
export type TimelineDeployment = Omit<
  DeploymentRow,
  "source" | "version" | "createdAt" | "succeededAt" | "failedAt" | "repository" | "url" | "isDemo"
>;

export type TimelineIncident = {
  id: string;
  title: string;
  severity: string | null;
  openedAt: Date;
  closedAt: Date | null;
  url: string | null;
  /** Services that it is about, those that the actor may see. */
  services: { ref: string; name: string }[];
};

export type Timeline = {
  /** Of all, one team or one system. */
  name: string;
  timeZone: string;
  deployments: TimelineDeployment[];
  /** Opened in the same stretch of time. */
  incidents: TimelineIncident[];
  freezes: CalendarDay[];
  nextCursor: string | null;
};

export type TimelineDay = {
  /** YYYY-MM-DD in the organisation's time zone. */
  day: string;
  deployments: TimelineDeployment[];
  incidents: TimelineIncident[];
  freezes: CalendarDay[];
};

/** Day by day, the newest first; days on which nothing happened are left out. */
export function byDay(
  timeline: Pick<Timeline, "timeZone" | "deployments" | "incidents" | "freezes">,
): TimelineDay[] {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone: timeline.timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  const days = new Map<string, TimelineDay>();
  const dayOf = (at: Date): TimelineDay => {
    const day = format.format(at);
    const known = days.get(day);
    if (known) return known;
    const freezes = timeline.freezes.filter(({ from, to }) => from <= day && day <= to);
    const made = { day, deployments: [], incidents: [], freezes };
    days.set(day, made);
    return made;
  };
  for (const one of timeline.deployments) dayOf(one.at).deployments.push(one);
  for (const one of timeline.incidents) dayOf(one.openedAt).incidents.push(one);
  return [...days.values()].sort((left, right) => (left.day < right.day ? 1 : -1));
}
