export const dayMs = 86_400_000;
export const minuteMs = 60_000;

export const startOfDay = (at: Date): Date =>
  new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()));

export const addDays = (day: Date, days: number): Date => new Date(day.getTime() + days * dayMs);
export const addMinutes = (at: Date, minutes: number): Date =>
  new Date(at.getTime() + Math.round(minutes * minuteMs));

/** Easter Sunday of a year (Gregorian; Meeus, "Astronomical Algorithms", chapter 8). */
function easter(year: number): Date {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7;
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114;
  return new Date(Date.UTC(year, Math.floor(f / 31) - 1, (f % 31) + 1));
}

const fixedHolidays = new Set(["01-01", "05-01", "12-24", "12-25", "12-26", "12-31"]);

export function isHoliday(day: Date): boolean {
  if (fixedHolidays.has(day.toISOString().slice(5, 10))) return true;
  const sinceEaster = Math.round(
    (startOfDay(day).getTime() - easter(day.getUTCFullYear()).getTime()) / dayMs,
  );
  return sinceEaster === -2 || sinceEaster === 1;
}

export const isWeekend = (day: Date): boolean => day.getUTCDay() === 0 || day.getUTCDay() === 6;
export const isWorkday = (day: Date): boolean => !isWeekend(day) && !isHoliday(day);

/** Between the years nothing goes to production that can wait. */
export function isFrozen(day: Date): boolean {
  const date = day.toISOString().slice(5, 10);
  return date >= "12-20" || date <= "01-02";
}

/** How much gets done on a day, beside an ordinary Tuesday: fewer people in August, tired Fridays, quiet weekends. */
export function pace(day: Date): number {
  if (isHoliday(day)) return 0;
  if (isWeekend(day)) return 0.03;
  const month = day.getUTCMonth();
  const season = month === 7 ? 0.55 : month === 6 ? 0.8 : isFrozen(day) ? 0.5 : 1;
  const weekday = [0, 0.9, 1.05, 1.1, 1.05, 0.75, 0][day.getUTCDay()] ?? 1;
  return season * weekday;
}

/** The next moment that lies in working hours, 07:00 to 17:00 UTC on a workday; itself, if it does. */
export function toWorkingHours(at: Date): Date {
  let moment = at;
  for (let tries = 0; tries < 30; tries += 1) {
    const day = startOfDay(moment);
    const hour = (moment.getTime() - day.getTime()) / 3_600_000;
    if (isWorkday(day) && hour < 7) return addMinutes(day, 7 * 60 + (hour % 1) * 60);
    if (isWorkday(day) && hour < 17) return moment;
    moment = addMinutes(addDays(day, 1), (hour % 1) * 60);
  }
  return moment;
}
