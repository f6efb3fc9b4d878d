import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { MatrixChange } from "#server/delivery/where/model.ts";
import { PlaceMark, PlaceSince } from "./place-mark.tsx";

/** The newest changes of a service against its environments. */
export async function ChangeMatrix({ entityRef }: { entityRef: string }) {
  const { columns, changes, reason, isBehind } = await getQueryClient().fetchQuery(
    trpc.delivery.whereMatrix.queryOptions({ entityRef }),
  );
  if (reason)
    return (
      <EmptyState kind="nothing" title={reason} isCompact>
        Its newest changes appear here beside its environments as soon as pushes and deployments are reported.
      </EmptyState>
    );
  return (
    <>
      {isBehind ? (
        <p role="status" className="pb-2 text-muted text-small">
          Newer deployments are still being worked in: what waits here may be live already. Reload to look
          again.
        </p>
      ) : null}
      <section
        aria-label="Changes and environments"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
        tabIndex={0}
        className="overflow-x-auto [--top-height:0px]"
      >
        <Table label="Where the newest changes run">
          <thead>
            <tr>
              <Th>Change</Th>
              {columns.map(({ environment }) => (
                <Th key={environment}>{environment}</Th>
              ))}
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <Tr key={change.sha}>
                <Td className="min-w-60 max-w-96">
                  <ChangeName change={change} />
                </Td>
                {change.places.map((place) => (
                  <Td key={place.environment} className="whitespace-nowrap" title={place.note ?? undefined}>
                    <PlaceMark place={place} />
                    <span className="block pl-5 text-small">
                      <PlaceSince place={place} />
                    </span>
                  </Td>
                ))}
              </Tr>
            ))}
          </tbody>
        </Table>
      </section>
    </>
  );
}

function ChangeName({ change: { number, sha, title } }: { change: MatrixChange }) {
  return (
    <>
      <span className="line-clamp-2 break-words">{title}</span>
      <span className="text-muted text-small">
        {number === null ? null : `#${number} · `}
        <TextLink href={`/delivery/where?text=${sha}`}>{sha.slice(0, 7)}</TextLink>
      </span>
    </>
  );
}
