"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { entityHref } from "#components/catalog/entity-href.ts";
import type { Asked } from "#components/delivery/evidence/evidence-link.tsx";
import { EvidenceLink } from "#components/delivery/evidence/evidence-link.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { countText, numberText } from "#components/ui/number-text.ts";
import { Pager } from "#components/ui/pager.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { AboveRow, RowLink, Table, Td, Th, Tr } from "#components/ui/table.tsx";
import type { Metric } from "#server/delivery/figures/model.ts";
import type { ServiceFigures } from "#server/delivery/figures/service-page.ts";
import { durationText, shareText } from "./figure-words.ts";
import { type FiguresState, figuresHref, figuresSearch } from "./figures-address.ts";

type Props = { asked: Asked; base: string; state: FiguresState; cursor?: string | undefined };

/** The services of a team or of all, by name: they are too unlike to be ranked by a figure. */
export function ServicesTable({ asked, base, state, cursor }: Props) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.delivery.figuresByService.queryOptions({ ...asked, cursor }));
  const next = data.nextCursor;
  return (
    <>
      <Table label="Services">
        <thead>
          <tr>
            <Th>Service</Th>
            <Th isNumber>Deployments</Th>
            <Th isNumber className="max-sm:hidden">
              Change lead time
            </Th>
            <Th isNumber>Change fail rate</Th>
            <Th isNumber className="max-sm:hidden">
              Repaired something
            </Th>
            <Th isNumber className="max-md:hidden">
              Last deployed
            </Th>
          </tr>
        </thead>
        <tbody>
          {data.items.map((service) => (
            <ServiceRow key={service.serviceRef} service={service} asked={asked} state={state} />
          ))}
        </tbody>
      </Table>
      {cursor || next ? (
        <Pager
          previousHref={cursor ? figuresHref(base, state) : null}
          nextHref={next ? figuresHref(base, state, { cursor: next }) : null}
        >
          By name
        </Pager>
      ) : null}
    </>
  );
}

type RowProps = { service: ServiceFigures; asked: Asked; state: FiguresState };

function ServiceRow({ service, asked, state }: RowProps) {
  const { serviceRef, name, forward, leadTime, rework, lastDeployedAt } = service;
  const search = figuresSearch({ ...state, ownership: "now" });
  // The service's own list holds what was deployed while another team had it, too: it would be longer than the number.
  const behind = (metric: Metric, part: string, label: string, words: string) =>
    service.isThroughout ? (
      <AboveRow>
        <EvidenceLink
          asked={{ ...asked, scope: { kind: "service", ref: serviceRef }, ownership: "now" }}
          metric={metric}
          part={part}
          label={`${name}: ${label}`}
        >
          {words}
        </EvidenceLink>
      </AboveRow>
    ) : (
      words
    );
  return (
    <Tr>
      <Td className="max-w-60">
        <RowLink
          href={`${entityHref(serviceRef, "delivery")}${search.size > 0 ? `?${search}` : ""}`}
          className="block truncate"
        >
          {name}
        </RowLink>
        <Seen service={service} />
      </Td>
      <Td isNumber>
        {forward === null ? (
          <NoNumber />
        ) : (
          behind("frequency", "deployments", "deployments to production", numberText(forward))
        )}
      </Td>
      <Td isNumber className="max-sm:hidden">
        {leadTime === null ? (
          <NoSummary service={service} />
        ) : (
          behind("leadTime", "changes", "changes", durationText(leadTime))
        )}
      </Td>
      <Td isNumber>
        <FailRate service={service} behind={behind} />
      </Td>
      <Td isNumber className="max-sm:hidden">
        {rework === null ? (
          <NoNumber />
        ) : (
          behind("rework", "rework", "deployments that repaired something", numberText(rework))
        )}
      </Td>
      <Td isNumber className="text-muted max-md:hidden">
        {lastDeployedAt ? <RelativeTime at={lastDeployedAt} /> : <NoNumber />}
      </Td>
    </Tr>
  );
}

/** Why a row has no numbers, or how much of the window they are of; nothing where all of it was seen. */
function Seen({ service: { reasonWords, days } }: { service: ServiceFigures }) {
  if (reasonWords === null && days.seen === days.of) return null;
  return (
    <span className="block text-muted text-small">
      {reasonWords ?? `${days.seen} of ${countText(days.of, "day")} seen`}
    </span>
  );
}

const NoNumber = () => (
  <span className="text-muted">
    <span aria-hidden="true">—</span>
    <span className="sr-only">no number</span>
  </span>
);

const NoSummary = ({ service: { reason } }: { service: ServiceFigures }) =>
  reason ? <NoNumber /> : <span className="text-muted">too few</span>;

type Behind = (metric: Metric, part: string, label: string, words: string) => ReactNode;

/**
 * Never one number while something is unreviewed. Enough deployments, and nothing that would have told of a failure, is no
 * 0 %.
 */
function FailRate({ service, behind }: { service: ServiceFigures; behind: Behind }) {
  const { changeFailRate, changeFailRateReason, judged, failed, unreviewed } = service;
  if (changeFailRateReason === "no_incident_source")
    return <span className="text-muted">no incident source</span>;
  if (changeFailRate === null || judged === null || failed === null) return <NoSummary service={service} />;
  const shown = shareText(changeFailRate);
  const words = unreviewed ? `${shown} to ${shareText((failed + unreviewed) / judged)}` : shown;
  return behind("changeFailRate", "deployments", "deployments judged", words);
}
