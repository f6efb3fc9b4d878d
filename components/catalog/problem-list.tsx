import { Status, type StatusTone } from "#components/ui/status.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { EntityProblem, Severity } from "#server/catalog/model.ts";
import { entityHref } from "./entity-href.ts";

const tones: Record<Severity, { tone: StatusTone; word: string }> = {
  error: { tone: "danger", word: "Error" },
  warning: { tone: "warning", word: "Warning" },
  info: { tone: "info", word: "Note" },
};

/** What is wrong, where exactly, in the words of the check. */
export function ProblemList({
  problems,
  withEntry,
}: {
  problems: readonly EntityProblem[];
  withEntry?: boolean;
}) {
  return (
    <ul>
      {problems.map((problem) => (
        <li
          key={problem.id}
          className="grid gap-x-4 gap-y-1 border-line border-b py-2.5 text-table sm:grid-cols-[88px_minmax(0,1fr)]"
        >
          <Status tone={tones[problem.severity].tone} className="self-start">
            {tones[problem.severity].word}
          </Status>
          <div className="min-w-0">
            <p className="break-words">{problem.message}</p>
            <p className="flex min-w-0 flex-wrap gap-x-3 text-muted text-small">
              {withEntry && problem.ref ? (
                <TextLink href={entityHref(problem.ref)}>{problem.ref}</TextLink>
              ) : null}
              {problem.file ? <span className="break-all font-mono">{place(problem)}</span> : null}
              {problem.path ? <span className="font-mono">{problem.path}</span> : null}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}

const place = ({ file, line, column }: EntityProblem) =>
  [file, line, column].filter((part) => part !== null).join(":");
