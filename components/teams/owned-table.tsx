import { entityHref } from "#components/catalog/entity-href.ts";
import { KindIcon } from "#components/catalog/kind-icon.tsx";
import { OwnerLink } from "#components/catalog/owner-link.tsx";
import { countText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Status } from "#components/ui/status.tsx";
import { AboveRow, RowLink, Table, Td, Th, Tr } from "#components/ui/table.tsx";
import type { OwnedThing } from "#server/teams/model.ts";

/** What a team or a person owns, and how it stands. */
export function OwnedTable({ items, label }: { items: readonly OwnedThing[]; label: string }) {
  const hasBelow = items.some(({ isBelow }) => isBelow);
  return (
    <Table label={label}>
      <thead>
        <tr>
          <Th>Name</Th>
          <Th className="max-sm:hidden">Kind</Th>
          {hasBelow ? <Th className="max-md:hidden">Owner</Th> : null}
          <Th className="max-md:hidden">Lifecycle</Th>
          <Th>State</Th>
          <Th className="max-sm:hidden">Last deployed</Th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <Tr key={item.ref}>
            <Td>
              <span className="flex min-w-0 items-center gap-2">
                <KindIcon kind={item.kind} />
                <RowLink href={entityHref(item.ref)} className="min-w-0 truncate">
                  {item.title ?? item.name}
                </RowLink>
              </span>
            </Td>
            <Td className="truncate max-sm:hidden">
              {item.kind} <span className="text-muted">{item.type}</span>
            </Td>
            {hasBelow ? (
              <Td className="max-md:hidden">
                {item.ownerRef ? (
                  <AboveRow>
                    <OwnerLink ownerRef={item.ownerRef} title={item.ownerTitle} isKnown={item.isOwnerKnown} />
                  </AboveRow>
                ) : null}
              </Td>
            ) : null}
            <Td className="truncate max-md:hidden">{item.lifecycle}</Td>
            <Td>
              <StateOf item={item} />
            </Td>
            <Td className="text-muted max-sm:hidden">
              {item.lastDeployedAt ? <RelativeTime at={item.lastDeployedAt} /> : "—"}
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}

/** The worst that is known of it; nothing known is not the same as well. */
function StateOf({ item }: { item: OwnedThing }) {
  if (item.openIncidents > 0)
    return <Status tone="danger">{countText(item.openIncidents, "open incident", "open incidents")}</Status>;
  if (item.problemCount > 0)
    return <Status tone="warning">{countText(item.problemCount, "problem", "problems")}</Status>;
  return <span className="text-muted">No problem known</span>;
}
