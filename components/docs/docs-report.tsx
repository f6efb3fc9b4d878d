import { Section } from "#components/ui/section.tsx";
import { Table, Td, Th } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { type DocsProblem, isBroken, problemWords } from "#server/docs/model.ts";
import { docsHref } from "./docs-href.ts";

/** What leads nowhere, and what was left out, page by page. */
export function DocsReport({ entityRef, problems }: { entityRef: string; problems: readonly DocsProblem[] }) {
  const broken = problems.filter(isBroken);
  const left = problems.filter((problem) => !isBroken(problem));
  return (
    <div className="flex max-w-[960px] flex-col gap-8">
      <Section title="What leads nowhere" count={broken.length} level={2}>
        {broken.length === 0 ? (
          <p className="text-fg-soft text-table">
            Every link, heading, image and page named in the navigation is there.
          </p>
        ) : (
          <ProblemTable entityRef={entityRef} problems={broken} label="What leads nowhere" />
        )}
      </Section>
      {left.length > 0 ? (
        <Section title="Left out" count={left.length} level={2}>
          <ProblemTable entityRef={entityRef} problems={left} label="Left out" />
        </Section>
      ) : null}
    </div>
  );
}

function ProblemTable({
  entityRef,
  problems,
  label,
}: {
  entityRef: string;
  problems: readonly DocsProblem[];
  label: string;
}) {
  return (
    <Table label={label} className="table-fixed">
      <thead>
        <tr>
          <Th>Where</Th>
          <Th>Points to</Th>
          <Th className="max-sm:hidden">What is wrong</Th>
        </tr>
      </thead>
      <tbody>
        {problems.map((problem, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same link may stand on a page twice
          <tr key={index}>
            <Td className="break-words">
              {problem.path === null ? (
                <span className="text-fg-soft">{problem.file ?? "The site"}</span>
              ) : (
                <TextLink href={docsHref(entityRef, problem.path)}>{problem.file ?? problem.path}</TextLink>
              )}
            </Td>
            <Td className="break-words">
              <code className="font-mono text-small">{problem.target}</code>
              <span className="block text-fg-soft text-small sm:hidden">{problem.message}</span>
            </Td>
            <Td className="max-sm:hidden">
              <span className="text-muted">{problemWords[problem.kind]}: </span>
              {problem.message}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
