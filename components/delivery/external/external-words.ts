import { numberText } from "#components/ui/number-text.ts";
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
  return `${difference > 0 ? "+" : "−"}${numberText(Math.abs(difference))}`;
}

type Shown = { show?: Verdict | undefined; offset?: number };

export function comparisonHref(id: string, { show, offset = 0 }: Shown): string {
  const search = new URLSearchParams({
    ...(show ? { show } : {}),
    ...(offset > 0 ? { from: String(offset) } : {}),
  });
  return `/insights/external/${id}${search.size > 0 ? `?${search}` : ""}`;
}
