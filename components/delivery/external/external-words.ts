import type { StatusTone } from "#components/ui/status.tsx";
import type { Verdict } from "#server/delivery/external/model.ts";

export const verdictTones: Readonly<Record<Verdict, StatusTone>> = {
  same: "success",
  only_theirs: "info",
  only_ours: "info",
  different: "warning",
};

/** "+3", "−2", "0": how much the first is above the second. */
export function differenceText(one: number, other: number): string {
  const difference = one - other;
  if (difference === 0) return "0";
  return `${difference > 0 ? "+" : "−"}${Math.abs(difference)}`;
}

/** A moment as the organisation's clock shows it: "2026-11-20 14:03". */
export function momentText(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    ...{
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    },
  }).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")} ${part("hour")}:${part("minute")}`;
}

type Shown = { show?: Verdict | undefined; offset?: number };

export function comparisonHref(id: string, { show, offset = 0 }: Shown): string {
  const search = new URLSearchParams({
    ...(show ? { show } : {}),
    ...(offset > 0 ? { from: String(offset) } : {}),
  });
  return `/insights/external/${id}${search.size > 0 ? `?${search}` : ""}`;
}
