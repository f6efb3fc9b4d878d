"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC, useTRPCClient } from "#components/trpc/provider.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import type { Metric } from "#server/delivery/figures/model.ts";
import type { Asked } from "./evidence-link.tsx";

/** "Since you last looked: 41 → 39, because …". Opening the list is the look. */
export function SinceLastLook({ asked, metric, part }: { asked: Asked; metric: Metric; part: string }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const look = { ...asked, metric, part };
  const { data } = useQuery({
    queryKey: [...trpc.delivery.noteLook.mutationKey(), look],
    queryFn: () => client.delivery.noteLook.mutate(look),
    retry: false,
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  if (!data?.before) return null;
  const { before, count, because } = data;
  return (
    <p className="rounded-control bg-sunken px-3 py-2 text-table">
      Since you last looked (<RelativeTime at={before.at} />
      ):{" "}
      {before.count === count && because.length === 0 ? (
        "nothing has changed."
      ) : (
        <>
          <strong className="tabular font-semibold">
            {numberText(before.count)} → {numberText(count)}
          </strong>
          {because.length > 0 ? `, because ${sentenceOf(because)}.` : "."}
        </>
      )}
    </p>
  );
}

const sentenceOf = (parts: readonly string[]) =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
