"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { countText, numberText } from "#components/ui/number-text.ts";
import { Section } from "#components/ui/section.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { OwnedTable } from "./owned-table.tsx";

/** "Component", "Components"; a kind of one's own too. */
const pluralOf = (kind: string) => (/[^aeiou]y$/i.test(kind) ? `${kind.slice(0, -1)}ies` : `${kind}s`);

/** All that belongs to a team or a person. */
export function OwnedSection({ entityRef }: { entityRef: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.teams.owned.queryOptions({ ref: entityRef }));
  const rest = data.total - data.items.length;
  return (
    <Section title="Owns" count={numberText(data.total)}>
      {data.items.length === 0 ? (
        <EmptyState kind="nothing" isCompact title="Owns nothing in the catalog">
          Entries appear here once their owner says this name.
        </EmptyState>
      ) : (
        <>
          <p className="pb-2 text-muted text-small">
            {data.byKind.map(({ kind, total }) => countText(total, kind, pluralOf(kind))).join(" · ")}
          </p>
          <OwnedTable items={data.items} label="What it owns" />
        </>
      )}
      {rest > 0 ? (
        <p className="pt-2 text-small">
          <TextLink href={`/catalog?owner=${encodeURIComponent(entityRef)}`}>
            {`Show ${numberText(rest)} more in the catalog`}
          </TextLink>
        </p>
      ) : null}
    </Section>
  );
}
