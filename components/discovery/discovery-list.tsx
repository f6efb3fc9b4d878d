"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { countText, numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { say } from "#components/ui/toast.tsx";
import {
  type DiscoveryItem,
  discoveryStateWords,
  discoveryStepWords,
  isDiscoveryOver,
} from "#server/discovery/model.ts";
import { TroubledList } from "./troubled-list.tsx";

const ScopeDialog = lazy(() => import("./scope-dialog.tsx"));

/** Connections whose repositories are looked through by themselves; `connectionId` shows only that one. */
export function DiscoveryList({ connectionId }: { connectionId?: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(
    trpc.discovery.list.queryOptions(undefined, {
      refetchInterval: ({ state }) =>
        state.data?.items.some((item) => !isDiscoveryOver(item.state)) ? 1_000 : 30_000,
    }),
  );
  const items = data.items.filter((item) => connectionId === undefined || item.connectionId === connectionId);
  if (items.length === 0) return null;
  return (
    <Section title="Found by itself" className="pb-6">
      <ul className="flex flex-col">
        {items.map((item) => (
          <li key={item.connectionId} className="border-line border-t py-3 last:border-b">
            <DiscoveryRow item={item} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

const tones: Record<DiscoveryItem["state"], StatusTone> = {
  waiting: "neutral",
  running: "info",
  paused: "warning",
  done: "success",
  failed: "danger",
  cancelled: "neutral",
};

function DiscoveryRow({ item }: { item: DiscoveryItem }) {
  const { repositories: found } = item;
  const isTroubled = item.state === "failed" || item.state === "paused";
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h3 className="min-w-0 truncate font-medium text-table">{item.name}</h3>
        <Status tone={tones[item.state]}>{stateLine(item)}</Status>
        <span className="flex-1" />
        <DiscoveryActions item={item} />
      </div>
      <p className="text-fg-soft text-table">
        {countText(found.all, "repository", "repositories")}, {numberText(found.withFile)} with a catalog file
        {item.openProposals > 0 ? (
          <>
            {", "}
            <TextLink href="/catalog/discovered">
              {numberText(item.openProposals)} found without a file
            </TextLink>
          </>
        ) : null}
        {found.leftOut > 0 ? `, ${numberText(found.leftOut)} left out` : ""}. <Freshness item={item} />
      </p>
      {isTroubled && item.failure ? (
        <Notice tone={item.state === "failed" ? "danger" : "warning"} title={item.failure}>
          What was last known stays in the catalog
          {item.completedAt ? (
            <>
              , as of <RelativeTime at={item.completedAt} />
            </>
          ) : null}
          .{" "}
          {item.resumeAt ? (
            <>
              It goes on <RelativeTime at={item.resumeAt} />.
            </>
          ) : null}
        </Notice>
      ) : null}
      {item.peopleTrouble ? (
        <Notice tone="warning" title="Teams and members could not be read">
          {item.peopleTrouble}
        </Notice>
      ) : null}
      {item.readersTrouble ? (
        <Notice tone="warning" title="Who may read some private repositories is not known">
          {item.readersTrouble}. Their contents are shown to nobody but admins until then.
        </Notice>
      ) : null}
      {found.gone + found.troubled > 0 ? <TroubledList connectionId={item.connectionId} /> : null}
    </div>
  );
}

function stateLine(item: DiscoveryItem): string {
  if (item.state !== "running" || !item.step) return discoveryStateWords[item.state];
  const count = item.total > 0 ? ` (${numberText(item.done)} of ${numberText(item.total)})` : "";
  return `${discoveryStepWords[item.step]}${count}`;
}

/** How old what the catalogue shows can be. */
function Freshness({ item }: { item: DiscoveryItem }) {
  const whole = item.completedAt ? (
    <>
      Everything was last looked over <RelativeTime at={item.completedAt} />.
    </>
  ) : (
    "It was not looked over to the end yet."
  );
  if (item.isTold && item.lastToldAt)
    return (
      <>
        Changes are told by webhooks, the last one <RelativeTime at={item.lastToldAt} />. {whole}
      </>
    );
  return (
    <>
      No webhooks come in, so a change shows after up to {countText(item.everyMinutes, "minute")}. {whole}
    </>
  );
}

function DiscoveryActions({ item }: { item: DiscoveryItem }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  const answered = {
    onSuccess: () => queryClient.invalidateQueries(trpc.discovery.pathFilter()),
    onError: (error: unknown) => say(errorWords(error).sentence, { tone: "danger" }),
  };
  const run = useMutation(trpc.discovery.run.mutationOptions(answered));
  const cancel = useMutation(trpc.discovery.cancel.mutationOptions(answered));
  const why = { manage: useReason(item.may.manage), run: useReason(item.may.run) };
  const { connectionId } = item;
  return (
    <span className="flex gap-2">
      {item.state === "running" ? (
        <Button
          size="small"
          disabledReason={why.run}
          isBusy={cancel.isPending}
          onClick={() => cancel.mutate({ connectionId })}
        >
          Stop
        </Button>
      ) : (
        <Button
          size="small"
          disabledReason={
            why.run ?? (item.state === "paused" ? "The host asks for patience: it goes on by itself" : null)
          }
          isBusy={run.isPending}
          onClick={() => run.mutate({ connectionId })}
        >
          Look now
        </Button>
      )}
      <Button size="small" disabledReason={why.manage} onClick={() => setIsOpen(true)}>
        What is looked at
      </Button>
      {isOpen ? (
        <Suspense>
          <ScopeDialog item={item} onClose={() => setIsOpen(false)} />
        </Suspense>
      ) : null}
    </span>
  );
}
