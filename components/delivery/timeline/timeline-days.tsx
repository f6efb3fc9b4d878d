import type { ReactNode } from "react";
import { entityHref } from "#components/catalog/entity-href.ts";
import { severityText } from "#components/delivery/sources/origin-words.ts";
import { timeText, weekdayText } from "#components/ui/day-text.ts";
import { Notice } from "#components/ui/notice.tsx";
import { countText } from "#components/ui/number-text.ts";
import { Section } from "#components/ui/section.tsx";
import { Status } from "#components/ui/status.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import {
  byDay,
  type Timeline,
  type TimelineDay,
  type TimelineIncident,
} from "#server/delivery/timeline/model.ts";
import { DeploymentLine, DeploymentMark } from "./timeline-deployment.tsx";

/** Deployments and incidents day by day, the newest first. Times are in the organisation's zone. */
export function TimelineDays({ timeline }: { timeline: Timeline }) {
  return (
    <div className="flex flex-col gap-6">
      {byDay(timeline).map((day) => (
        <Day key={day.day} day={day} timeZone={timeline.timeZone} />
      ))}
    </div>
  );
}

type Entry = { at: Date; key: string; node: ReactNode };

function Day({
  day: { day, deployments, incidents, freezes },
  timeZone,
}: {
  day: TimelineDay;
  timeZone: string;
}) {
  const entries: Entry[] = [
    ...deployments.map((deployment) => ({
      at: deployment.at,
      key: `deployment ${deployment.id}`,
      node: (
        <>
          <span className="w-56 shrink-0">
            <DeploymentMark deployment={deployment} />
          </span>
          <DeploymentLine deployment={deployment} />
        </>
      ),
    })),
    ...incidents.map((incident) => ({
      at: incident.openedAt,
      key: `incident ${incident.id}`,
      node: <IncidentLine incident={incident} />,
    })),
  ].sort((left, right) => right.at.getTime() - left.at.getTime());
  return (
    <Section title={weekdayText(day)} count={countText(deployments.length, "deployment")}>
      {freezes.map((freeze) => (
        <Notice key={freeze.id} tone="info" title={`Freeze: ${freeze.title}`} />
      ))}
      <ol>
        {entries.map(({ at, key, node }) => (
          <li
            key={key}
            className="flex min-h-(--row-height) flex-wrap items-center gap-x-4 gap-y-1 border-line border-b py-1 text-table"
          >
            <time dateTime={at.toISOString()} className="tabular w-12 shrink-0 text-muted">
              {timeText(at, timeZone)}
            </time>
            {node}
          </li>
        ))}
      </ol>
    </Section>
  );
}

export function IncidentLine({ incident }: { incident: TimelineIncident }) {
  const { title, severity, closedAt, url, services } = incident;
  return (
    <>
      <span className="w-56 shrink-0">
        <Status tone={closedAt ? "neutral" : "danger"}>
          {closedAt ? "Incident, resolved" : "Incident, open"}
        </Status>
      </span>
      <span className="flex min-w-0 flex-wrap items-center gap-x-3">
        {services.map(({ ref, name }) => (
          <TextLink key={ref} href={entityHref(ref, "deployments")} className="font-medium">
            {name}
          </TextLink>
        ))}
        <span className="min-w-0 break-words">{url ? <TextLink href={url}>{title}</TextLink> : title}</span>
        {severity ? <span className="text-muted text-small">{severityText(severity)}</span> : null}
      </span>
    </>
  );
}
