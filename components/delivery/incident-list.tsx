import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Status } from "#components/ui/status.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { IncidentRow } from "#server/delivery/model.ts";

export function IncidentList({ incidents }: { incidents: readonly IncidentRow[] }) {
  return (
    <ul>
      {incidents.map((incident) => (
        <li
          key={incident.id}
          className="flex min-h-(--row-height) flex-wrap items-center gap-x-3 gap-y-1 border-line border-b py-1 text-table"
        >
          <Status tone={incident.closedAt ? "neutral" : "danger"}>
            {incident.closedAt ? "Closed" : "Open"}
          </Status>
          <span className="min-w-0 flex-1 basis-60 break-words">
            {incident.url ? <TextLink href={incident.url}>{incident.title}</TextLink> : incident.title}{" "}
            <span className="text-muted">
              #{incident.number}
              {incident.severity ? ` · ${incident.severity}` : null}
            </span>
          </span>
          <span className="text-muted">
            opened <RelativeTime at={incident.openedAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}
