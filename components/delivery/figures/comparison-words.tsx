import { ArrowDown, ArrowUp } from "lucide-react";
import type { Comparison } from "#server/delivery/figures/figure.ts";
import { intervalText, type Unit, valueText } from "./figure-words.ts";

/** The window before, in the words that the numbers allow; an arrow only where they allow a direction. */
export function ComparisonWords({ comparison, unit }: { comparison: Comparison; unit: Unit }) {
  const { direction, previous, words, difference, interval } = comparison;
  const Arrow = direction === "up" ? ArrowUp : direction === "down" ? ArrowDown : null;
  const before = previous === null ? null : valueText(previous, unit);
  const isRatio = unit === "deployments a week";
  return (
    <p className="text-fg-soft text-small">
      {Arrow ? <Arrow aria-hidden size={12} className="-mt-0.5 mr-1 inline" /> : null}
      {words}
      {before ? (
        <span
          className="text-muted"
          data-tip={
            difference !== null && interval && !isRatio
              ? `Difference with 95 % interval: ${signed(interval, unit)}`
              : undefined
          }
        >
          {" "}
          · was {before.number} {before.unit}
        </span>
      ) : null}
    </p>
  );
}

/** Ends of a difference may lie on both sides of nothing. */
function signed({ low, high }: { low: number | null; high: number | null }, unit: Unit): string {
  const end = (value: number) =>
    `${value < 0 ? "−" : "+"}${intervalText({ low: Math.abs(value), high: null }, unit).replace("at least ", "")}`;
  return low === null || high === null ? "not known" : `${end(low)} to ${end(high)}`;
}
