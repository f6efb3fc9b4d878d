"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { say } from "#components/ui/toast.tsx";
import { isReadingOver } from "#server/shadow/model.ts";

const ShadowDialog = lazy(() => import("./shadow-dialog.tsx"));

/** Follow, read now or stop, and change. */
export function ShadowActions() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  const { data } = useQuery(trpc.shadow.overview.queryOptions());
  const answered = {
    onSuccess: () => queryClient.invalidateQueries(trpc.shadow.overview.pathFilter()),
    onError: (error: unknown) => say(errorWords(error).sentence, { tone: "danger" }),
  };
  const read = useMutation(trpc.shadow.read.mutationOptions(answered));
  const cancel = useMutation(trpc.shadow.cancel.mutationOptions(answered));
  const report = data?.report ?? null;
  const manage = useReason(data?.may.manage);
  const reading = useReason(data?.may.read);
  return (
    <span className="flex flex-wrap gap-2">
      {report ? (
        isReadingOver(report.state) ? (
          <Button disabledReason={reading} isBusy={read.isPending} onClick={() => read.mutate()}>
            Read now
          </Button>
        ) : (
          <Button disabledReason={reading} isBusy={cancel.isPending} onClick={() => cancel.mutate()}>
            Stop reading
          </Button>
        )
      ) : null}
      <Button tone={report ? "secondary" : "primary"} disabledReason={manage} onClick={() => setIsOpen(true)}>
        {report ? "Change" : "Follow a Backstage"}
      </Button>
      {isOpen ? (
        <Suspense>
          <ShadowDialog connection={report?.connection ?? null} onClose={() => setIsOpen(false)} />
        </Suspense>
      ) : null}
    </span>
  );
}
