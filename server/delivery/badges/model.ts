import type { Refusal } from "#server/core/refusal.ts";
import { formatDuration } from "./duration-words.ts";

export const badgeKinds = ["frequency", "lead_time", "last_deployment"] as const;
export type BadgeKind = (typeof badgeKinds)[number];
export const badgeKindWords: Readonly<Record<BadgeKind, string>> = {
  frequency: "Deployment frequency",
  lead_time: "Change lead time",
  last_deployment: "Last deployment",
};

export type BadgeRow = {
  id: string;
  kind: BadgeKind;
  /** The last four characters of its address. */
  hint: string;
  createdAt: Date;
  createdByName: string;
};
export type BadgeList = { items: BadgeRow[]; may: { change: Refusal | null } };

/** What a badge says, and nothing else of the service: not even its name. */
export type BadgeText = { label: string; value: string };

export const mostBadges = 20;

const notKnown = "not known";

export function frequencyText(perWeek: number | null): BadgeText {
  const label = "deployments";
  if (perWeek === null) return { label, value: notKnown };
  const rounded = perWeek >= 10 ? Math.round(perWeek) : Math.round(perWeek * 10) / 10;
  return { label, value: `${rounded} a week` };
}

export function leadTimeText(seconds: number | null): BadgeText {
  return { label: "change lead time", value: seconds === null ? notKnown : formatDuration(seconds) };
}

/** By the day alone: a badge stands in caches for minutes. */
export function lastDeploymentText(at: Date | null): BadgeText {
  const value = at
    ? new Intl.DateTimeFormat("en-GB", {
        timeZone: "UTC",
        day: "numeric",
        month: "short",
        year: "numeric",
      }).format(at)
    : notKnown;
  return { label: "last deployment", value };
}
