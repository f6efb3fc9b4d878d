import { classes } from "./classes.ts";

/**
 * Holds the place of what is coming, in its final geometry. It shows only after 150 ms: what arrives sooner never blinks.
 * Hidden from screen readers; the region around it says that it is loading.
 */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={classes(
        "block rounded-tight bg-pressed [animation:fade_200ms_150ms_both,pulse_1.6s_350ms_ease-in-out_infinite]",
        className,
      )}
    />
  );
}

/** Rows of a table that is on its way. Widths vary so that it reads as text, the same on every render. */
export function SkeletonRows({ rows, label, hasHead }: { rows: number; label: string; hasHead?: boolean }) {
  return (
    <div role="status" aria-label={label}>
      {hasHead ? (
        <div className="flex h-8 items-center border-line border-b">
          <Skeleton className="h-2.5 w-16" />
        </div>
      ) : null}
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows have no other identity
        <div key={index} className="flex h-(--row-height) items-center gap-6 border-line border-b">
          <Skeleton className={classes("h-3", ["w-52", "w-40", "w-64", "w-48"][index % 4])} />
          <Skeleton className="h-3 w-20 max-sm:hidden" />
          <Skeleton className="h-3 w-28 max-sm:hidden" />
          <span className="flex-1" />
          <Skeleton className="h-3 w-16 max-md:hidden" />
        </div>
      ))}
    </div>
  );
}
