import { classes } from "#components/ui/classes.ts";
import type { Figure, Metric } from "#server/delivery/figures/model.ts";

type Band = NonNullable<Figure<Metric, object>["band"]>;

/** Where a figure lies among the answers of the survey: steps of one hue, and always the words. */
export function BandMark({ band }: { band: Band }) {
  const steps = Array.from({ length: band.of }, (_, index) => band.of - index);
  return (
    <p className="flex items-center gap-2 text-fg-soft text-small">
      <span aria-hidden className="flex shrink-0 gap-0.5">
        {steps.map((position) => (
          <span
            key={position}
            className={classes(
              "h-2.5 w-2 rounded-[2px]",
              position >= band.position ? "bg-[var(--color-chart-1)]" : "bg-line-strong",
            )}
            style={
              position >= band.position
                ? { opacity: 0.35 + (0.65 * (band.of - position)) / (band.of - 1) }
                : {}
            }
          />
        ))}
      </span>
      <span>{band.words}</span>
    </p>
  );
}
