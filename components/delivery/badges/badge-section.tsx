"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Copyable } from "#components/ui/copyable.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Select } from "#components/ui/select.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { say } from "#components/ui/toast.tsx";
import { type BadgeKind, type BadgeRow, badgeKinds, badgeKindWords } from "#server/delivery/badges/model.ts";

/** Images of a figure for README files: whoever has an address sees the figure, so owners make and revoke them. */
export function BadgeSection({ entityRef }: { entityRef: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data } = useSuspenseQuery(trpc.delivery.badges.queryOptions({ entityRef }));
  const reason = useReason(data.may.change);
  const [kind, setKind] = useState<BadgeKind>("frequency");
  const [made, setMade] = useState<string | null>(null);
  const refresh = () => queryClient.invalidateQueries(trpc.delivery.badges.pathFilter());
  const make = useMutation(
    trpc.delivery.makeBadge.mutationOptions({
      onSuccess: ({ path }) => setMade(new URL(path, window.location.origin).href),
      onError: (error) => say(error.message, { tone: "danger" }),
      onSettled: refresh,
    }),
  );
  const options = badgeKinds.map((value) => ({ value, label: badgeKindWords[value] }));
  return (
    <Section title="Badges">
      <p className="pb-2 text-muted text-table">
        A small image of one figure, for a README. Anybody who has its address sees the figure, and nothing
        else.
      </p>
      <span className="flex flex-wrap gap-2 pb-3">
        <Select
          aria-label="What the badge shows"
          value={kind}
          onChange={(event) => setKind(badgeKinds.find((one) => one === event.target.value) ?? "frequency")}
          options={options}
        />
        <Button
          disabledReason={reason}
          isBusy={make.isPending}
          onClick={() => make.mutate({ entityRef, kind })}
        >
          Make a badge
        </Button>
      </span>
      {made ? (
        <Notice tone="success" title="Copy its address now: it is not shown again">
          <Copyable text={made} label="Copy the address of the badge" />
        </Notice>
      ) : null}
      {data.items.length > 0 ? (
        <Table label="Badges">
          <thead>
            <tr>
              <Th>Shows</Th>
              <Th className="max-sm:hidden">Made</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((badge) => (
              <BadgeLine key={badge.id} badge={badge} refusal={reason} onDone={refresh} />
            ))}
          </tbody>
        </Table>
      ) : null}
    </Section>
  );
}

type LineProps = { badge: BadgeRow; refusal: string | null; onDone: () => unknown };

/** Asks once more in place: pages that show the badge lose it, and its address cannot be brought back. */
function BadgeLine({ badge, refusal, onDone }: LineProps) {
  const trpc = useTRPC();
  const [isAsked, setIsAsked] = useState(false);
  const revoke = useMutation(
    trpc.delivery.revokeBadge.mutationOptions({
      onSuccess: () => say("The badge was revoked; caches let go of it within five minutes"),
      onError: (error) => say(error.message, { tone: "danger" }),
      onSettled: onDone,
    }),
  );
  const name = badgeKindWords[badge.kind];
  return (
    <Tr>
      <Td>
        {name} <span className="font-mono text-muted text-small">…{badge.hint}</span>
      </Td>
      <Td className="text-muted max-sm:hidden">
        <RelativeTime at={badge.createdAt} /> by {badge.createdByName}
      </Td>
      <Td className="text-right">
        {isAsked ? (
          <span className="inline-flex gap-1.5">
            <Button size="small" tone="quiet" onClick={() => setIsAsked(false)}>
              Keep
            </Button>
            <Button
              size="small"
              tone="danger"
              isBusy={revoke.isPending}
              onClick={() => revoke.mutate({ id: badge.id })}
            >
              Revoke for good
            </Button>
          </span>
        ) : (
          <Button
            size="small"
            disabledReason={refusal}
            aria-label={`Revoke ${name} …${badge.hint}`}
            onClick={() => setIsAsked(true)}
          >
            Revoke
          </Button>
        )}
      </Td>
    </Tr>
  );
}
