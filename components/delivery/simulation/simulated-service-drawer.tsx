"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { entityHref } from "#components/catalog/entity-href.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogBody } from "#components/ui/dialog.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { Table, Td, Th } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { metrics, metricWords } from "#server/delivery/figures/model.ts";
import {
  type Moved,
  moveWords,
  type Side,
  type SimulatedService,
} from "#server/delivery/simulation/model.ts";
import { coverageText, shortText } from "./simulation-words.ts";

type Props = { id: string; service: SimulatedService; onClose: () => void };

/** One service by both rules: all its figures, and each deployment that counts differently with the rule that does it. */
export default function SimulatedServiceDrawer({ id, service, onClose }: Props) {
  const { entityRef, name, before, after, failure } = service;
  return (
    <Dialog
      title={name}
      description="By the old and the new rules. Nothing is changed until you save them."
      place="drawer"
      isOpen
      onOpenChange={(isOpen) => isOpen || onClose()}
    >
      <DialogBody className="flex flex-col gap-6">
        {before && after ? (
          <Figures before={before} after={after} />
        ) : (
          <EmptyState kind="error" title="It could not be worked out" isCompact>
            {failure}
          </EmptyState>
        )}
        <Moves id={id} service={service} />
        <p className="text-table">
          <TextLink href={entityHref(entityRef, "delivery")}>The service's delivery as it stands</TextLink>
        </p>
      </DialogBody>
    </Dialog>
  );
}

/** Over a dialog's ground, where nothing scrolls under it. */
const plainHead = "static! bg-transparent!";

function Figures({ before, after }: { before: Side; after: Side }) {
  const rows = [
    { title: "Deployments", ...both(before, after, ({ deployments }) => numberText(deployments)) },
    { title: "Changes known", ...both(before, after, coverageText) },
    { title: "Changes", ...both(before, after, ({ changes }) => numberText(changes)) },
    ...metrics.map((metric) => ({
      title: metricWords[metric],
      ...both(before, after, ({ figures }) => shortText(figures[metric])),
      note: after.figures[metric].reasonWords ?? before.figures[metric].reasonWords,
    })),
  ];
  return (
    <Table label="Figures by old and new rules">
      <thead>
        <tr>
          <Th className={plainHead}>Figure</Th>
          <Th isNumber className={plainHead}>
            Now
          </Th>
          <Th isNumber className={plainHead}>
            Then
          </Th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.title}>
            <Td className="py-1">
              {row.title}
              {"note" in row && row.note ? (
                <span className="block text-muted text-small">{row.note}</span>
              ) : null}
            </Td>
            <Td isNumber className="whitespace-nowrap py-1 text-fg-soft">
              {row.now}
            </Td>
            <Td
              isNumber
              className={`whitespace-nowrap py-1 ${row.now === row.after ? "text-muted" : "font-medium"}`}
            >
              {row.after}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

const both = (before: Side, after: Side, read: (side: Side) => string) => ({
  now: read(before),
  after: read(after),
});

function Moves({ id, service: { entityRef, cameIn, wentOut, altered } }: Omit<Props, "onClose">) {
  const trpc = useTRPC();
  const rows = useInfiniteQuery(
    trpc.deliverySimulations.moves.infiniteQueryOptions(
      { id, entityRef },
      { getNextPageParam: ({ nextCursor }) => nextCursor },
    ),
  );
  const items = rows.data?.pages.flatMap((page) => page.items) ?? [];
  const all = cameIn + wentOut + altered;
  const [first] = rows.data?.pages ?? [];
  return (
    <Section title="Deployments that count differently" count={numberText(all)} level={3}>
      {rows.isError ? (
        <EmptyState
          kind="error"
          title={errorWords(rows.error).sentence}
          requestId={errorWords(rows.error).requestId}
          isCompact
        />
      ) : null}
      {rows.isPending ? <SkeletonRows rows={4} label="Loading deployments" /> : null}
      {first && all === 0 ? (
        <p className="py-2 text-muted text-table">Every deployment counts as it does now.</p>
      ) : null}
      {first?.isCut ? (
        <p className="pb-2 text-muted text-small">Listed are the newest {numberText(first.total)}.</p>
      ) : null}
      <ul className="flex flex-col">
        {items.map((item) => (
          <MoveItem key={`${item.move} ${item.source} ${item.sourceKey}`} item={item} />
        ))}
      </ul>
      {rows.hasNextPage ? (
        <div className="flex items-center gap-3 pt-3">
          <Button isBusy={rows.isFetchingNextPage} onClick={() => void rows.fetchNextPage()}>
            Show more
          </Button>
          <span className="tabular text-muted text-small">
            {numberText(items.length)} of {numberText(first?.total ?? 0)}
          </span>
        </div>
      ) : null}
    </Section>
  );
}

const tones = { in: "success", out: "warning", altered: "neutral" } as const;

function MoveItem({ item: { move, environment, sha, ref, at, why } }: { item: Moved }) {
  const about = [ref, sha ? `commit ${sha.slice(0, 7)}` : null].filter((part) => part !== null);
  return (
    <li className="flex items-start gap-3 border-line border-b py-2">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Badge tone={tones[move]}>{moveWords[move]}</Badge>
          <span className="break-all font-medium text-table">{environment}</span>
          <span className="break-all text-muted text-small">{about.join(" · ")}</span>
        </p>
        <p className="break-words text-fg-soft text-table">{why}</p>
      </div>
      <RelativeTime at={at} className="shrink-0 text-muted text-small" />
    </li>
  );
}
