"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useReason } from "#components/identity/use-reason.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { say } from "#components/ui/toast.tsx";
import type { Refusal } from "#server/core/refusal.ts";

/** Interprets the stored bytes once more. It changes nothing twice, so it needs no question. */
export function ReplayButton({ id, refusal }: { id: number; refusal: Refusal | null }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const replay = useMutation(
    trpc.github.replay.mutationOptions({
      onSuccess: () => say("It is being read again"),
      onError: (error) => say(error.message, { tone: "danger" }),
      onSettled: () => queryClient.invalidateQueries(trpc.github.delivery.queryFilter({ id })),
    }),
  );
  return (
    <Button
      tone="primary"
      disabledReason={useReason(refusal)}
      isBusy={replay.isPending}
      onClick={() => replay.mutate({ id })}
    >
      Replay
    </Button>
  );
}
