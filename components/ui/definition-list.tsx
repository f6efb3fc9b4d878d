import type { ReactNode } from "react";

export type Fact = {
  term: string;
  /** Null or empty reads as "—" with the words "not set" for screen readers. */
  value: ReactNode;
  /** Where it comes from and how old it is: shown on hover of the term. */
  source?: string;
  /** The same with more to it: a mark at the end of the line, inside of which `group-hover/fact` works. */
  mark?: ReactNode;
};

/** Facts about a thing, terms in a column of their own. */
export function DefinitionList({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="grid content-start grid-cols-[112px_minmax(0,1fr)] gap-x-3 text-table">
      {facts.map((fact) => (
        <div
          key={fact.term}
          className="col-span-2 group/fact grid min-h-8 grid-cols-subgrid items-baseline border-line border-b py-1.5 last:border-b-0"
        >
          <dt className="text-muted" data-tip={fact.source}>
            {fact.term}
          </dt>
          {fact.mark ? (
            <dd className="flex min-w-0 items-start gap-1">
              <div className="min-w-0 flex-1 break-words">{fact.value ?? <NotSet />}</div>
              <div className="-my-0.5">{fact.mark}</div>
            </dd>
          ) : (
            <dd className="min-w-0 break-words">{fact.value ?? <NotSet />}</dd>
          )}
        </div>
      ))}
    </dl>
  );
}

export function NotSet() {
  return (
    <span className="text-muted">
      <span aria-hidden>—</span>
      <span className="sr-only">not set</span>
    </span>
  );
}
