"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useReason } from "#components/identity/use-reason.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { countText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { say } from "#components/ui/toast.tsx";
import type { LocationItem } from "#server/catalog/model.ts";

/** Of a source that was found by itself: through which connection, how fresh, and what is wrong with it. */
export function FoundSource({ location }: { location: LocationItem }) {
  const trpc = useTRPC();
  const { data: source } = useSuspenseQuery(trpc.discovery.source.queryOptions({ id: location.id }));
  if (!source) return null;
  const trouble =
    source.trouble ?? (["failed", "paused"].includes(source.run.state) ? source.run.failure : null);
  return (
    <div className="flex flex-col gap-3 pb-5">
      {trouble ? (
        <Notice tone="warning" title={trouble}>
          What was last known stays in the catalog
          {location.importedAt ? (
            <>
              , as of <RelativeTime at={location.importedAt} />
            </>
          ) : null}
          {source.troubleSince ? (
            <>
              . It is so since <RelativeTime at={source.troubleSince} />
            </>
          ) : null}
          .
        </Notice>
      ) : null}
      <p className="text-fg-soft text-table">
        {source.isPeople ? "Teams and members of" : "Found by"} the connection {source.connectionName}.{" "}
        {source.isTold
          ? "Webhooks tell of changes within seconds."
          : `No webhooks come in, so a change shows after up to ${countText(source.everyMinutes, "minute")}.`}{" "}
        {source.lookedAt ? (
          <>
            Last looked at <RelativeTime at={source.lookedAt} />.
          </>
        ) : null}
      </p>
      <PeopleSwitch locationId={location.id} source={source} />
    </div>
  );
}

type Source = {
  isPeople: boolean;
  definesPeople: boolean;
  refusedPeople: number;
  may: { definePeople: Parameters<typeof useReason>[0] };
};

/** Rights rest on who is in which team, so an admin says whether this source may tell. */
function PeopleSwitch({ locationId, source }: { locationId: string; source: Source }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const reason = useReason(source.may.definePeople);
  const allow = useMutation(
    trpc.discovery.allowPeople.mutationOptions({
      onSuccess: (_, { isAllowed }) => say(isAllowed ? "Allowed" : "Taken back"),
      onError: (error) => say(errorWords(error).sentence, { tone: "danger" }),
      onSettled: async () => {
        await queryClient.invalidateQueries(trpc.discovery.pathFilter());
        await queryClient.invalidateQueries(trpc.catalog.pathFilter());
      },
    }),
  );
  if (!source.isPeople && !source.definesPeople && source.refusedPeople === 0) return null;
  const words = source.isPeople
    ? source.definesPeople
      ? "Its teams give roles that are mapped to groups of the catalog"
      : "Its teams own things, and give nobody a role"
    : source.definesPeople
      ? "Its files may say who people and teams are"
      : `${countText(source.refusedPeople, "person or team", "people and teams")} in its files ${source.refusedPeople === 1 ? "was" : "were"} not taken`;
  return (
    <Notice
      tone="info"
      title={words}
      action={
        <Button
          size="small"
          disabledReason={reason}
          isBusy={allow.isPending}
          onClick={() => allow.mutate({ locationId, isAllowed: !source.definesPeople })}
        >
          {source.definesPeople ? "Take back" : "Allow"}
        </Button>
      }
    >
      {source.isPeople
        ? "Whoever may make teams at the host could otherwise name one like a group that gives a role."
        : "Rights rest on who is in which team; whoever can push to this repository could name themselves in any."}
    </Notice>
  );
}
