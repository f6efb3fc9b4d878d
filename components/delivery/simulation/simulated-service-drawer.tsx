"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { entityHref } from "#components/catalog/entity-href.ts";
import { OldAndNew, type OldAndNewRow } from "#components/delivery/old-and-new.tsx";
import { FailedRead } from "#components/trpc/failed-read.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Dialog, DialogBody } from "#components/ui/dialog.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { ShowMore } from "#components/ui/show-more.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
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

function Figures({ before, after }: { before: Side; after: Side }) {
  const rows: OldAndNewRow[] = [
    { title: "Deployments", ...both(before, after, ({ deployments }) => numberText(deployments)) },
    { title: "Changes known", ...both(before, after, coverageText) },
    { title: "Changes", ...both(before, after, ({ changes }) => numberText(changes)) },
    ...metrics.map((metric) => ({
      title: metricWords[metric],
      ...both(before, after, ({ figures }) => shortText(figures[metric])),
      note: after.figures[metric].reasonWords ?? before.figures[metric].reasonWords,
    })),
  ];
  return <OldAndNew label="Figures by old and new rules" then="Then" rows={rows} isShort />;
}

const both = (before: Side, after: Side, read: (side: Side) => string) => ({
  before: read(before),
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
      {rows.isError ? <FailedRead error={rows.error} /> : null}
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
        <div className="pt-3">
          <ShowMore
            shown={items.length}
            total={first?.total ?? 0}
            isBusy={rows.isFetchingNextPage}
            onMore={() => void rows.fetchNextPage()}
          />
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
