"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { say } from "#components/ui/toast.tsx";
import { type ImportItem, isImportOver } from "#server/delivery/back-fill/model.ts";

const StartImportDialog = lazy(() => import("./start-import-dialog.tsx"));

/** Stop, go on, try again what failed, or choose how far back it reads. */
export function ImportActions({ item }: { item: ImportItem }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  const refusal = useReason(item.may.manage);
  const answered = {
    onSuccess: () => queryClient.invalidateQueries(trpc.deliveryImports.pathFilter()),
    onError: (error: unknown) => say(errorWords(error).sentence, { tone: "danger" }),
  };
  const cancel = useMutation(trpc.deliveryImports.cancel.mutationOptions(answered));
  const retry = useMutation(trpc.deliveryImports.retry.mutationOptions(answered));
  const { connectionId, name } = item;
  return (
    <span className="flex flex-wrap gap-2">
      {item.repositories.failed > 0 ? (
        <Button
          size="small"
          aria-label={`Try what failed of ${name} again`}
          disabledReason={refusal}
          isBusy={retry.isPending}
          onClick={() => retry.mutate({ connectionId })}
        >
          Try failed again
        </Button>
      ) : null}
      {isImportOver(item.state) ? null : (
        <Button
          size="small"
          aria-label={`Stop the import of ${name}`}
          disabledReason={refusal}
          isBusy={cancel.isPending}
          onClick={() => cancel.mutate({ connectionId })}
        >
          Stop
        </Button>
      )}
      <Button
        size="small"
        aria-label={`Import the past of ${name}`}
        disabledReason={refusal}
        onClick={() => setIsOpen(true)}
      >
        {item.state === "cancelled" ? "Go on" : "How far back"}
      </Button>
      <Suspense>
        {isOpen ? <StartImportDialog item={item} onClose={() => setIsOpen(false)} /> : null}
      </Suspense>
    </span>
  );
}
