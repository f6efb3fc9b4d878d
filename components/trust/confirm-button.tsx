"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useReason } from "#components/identity/use-reason.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { say } from "#components/ui/toast.tsx";
import type { Refusal } from "#server/core/refusal.ts";

/** One press says that the whole entry is still right. */
export function ConfirmButton({ entityRef, refusal }: { entityRef: string; refusal: Refusal | null }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const reason = useReason(refusal);
  const confirm = useMutation(
    trpc.trust.confirm.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.trust.pathFilter());
        router.refresh();
        say("Confirmed: it is still right");
      },
      onError: (error) => say(errorWords(error).sentence, { tone: "danger" }),
    }),
  );
  return (
    <Button
      size="small"
      disabledReason={reason}
      isBusy={confirm.isPending}
      onClick={() => confirm.mutate({ refs: [entityRef] })}
    >
      Still right
    </Button>
  );
}
