import { countText } from "#components/ui/number-text.ts";
import type { Problem } from "#server/delivery/external/model.ts";

const mostShown = 8;

/** Rows that cannot be read, each with its line and why. */
export function ProblemList({ problems, total }: { problems: readonly Problem[]; total: number }) {
  if (problems.length === 0) return null;
  const shown = problems.slice(0, mostShown);
  const rest = total - shown.length;
  return (
    <ul aria-label="Rows that cannot be read" className="flex flex-col gap-1 text-small">
      {shown.map(({ line, words }) => (
        <li key={line} className="break-words">
          <span className="font-medium">Line {line}:</span> {words}
        </li>
      ))}
      {rest > 0 ? <li className="text-muted">and {countText(rest, "row")} more</li> : null}
    </ul>
  );
}
