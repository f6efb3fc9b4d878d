import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { ListEvents } from "#server/audit/inputs.ts";
import { eventWords, subjectOf } from "#server/audit/model.ts";

/** One page of the audit log, the newest first. */
export async function EventTable({ filter }: { filter: ListEvents }) {
  const { rows, next } = await getQueryClient().fetchQuery(trpc.audit.list.queryOptions(filter));
  if (rows.length === 0) return <NoEvents isFiltered={Object.keys(filter).length > 0} />;
  const address = (changes: Record<string, unknown>) =>
    `/admin/audit?${new URLSearchParams(clean({ ...filter, ...changes }))}`;
  return (
    <>
      <Table label="Changes">
        <thead>
          <tr>
            <Th>When</Th>
            <Th>Change</Th>
            <Th className="max-md:hidden">Who</Th>
            <Th>What it is about</Th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Tr key={row.id} id={`event-${row.id}`}>
              <Td className="align-top">
                <RelativeTime at={row.at} className="text-muted" />
              </Td>
              <Td className="align-top font-medium">
                <span className="block md:min-w-40">{eventWords(row.type)}</span>
                <span className="block font-normal text-muted text-small md:hidden">{row.actorName}</span>
              </Td>
              <Td className="align-top max-md:hidden">
                <span className="block min-w-44">{row.actorName}</span>
              </Td>
              <Td className="w-full max-w-0 align-top">
                <Subject subject={subjectOf(row)} id={row.subjectId} />
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
      <Pager
        previousHref={filter.before ? address({ before: undefined }) : null}
        nextHref={next ? address({ before: next }) : null}
      >
        {filter.before ? "Older changes" : "Newest first"}
      </Pager>
    </>
  );
}

function Subject({ subject, id }: { subject: ReturnType<typeof subjectOf>; id: string }) {
  const { name, href, details } = subject;
  return (
    <>
      <p className="max-w-full truncate" title={name === id ? name : `${name} (${id})`}>
        {href ? <TextLink href={href}>{name}</TextLink> : name}
      </p>
      {details.length === 0 ? null : (
        <p className="break-words text-muted text-small">
          {details.map(({ label, value }) => `${label}: ${value}`).join(" · ")}
        </p>
      )}
    </>
  );
}

function clean(values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  );
}

function NoEvents({ isFiltered }: { isFiltered: boolean }) {
  if (!isFiltered)
    return (
      <EmptyState kind="nothing" title="Nothing has changed yet">
        Each change will be listed here with who made it.
      </EmptyState>
    );
  return (
    <EmptyState
      kind="filtered"
      title="No change fits this filter"
      action={<ButtonLink href="/admin/audit">Clear the filter</ButtonLink>}
    />
  );
}
