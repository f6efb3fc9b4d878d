import type { ReactNode } from "react";
import { entityHref } from "#components/catalog/entity-href.ts";
import { IncidentLine } from "#components/delivery/timeline/timeline-days.tsx";
import { DeploymentLine, DeploymentMark } from "#components/delivery/timeline/timeline-deployment.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Status } from "#components/ui/status.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { Around, AroundItem } from "#server/delivery/around/model.ts";

const depthWords = (depth: number) =>
  depth === 0 ? "this entry" : depth === 1 ? "needed by it" : `${depth} steps away`;

/** What changed before a moment, the newest first, each with how far away it is. */
export function AroundList({ around: { items, entries } }: { around: Around }) {
  const names = new Map(entries.map(({ ref, name }) => [ref, name]));
  return (
    <ol aria-label="What changed">
      {items.map((item) => (
        <li
          key={keyOf(item)}
          className="flex min-h-(--row-height) flex-wrap items-center gap-x-4 gap-y-1 border-line border-b py-1 text-table"
        >
          <span className="w-28 shrink-0 text-muted">
            <RelativeTime at={item.at} />
          </span>
          <Content item={item} name={names.get(item.ref) ?? item.ref} />
          <span className="ml-auto text-muted text-small">{depthWords(item.depth)}</span>
        </li>
      ))}
    </ol>
  );
}

function keyOf(item: AroundItem): string {
  if (item.kind === "deployment") return `deployment ${item.deployment.id}`;
  return item.kind === "incident" ? `incident ${item.incident.id}` : item.change.id;
}

function Content({ item, name }: { item: AroundItem; name: string }): ReactNode {
  if (item.kind === "incident") return <IncidentLine incident={item.incident} />;
  if (item.kind === "deployment")
    return (
      <>
        <span className="w-56 shrink-0">
          <DeploymentMark deployment={item.deployment} />
        </span>
        <DeploymentLine deployment={item.deployment} />
      </>
    );
  return (
    <>
      <span className="w-56 shrink-0">
        <Status tone="info">{item.change.title}</Status>
      </span>
      <span className="flex min-w-0 flex-wrap items-center gap-x-3">
        <TextLink href={entityHref(item.ref, "history")} className="font-medium">
          {name}
        </TextLink>
        <span className="min-w-0 break-words text-fg-soft">{item.change.changes.join("; ")}</span>
      </span>
    </>
  );
}
