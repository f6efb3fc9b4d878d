import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Status } from "#components/ui/status.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { IncidentRow } from "#server/delivery/model.ts";
import { severityText } from "./sources/origin-words.ts";

export function IncidentList({ incidents }: { incidents: readonly IncidentRow[] }) {
  return (
    <ul>
      {incidents.map((incident) => (
        <li
          key={incident.id}
          className="flex min-h-(--row-height) items-start gap-x-3 border-line border-b py-2 text-table"
        >
          <Status tone={incident.closedAt ? "neutral" : "danger"} className="w-20 shrink-0">
            {incident.closedAt ? "Resolved" : "Open"}
          </Status>
          <span className="min-w-0 flex-1 break-words">
            {incident.url ? <TextLink href={incident.url}>{incident.title}</TextLink> : incident.title}
            <span className="block text-muted text-small">
              {[`#${incident.number}`, severityText(incident.severity)].filter(Boolean).join(" · ")} · opened{" "}
              <RelativeTime at={incident.openedAt} />
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
