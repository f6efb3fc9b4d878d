"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { say } from "#components/ui/toast.tsx";

/** What is done every hour and every night, now. */
export function CompareButton() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const compare = useMutation(
    trpc.github.compareNow.mutationOptions({
      onSuccess: ({ connections }) =>
        say(
          connections === 0
            ? "There is no connection to compare with"
            : "It is being compared; this page follows along",
        ),
      onError: (error) => say(error.message, { tone: "danger" }),
      onSettled: () => queryClient.invalidateQueries(trpc.github.health.pathFilter()),
    }),
  );
  return (
    <Button isBusy={compare.isPending} onClick={() => compare.mutate()}>
      Look for missing webhooks
    </Button>
  );
}
