"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { FailedRead } from "#components/trpc/failed-read.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Pager } from "#components/ui/pager.tsx";
import { Section } from "#components/ui/section.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { Status } from "#components/ui/status.tsx";
import { Table, Td, Th } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { type Metric, metricWords } from "#server/delivery/figures/model.ts";
import type { SimulatedService } from "#server/delivery/simulation/model.ts";
import { BeforeAfter } from "./before-after.tsx";
import { coverageText, shortText } from "./simulation-words.ts";

const SimulatedServiceDrawer = lazy(() => import("./simulated-service-drawer.tsx"));

type Props = { id: string; onlyChanged: boolean; cursor?: string | undefined; isOver: boolean };

/** Every service by both rules, those first of which most deployments count differently. */
export function SimulatedServices({ id, onlyChanged, cursor, isOver }: Props) {
  const trpc = useTRPC();
  const [opened, setOpened] = useState<SimulatedService | null>(null);
  const listed = useQuery({
    ...trpc.deliverySimulations.services.queryOptions({ id, onlyChanged, cursor }),
    placeholderData: keepPreviousData,
    refetchInterval: isOver ? false : 3_000,
  });
  const page = `/admin/delivery/simulations/${id}`;
  const filter = onlyChanged ? "?changed=1" : "";
  return (
    <Section title="Services" {...(listed.data ? { count: numberText(listed.data.total) } : {})}>
      <p className="flex flex-wrap gap-x-4 gap-y-1 pb-2 text-table">
        <TextLink href={onlyChanged ? page : `${page}?changed=1`}>
          {onlyChanged ? "Show all" : "Show only those that change"}
        </TextLink>
        {isOver ? (
          <>
            <TextLink href={`/api/v1/delivery/simulations/${id}/services.csv`}>Services as CSV</TextLink>
            <TextLink href={`/api/v1/delivery/simulations/${id}/deployments.csv`}>
              Deployments as CSV
            </TextLink>
          </>
        ) : null}
      </p>
      {listed.isError ? <FailedRead error={listed.error} /> : null}
      {listed.isPending ? <SkeletonRows rows={8} label="Loading services" hasHead /> : null}
      {listed.data?.items.length === 0 ? (
        <EmptyState kind={onlyChanged ? "filtered" : "nothing"} title="No service changes" isCompact />
      ) : null}
      {listed.data && listed.data.items.length > 0 ? (
        <Rows items={listed.data.items} onOpen={setOpened} />
      ) : null}
      {cursor || listed.data?.nextCursor ? (
        <Pager
          previousHref={cursor ? `${page}${filter}` : null}
          nextHref={
            listed.data?.nextCursor
              ? `${page}?${onlyChanged ? "changed=1&" : ""}cursor=${listed.data.nextCursor}`
              : null
          }
        >
          Most deployments that count differently first
        </Pager>
      ) : null}
      {opened ? (
        <Suspense>
          <SimulatedServiceDrawer id={id} service={opened} onClose={() => setOpened(null)} />
        </Suspense>
      ) : null}
    </Section>
  );
}

const columns: readonly { metric: Metric; title: string; className: string }[] = [
  { metric: "leadTime", title: metricWords.leadTime, className: "max-md:hidden" },
  { metric: "changeFailRate", title: metricWords.changeFailRate, className: "max-lg:hidden" },
  { metric: "recovery", title: metricWords.recovery, className: "max-xl:hidden" },
  { metric: "rework", title: metricWords.rework, className: "max-xl:hidden" },
];

type RowsProps = { items: readonly SimulatedService[]; onOpen: (service: SimulatedService) => void };

function Rows({ items, onOpen }: RowsProps) {
  return (
    <Table label="Services by old and new rules">
      <thead>
        <tr>
          <Th>Service</Th>
          <Th isNumber>Deployments</Th>
          {columns.map(({ metric, title, className }) => (
            <Th key={metric} isNumber className={className}>
              {title}
            </Th>
          ))}
          <Th isNumber className="max-lg:hidden">
            Changes known
          </Th>
          <Th isNumber className="max-sm:hidden">
            In
          </Th>
          <Th isNumber className="max-sm:hidden">
            Out
          </Th>
        </tr>
      </thead>
      <tbody>
        {items.map((service) => (
          <Row key={service.entityRef} service={service} onOpen={onOpen} />
        ))}
      </tbody>
    </Table>
  );
}

function Row({ service, onOpen }: { service: SimulatedService } & Pick<RowsProps, "onOpen">) {
  const { name, before, after, cameIn, wentOut, failure } = service;
  return (
    <tr>
      <Td className="max-w-60">
        <button
          type="button"
          aria-haspopup="dialog"
          className="max-w-full truncate rounded-tight font-medium underline decoration-line-strong underline-offset-3 hover:decoration-current"
          onClick={() => onOpen(service)}
        >
          {name}
        </button>
      </Td>
      {before && after ? (
        <>
          <Td isNumber>
            <BeforeAfter before={numberText(before.deployments)} after={numberText(after.deployments)} />
          </Td>
          {columns.map(({ metric, className }) => (
            <Td key={metric} isNumber className={className}>
              <BeforeAfter
                before={shortText(before.figures[metric])}
                after={shortText(after.figures[metric])}
              />
            </Td>
          ))}
          <Td isNumber className="max-lg:hidden">
            <BeforeAfter before={coverageText(before)} after={coverageText(after)} />
          </Td>
          <Td isNumber className="max-sm:hidden">
            {numberText(cameIn)}
          </Td>
          <Td isNumber className="max-sm:hidden">
            {numberText(wentOut)}
          </Td>
        </>
      ) : (
        <Td colSpan={8}>
          <Status tone="danger">{failure ?? "It could not be worked out"}</Status>
        </Td>
      )}
    </tr>
  );
}
