import { entityHref } from "#components/catalog/entity-href.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { Button } from "#components/ui/button.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Input } from "#components/ui/input.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { Section } from "#components/ui/section.tsx";
import { Select } from "#components/ui/select.tsx";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { ListShadow } from "#server/shadow/inputs.ts";
import {
  type ShadowEntity,
  type ShadowSummary,
  type ShadowVerdict,
  shadowVerdicts,
  verdictWords,
} from "#server/shadow/model.ts";

const page = "/admin/shadow";
const tones: Readonly<Record<ShadowVerdict, StatusTone>> = {
  equal: "success",
  different: "warning",
  missing: "danger",
  extra: "info",
  internal: "neutral",
};

/** Each entry that is not the same on both sides, with the fields and relations in which it differs. */
export async function ShadowTable({ filter }: { filter: ListShadow }) {
  const queryClient = getQueryClient();
  const { report } = await queryClient.fetchQuery(trpc.shadow.overview.queryOptions());
  if (!report?.summary) return null;
  const { items, nextCursor } = await queryClient.fetchQuery(trpc.shadow.entities.queryOptions(filter));
  return (
    <Section
      title="Entries"
      className="pt-6"
      action={
        <ButtonLink size="small" href={`/api/v1/shadow/entities.csv?${searchOf(filter, null)}`}>
          Download as CSV
        </ButtonLink>
      }
    >
      <Filter filter={filter} summary={report.summary} />
      {items.length === 0 ? <NoEntities filter={filter} /> : <Rows items={items} />}
      {filter.cursor || nextCursor ? (
        <Pager
          previousHref={filter.cursor ? `${page}?${searchOf(filter, null)}` : null}
          nextHref={nextCursor ? `${page}?${searchOf(filter, nextCursor)}` : null}
        >
          {items.length} shown
        </Pager>
      ) : null}
    </Section>
  );
}

function Filter({ filter, summary }: { filter: ListShadow; summary: ShadowSummary }) {
  const verdicts = shadowVerdicts.map((verdict) => ({
    value: verdict,
    label: `${verdictWords[verdict]} (${summary.entities[verdict].toLocaleString("en")})`,
  }));
  const kinds = summary.kinds.map(({ kind }) => ({ value: kind, label: kind }));
  return (
    <form className="grid grid-cols-2 items-center gap-2 py-3 sm:flex sm:flex-wrap" action={page}>
      <Select
        aria-label="Comparison"
        name="verdict"
        defaultValue={filter.verdict ?? ""}
        options={[{ value: "", label: "All that is not the same" }, ...verdicts]}
        className="sm:w-56"
      />
      <Select
        aria-label="Kind"
        name="kind"
        defaultValue={filter.kind ?? ""}
        options={[{ value: "", label: "All kinds" }, ...kinds]}
        className="sm:w-44"
      />
      <Input
        aria-label="Part of its name"
        name="query"
        placeholder="Part of its name"
        defaultValue={filter.query}
        className="sm:max-w-60"
      />
      <Button type="submit">Filter</Button>
      {isFiltered(filter) ? (
        <ButtonLink tone="quiet" href={page}>
          Clear
        </ButtonLink>
      ) : null}
    </form>
  );
}

const isFiltered = ({ verdict, kind, query }: ListShadow) => Boolean(verdict || kind || query);

function Rows({ items }: { items: ShadowEntity[] }) {
  return (
    <Table label="Entries compared" className="table-fixed">
      <thead>
        <tr>
          <Th>Entry</Th>
          <Th className="w-36">Comparison</Th>
          <Th className="w-1/2 max-md:hidden">What differs</Th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <Tr key={item.ref}>
            <Td className="truncate align-top" title={item.ref}>
              {item.verdict === "missing" || item.verdict === "internal" ? (
                item.ref
              ) : (
                <TextLink href={entityHref(item.ref)}>{item.ref}</TextLink>
              )}
            </Td>
            <Td className="align-top">
              <Status tone={tones[item.verdict]}>{verdictWords[item.verdict]}</Status>
            </Td>
            <Td className="max-md:hidden">
              <Differences item={item} />
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}

const mostShown = 4;

function Differences({ item: { fields, relations } }: { item: ShadowEntity }) {
  const lines = [
    ...fields.map(({ path, theirs, ours }) => ({
      key: path,
      text: `${path}: ${theirs ?? "not set"} there, ${ours ?? "not set"} here`,
    })),
    ...relations.map(({ type, targetRef, side }) => ({
      key: `${type} ${targetRef} ${side}`,
      text: `${type} ${targetRef} ${side === "missing" ? "is missing here" : "is only here"}`,
    })),
  ];
  if (lines.length === 0) return null;
  return (
    <ul className="text-fg-soft">
      {lines.slice(0, mostShown).map(({ key, text }) => (
        <li key={key} className="truncate" title={text}>
          {text}
        </li>
      ))}
      {lines.length > mostShown ? (
        <li className="text-muted text-small">and {lines.length - mostShown} more, all in the CSV</li>
      ) : null}
    </ul>
  );
}

function NoEntities({ filter }: { filter: ListShadow }) {
  if (isFiltered(filter))
    return (
      <EmptyState
        kind="filtered"
        isCompact
        title="No entry fits this filter"
        action={<ButtonLink href={page}>Clear the filter</ButtonLink>}
      />
    );
  return <EmptyState kind="nothing" isCompact title="Every entry is the same on both sides" />;
}

function searchOf({ verdict, kind, query }: ListShadow, cursor: string | null): string {
  const search = new URLSearchParams();
  if (verdict) search.set("verdict", verdict);
  if (kind) search.set("kind", kind);
  if (query) search.set("query", query);
  if (cursor) search.set("cursor", cursor);
  return search.toString();
}
