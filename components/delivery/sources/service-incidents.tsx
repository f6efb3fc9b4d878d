"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Status } from "#components/ui/status.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { say } from "#components/ui/toast.tsx";
import { endedByPeople } from "#server/delivery/sources/inputs.ts";
import type { ReportedIncidentRow } from "#server/delivery/sources/read-incidents.ts";
import { originWords, severityText } from "./origin-words.ts";

const IncidentDialog = lazy(() => import("./incident-dialog.tsx"));

/** Incidents that pagers, alerts, calls and people of the team told, with the button that reports one. */
export function ServiceIncidents({ entityRef }: { entityRef: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data } = useSuspenseQuery(trpc.deliverySources.incidents.queryOptions({ entityRef }));
  const [isOpen, setIsOpen] = useState(false);
  const reason = useReason(data.may.report);
  const resolve = useMutation(
    trpc.deliverySources.resolveIncident.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.deliverySources.incidents.pathFilter());
        say("Incident resolved");
      },
      onError: (error) => say(errorWords(error).sentence, { tone: "danger" }),
    }),
  );
  return (
    <Section
      title="Reported incidents"
      action={
        <Button size="small" disabledReason={reason} onClick={() => setIsOpen(true)}>
          Report an incident
        </Button>
      }
    >
      {data.items.length === 0 ? (
        <p className="py-2 text-muted text-table">None from pagers, alerts, programs or people.</p>
      ) : (
        <ul>
          {data.items.map((incident) => (
            <Incident
              key={`${incident.source} ${incident.key}`}
              incident={incident}
              reason={reason}
              isBusy={resolve.isPending && resolve.variables.key === incident.key}
              onResolve={(by) => resolve.mutate({ source: by, key: incident.key })}
            />
          ))}
        </ul>
      )}
      {isOpen ? (
        <Suspense>
          <IncidentDialog
            entityRef={entityRef}
            deployments={data.deployments}
            onClose={() => setIsOpen(false)}
          />
        </Suspense>
      ) : null}
    </Section>
  );
}

type EndedByPeople = (typeof endedByPeople)[number];

const namedWords = { known: "names its deployment", unknown: "names a deployment that is not known" };

type Props = {
  incident: ReportedIncidentRow;
  reason: string | null;
  isBusy: boolean;
  onResolve: (source: EndedByPeople) => void;
};

function Incident({ incident, reason, isBusy, onResolve }: Props) {
  const { title, severity, source, url, openedAt, resolvedAt, named } = incident;
  const ended = endedByPeople.find((one) => one === source);
  const facts = [originWords[source], severityText(severity), named ? namedWords[named] : null].filter(
    Boolean,
  );
  return (
    <li className="flex min-h-(--row-height) items-start gap-x-3 border-line border-b py-2 text-table">
      <Status tone={resolvedAt ? "neutral" : "danger"} className="w-20 shrink-0">
        {resolvedAt ? "Resolved" : "Open"}
      </Status>
      <span className="min-w-0 flex-1 break-words">
        {url ? <TextLink href={url}>{title}</TextLink> : title}
        <span className="block text-muted text-small">
          {facts.join(" · ")} · opened <RelativeTime at={openedAt} />
        </span>
      </span>
      {ended && !resolvedAt ? (
        <Button
          size="small"
          aria-label={`Resolve ${title}`}
          disabledReason={reason}
          isBusy={isBusy}
          onClick={() => onResolve(ended)}
        >
          Resolve
        </Button>
      ) : null}
    </li>
  );
}
