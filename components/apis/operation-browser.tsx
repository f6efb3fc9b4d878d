"use client";

import { useState } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Input } from "#components/ui/input.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Section } from "#components/ui/section.tsx";
import { type ApiOverview, type OperationLine, operationAnchor, schemaAnchor } from "#server/apis/model.ts";
import { Description } from "./description.tsx";
import { OpeningRow } from "./opening-row.tsx";
import { OperationDetail } from "./operation-detail.tsx";
import { TypeDetail } from "./type-detail.tsx";
import { useHash } from "./use-hash.ts";

type Props = {
  entityRef: string;
  number: number;
  overview: Pick<ApiOverview, "format" | "groups" | "operations" | "schemas">;
};

/** So many rows at first: a long definition opens as quickly as a short one. */
const rowsAtFirst = 200;

/** Operations by group and the types below them, narrowed as one types. */
export function OperationBrowser({ entityRef, number, overview }: Props) {
  const [query, setQuery] = useState("");
  const [isWhole, setIsWhole] = useState(false);
  const hash = useHash();
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (...texts: (string | undefined)[]) => {
    const text = texts.join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const operations = overview.operations.filter((one) =>
    fits(one.verb, one.path, one.summary, one.id, one.group),
  );
  const schemas = overview.schemas.filter((one) => fits(one.name, one.kind, one.description));
  // Whoever comes to one row by its address has to find it.
  const limit = isWhole || hash !== "" ? Number.POSITIVE_INFINITY : rowsAtFirst;
  const shown = operations.slice(0, limit);
  const hidden = operations.length - shown.length + Math.max(0, schemas.length - limit);
  const hrefOf = (name: string) => `#${encodeURIComponent(schemaAnchor(name))}`;
  const place = { entityRef, number, hrefOf };
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <div className="flex flex-wrap items-center gap-3">
        <div className="w-full max-w-80">
          <Input
            type="search"
            aria-label="Find an operation or a type"
            placeholder="Find an operation or a type"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </div>
        <p role="status" className="tabular text-muted text-small">
          {countWords(operations.length, schemas.length)}
        </p>
      </div>
      {operations.length + schemas.length === 0 && words.length > 0 ? (
        <EmptyState
          kind="filtered"
          isCompact
          title="Nothing has these words"
          action={
            <Button size="small" onClick={() => setQuery("")}>
              Show all
            </Button>
          }
        />
      ) : null}
      {overview.groups.map(({ name, description }) => (
        <Group
          key={name}
          name={name}
          description={description}
          operations={shown.filter(({ group }) => group === name)}
          {...place}
        />
      ))}
      {schemas.length > 0 ? (
        <Section title="Types" count={numberText(schemas.length)}>
          <ul>
            {schemas.slice(0, limit).map(({ name, kind, description }) => (
              <OpeningRow
                key={name}
                anchor={schemaAnchor(name)}
                head={
                  <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
                    <code className="break-all font-medium font-mono text-small">{name}</code>
                    {kind ? <span className="text-muted text-small">{kind}</span> : null}
                    {description ? (
                      <span className="min-w-0 text-fg-soft text-small">{firstLine(description)}</span>
                    ) : null}
                  </span>
                }
              >
                <TypeDetail {...place} name={name} />
              </OpeningRow>
            ))}
          </ul>
        </Section>
      ) : null}
      {hidden > 0 ? (
        <div>
          <Button onClick={() => setIsWhole(true)}>Show {numberText(hidden)} more</Button>
        </div>
      ) : null}
    </div>
  );
}

const plural = (count: number, word: string) => `${numberText(count)} ${word}${count === 1 ? "" : "s"}`;
const countWords = (operations: number, types: number) =>
  `${plural(operations, "operation")}, ${plural(types, "type")}`;
const firstLine = (text: string) => text.split("\n")[0]?.slice(0, 160);

type GroupProps = {
  name: string;
  description: string | undefined;
  operations: readonly OperationLine[];
  entityRef: string;
  number: number;
  hrefOf: (name: string) => string;
};

function Group({ name, description, operations, ...place }: GroupProps) {
  if (operations.length === 0) return null;
  return (
    <Section title={name} count={numberText(operations.length)}>
      {description ? <Description text={description} className="pb-1 text-small" /> : null}
      <ul>
        {operations.map((operation) => (
          <OpeningRow
            key={operation.id}
            anchor={operationAnchor(operation.id)}
            head={<OperationHead operation={operation} />}
          >
            <OperationDetail {...place} name={operation.id} />
          </OpeningRow>
        ))}
      </ul>
    </Section>
  );
}

function OperationHead({ operation }: { operation: OperationLine }) {
  const { verb, path, summary, isDeprecated } = operation;
  return (
    <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-3 gap-y-0.5">
      <span className="w-20 shrink-0 font-medium font-mono text-info text-small uppercase">{verb}</span>
      <code className={`min-w-0 break-all font-mono text-small ${isDeprecated ? "line-through" : ""}`}>
        {path}
      </code>
      {isDeprecated ? <Badge tone="warning">deprecated</Badge> : null}
      {summary ? <span className="min-w-0 text-fg-soft text-small">{summary}</span> : null}
    </span>
  );
}
