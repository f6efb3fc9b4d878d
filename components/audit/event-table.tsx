import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import type { ListEvents } from "#server/audit/inputs.ts";
import { eventWords } from "#server/audit/model.ts";

type Payload = Record<string, unknown>;

/** One page of the audit log, the newest first. */
export async function EventTable({ filter }: { filter: ListEvents }) {
  const { rows, next } = await getQueryClient().fetchQuery(trpc.audit.list.queryOptions(filter));
  if (rows.length === 0) return <NoEvents isFiltered={Object.keys(filter).length > 0} />;
  const address = (changes: Payload) =>
    `/admin/audit?${new URLSearchParams(clean({ ...filter, ...changes }))}`;
  return (
    <>
      <Table label="Changes">
        <thead>
          <tr>
            <Th className="md:w-36">When</Th>
            <Th className="md:w-44">Change</Th>
            <Th className="w-48 max-md:hidden">Who</Th>
            <Th>What it is about</Th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Tr key={row.id}>
              <Td className="align-top">
                <RelativeTime at={row.at} className="text-muted" />
              </Td>
              <Td className="align-top font-medium">
                {eventWords(row.type)}
                <span className="block font-normal text-muted text-small md:hidden">{row.actorName}</span>
              </Td>
              <Td className="align-top max-md:hidden">{row.actorName}</Td>
              <Td className="w-full max-w-0 align-top">
                <p className="max-w-full truncate font-mono text-small" title={row.subjectId}>
                  {row.subjectId}
                </p>
                <Details payload={row.payload as Payload} />
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

function Details({ payload }: { payload: Payload }) {
  const entries = Object.entries(payload).filter(([, value]) => value !== null);
  if (entries.length === 0) return null;
  return (
    <p className="break-words text-muted text-small">
      {entries
        .map(
          ([name, value]) => `${spaced(name)}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
        )
        .join(" · ")}
    </p>
  );
}

/** "expiresAt" as "expires at". */
const spaced = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function clean(values: Payload): Record<string, string> {
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
