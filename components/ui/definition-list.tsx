import type { ReactNode } from "react";

export type Fact = {
  term: string;
  /** Null or empty reads as "—" with the words "not set" for screen readers. */
  value: ReactNode;
  /** Where it comes from and how old it is: shown on hover of the term. */
  source?: string;
};

/** Facts about a thing, terms in a column of their own. */
export function DefinitionList({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="grid content-start grid-cols-[112px_minmax(0,1fr)] gap-x-3 text-table">
      {facts.map((fact) => (
        <div
          key={fact.term}
          className="col-span-2 grid min-h-8 grid-cols-subgrid items-baseline border-line border-b py-1.5 last:border-b-0"
        >
          <dt className="text-muted" data-tip={fact.source}>
            {fact.term}
          </dt>
          <dd className="min-w-0 break-words">{fact.value ?? <NotSet />}</dd>
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
