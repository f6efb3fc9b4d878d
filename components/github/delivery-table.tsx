import { Suspense } from "react";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { RowLink, Table, Td, Th, Tr } from "#components/ui/table.tsx";
import type { ListDeliveries } from "#server/github/inputs.ts";
import { webhookPath } from "#server/github/model.ts";
import { DeliveryStateMark } from "./delivery-state.tsx";

const filterKeys = ["state", "event", "repository", "query"] as const;

/** One page of the webhook log, the newest first. */
export async function DeliveryTable({ filter }: { filter: ListDeliveries }) {
  const { items, nextCursor } = await getQueryClient().fetchQuery(
    trpc.github.deliveries.queryOptions(filter),
  );
  if (items.length === 0) return <NoDeliveries isFiltered={filterKeys.some((key) => filter[key])} />;
  return (
    <>
      <Table label="Webhooks received">
        <thead>
          <tr>
            <Th>Event</Th>
            <Th className="max-sm:hidden">Repository</Th>
            <Th>Outcome</Th>
            <Th className="max-lg:hidden">Reason</Th>
            <Th isNumber className="md:w-32">
              Received
            </Th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <Tr key={item.id}>
              <Td className="max-sm:w-full max-sm:max-w-0 max-sm:truncate">
                <RowLink href={`/admin/webhooks/${item.id}`}>{item.event}</RowLink>
                {item.action ? <span className="text-muted"> {item.action}</span> : null}
              </Td>
              <Td
                className="max-w-64 truncate text-fg-soft max-sm:hidden"
                title={item.repository ?? undefined}
              >
                {item.repository ?? "—"}
              </Td>
              <Td>
                <DeliveryStateMark state={item.state} />
              </Td>
              <Td className="max-w-80 truncate text-muted max-lg:hidden" title={item.reason ?? undefined}>
                {item.reason}
              </Td>
              <Td isNumber className="text-muted">
                <RelativeTime at={item.receivedAt} />
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
      <Pager
        previousHref={filter.cursor ? address(filter, null) : null}
        nextHref={nextCursor ? address(filter, nextCursor) : null}
      >
        <Suspense fallback={`${items.length} shown`}>
          <Total filter={filter} />
        </Suspense>
      </Pager>
    </>
  );
}

async function Total({ filter }: { filter: ListDeliveries }) {
  const { state, event, repository, query } = filter;
  const { total, isCapped } = await getQueryClient().fetchQuery(
    trpc.github.count.queryOptions({ state, event, repository, query }),
  );
  return `${isCapped ? "10,000+" : total.toLocaleString("en")} in all`;
}

function address(filter: ListDeliveries, cursor: string | null): string {
  const search = new URLSearchParams();
  for (const key of filterKeys) if (filter[key]) search.set(key, filter[key]);
  if (cursor) search.set("cursor", cursor);
  return `/admin/webhooks?${search}`;
}

function NoDeliveries({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered)
    return (
      <EmptyState
        kind="filtered"
        title="No webhook fits this filter"
        action={<ButtonLink href="/admin/webhooks">Clear the filter</ButtonLink>}
      />
    );
  return (
    <EmptyState kind="notConnected" title="No webhook has arrived yet">
      Add a webhook in GitHub under Settings, Webhooks, with the address {webhookPath} of this portal, the
      content type application/json, and a secret of this portal: the one that the setup showed, or a new one
      made above.
    </EmptyState>
  );
}
