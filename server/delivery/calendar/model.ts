import type { Refusal } from "#server/core/refusal.ts";

export const calendarKinds = ["holiday", "freeze"] as const;
export type CalendarKind = (typeof calendarKinds)[number];
export const calendarKindWords: Readonly<Record<CalendarKind, string>> = {
  holiday: "Holiday",
  freeze: "Deployment freeze",
};

/** Days of the organisation's time zone, both included. */
export type CalendarDay = { id: number; kind: CalendarKind; from: string; to: string; title: string };

/** How the organisation counts: its time zone stands with the installation. */
export type CalendarSettings = {
  timeZone: string;
  /** 1 is Monday. */
  weekStartsOn: number;
  /** The month, 1 to 12. */
  fiscalYearStartsIn: number;
};

export type CalendarAnswer = CalendarSettings & {
  days: CalendarDay[];
  may: { change: Refusal | null };
};

export const mostCalendarDays = 1000;
