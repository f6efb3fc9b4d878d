"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { entityHref } from "#components/catalog/entity-href.ts";
import type { Asked } from "#components/delivery/evidence/evidence-link.tsx";
import { EvidenceLink } from "#components/delivery/evidence/evidence-link.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Pager } from "#components/ui/pager.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { AboveRow, RowLink, Table, Td, Th, Tr } from "#components/ui/table.tsx";
import type { Metric, ServiceFigures } from "#server/delivery/figures/model.ts";
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
              Lead time
            </Th>
            <Th isNumber>Fail rate</Th>
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
  const { serviceRef, name, forward, leadTime, changeFailRate, rework, lastDeployedAt } = service;
  const search = figuresSearch({ ...state, ownership: "now" });
  const behind = (metric: Metric, part: string, label: string, words: string) => (
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
      </Td>
      <Td isNumber>{behind("frequency", "deployments", "deployments to production", numberText(forward))}</Td>
      <Td isNumber className="max-sm:hidden">
        {leadTime === null ? (
          service.isImporting ? (
            <BeingImported />
          ) : (
            <TooFew />
          )
        ) : (
          behind("leadTime", "changes", "changes", durationText(leadTime))
        )}
      </Td>
      <Td isNumber>
        {changeFailRate === null ? (
          <NoRate service={service} />
        ) : (
          <FailRate service={service} behind={behind} />
        )}
      </Td>
      <Td isNumber className="max-sm:hidden">
        {behind("rework", "rework", "deployments that repaired something", numberText(rework))}
      </Td>
      <Td isNumber className="text-muted max-md:hidden">
        {lastDeployedAt ? <RelativeTime at={lastDeployedAt} /> : "—"}
      </Td>
    </Tr>
  );
}

/** Enough deployments, and nothing that would have told of a failure: that is no 0 %. */
function NoRate({ service: { changeFailRateReason, isImporting } }: { service: ServiceFigures }) {
  if (isImporting) return <BeingImported />;
  if (changeFailRateReason !== "no_incident_source") return <TooFew />;
  return <span className="text-muted">no incident source</span>;
}

const BeingImported = () => <span className="text-muted">being imported</span>;
const TooFew = () => <span className="text-muted">too few</span>;

type Behind = (metric: Metric, part: string, label: string, words: string) => ReactNode;

/** Never one number while something is unreviewed. */
function FailRate({ service, behind }: { service: ServiceFigures; behind: Behind }) {
  const { changeFailRate, judged, failed, unreviewed } = service;
  const shown = shareText(changeFailRate ?? 0);
  const words = unreviewed > 0 ? `${shown} to ${shareText((failed + unreviewed) / judged)}` : shown;
  return behind("changeFailRate", "deployments", "deployments judged", words);
}
