"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useReason } from "#components/identity/use-reason.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { say } from "#components/ui/toast.tsx";

/** Orders a backup; the worker writes it while everybody goes on working. */
export function BackupButton() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data } = useQuery(trpc.recovery.backups.queryOptions());
  const order = useMutation(
    trpc.recovery.requestBackup.mutationOptions({
      onSuccess: () => say("A backup is ordered"),
      onError: (error) => say(error.message, { tone: "danger" }),
      onSettled: () => queryClient.invalidateQueries(trpc.recovery.backups.pathFilter()),
    }),
  );
  return (
    <Button
      tone="primary"
      disabledReason={useReason(data?.may.request)}
      isBusy={order.isPending}
      onClick={() => order.mutate()}
    >
      Back up now
    </Button>
  );
}
