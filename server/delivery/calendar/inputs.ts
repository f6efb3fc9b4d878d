import { z } from "zod";
import { calendarKinds } from "./model.ts";

export const day = z.iso.date("Write the day as 2026-12-24");

export const SaveCalendar = z.object({
  weekStartsOn: z.number().int().min(1).max(7),
  fiscalYearStartsIn: z.number().int().min(1).max(12),
});
export type SaveCalendar = z.infer<typeof SaveCalendar>;

export const SaveCalendarDay = z
  .object({
    /** Changes that one; without it a new one is made. */
    id: z.number().int().positive().optional(),
    kind: z.enum(calendarKinds),
    from: day,
    to: day,
    title: z.string().trim().min(1, "Give it a name").max(100, "Use at most 100 characters"),
  })
  .refine(({ from, to }) => from <= to, { path: ["to"], message: "The last day is before the first" });
export type SaveCalendarDay = z.infer<typeof SaveCalendarDay>;

export const CalendarDayId = z.object({ id: z.number().int().positive() });
export type CalendarDayId = z.infer<typeof CalendarDayId>;
