"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useReason } from "#components/identity/use-reason.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { say } from "#components/ui/toast.tsx";
import type { Refusal } from "#server/core/refusal.ts";

type Props = {
  entityRef: string;
  refusal: Refusal | null;
  /** One field of it; absent: the whole entry. */
  fact?: { name: string; pointer: string };
};

/** One press says that the entry, or one fact of it, is still right. */
export function ConfirmButton({ entityRef, refusal, fact }: Props) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const reason = useReason(refusal);
  const confirm = useMutation(
    trpc.trust.confirm.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.trust.pathFilter());
        router.refresh();
        say(fact ? `Confirmed: “${fact.name}” is still right` : "Confirmed: it is still right");
      },
      onError: (error) => say(errorWords(error).sentence, { tone: "danger" }),
    }),
  );
  return (
    <Button
      size="small"
      disabledReason={reason}
      isBusy={confirm.isPending}
      aria-label={fact ? `Still right: ${fact.name}` : undefined}
      onClick={() => confirm.mutate({ refs: [entityRef], fact: fact?.pointer ?? "" })}
    >
      Still right
    </Button>
  );
}
