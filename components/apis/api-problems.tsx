import { Notice } from "#components/ui/notice.tsx";
import type { ApiOverview, Problem } from "#server/apis/model.ts";

const placed = ({ message, line, column }: Problem) =>
  line === null ? message : `Line ${line}${column ? `, column ${column}` : ""}: ${message}`;

/** What is wrong with a definition, and what of it is not shown. */
export function ApiProblems({ overview }: { overview: ApiOverview }) {
  const { failure, problems, leftOut } = overview;
  return (
    <>
      {failure ? (
        <Notice tone="warning" title="The definition could not be read">
          {placed(failure)}. Its text stands below.
        </Notice>
      ) : null}
      {problems.length > 0 ? (
        <Notice tone="warning" title="The definition is not as its specification asks">
          <ul className="list-disc pl-4">
            {problems.slice(0, 10).map((problem) => (
              <li key={problem.message} className="break-words">
                {placed(problem)}
              </li>
            ))}
          </ul>
          {problems.length > 10 ? <p>and {problems.length - 10} more</p> : null}
        </Notice>
      ) : null}
      {leftOut.length > 0 ? (
        <Notice tone="info" title="Parts in other files are left out">
          <p>Nothing is fetched for a definition. It names:</p>
          <ul className="list-disc pl-4">
            {leftOut.slice(0, 10).map((name) => (
              <li key={name} className="break-all font-mono text-small">
                {name}
              </li>
            ))}
          </ul>
          {leftOut.length > 10 ? <p>and {leftOut.length - 10} more</p> : null}
        </Notice>
      ) : null}
    </>
  );
}
