import { exactUtc, relativeText } from "./relative-text.ts";

/**
 * "3 hours ago"; the exact time on hover, in the reader's zone (tooltip-layer.tsx), and in UTC for screen readers.
 * time-layer.tsx keeps it true while the page stays open, also where no script of the page renders it again.
 */
export function RelativeTime({ at, className }: { at: Date | string; className?: string }) {
  const moment = typeof at === "string" ? new Date(at) : at;
  const iso = moment.toISOString();
  return (
    <time dateTime={iso} data-tip-time={iso} className={className}>
      <span data-relative suppressHydrationWarning className="whitespace-nowrap">
        {relativeText(moment.getTime(), Date.now())}
      </span>
      <span className="sr-only">, {exactUtc(moment)}</span>
    </time>
  );
}
