import { classes } from "#components/ui/classes.ts";
import type { Figure } from "#server/delivery/figures/figure.ts";
import type { Metric } from "#server/delivery/figures/model.ts";

type Band = NonNullable<Figure<Metric, object>["band"]>;

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** What the marks compare to, said once for all of them. */
export function BandNote() {
  return (
    <p className="max-w-[90ch] text-muted text-small">
      The small bars stand for the six answers of DORA’s survey, and are filled up to the one under which a
      figure falls. They place it in a range. They are no grade, and do not compare teams with each other.
    </p>
  );
}

/** Under which answer of the survey a figure falls: steps of one hue, and always the words. */
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
      <span>
        <span className="text-muted">DORA’s survey:</span> {lowerFirst(band.words)}
      </span>
    </p>
  );
}
