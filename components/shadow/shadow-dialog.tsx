"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { OutsideDialog } from "#components/layout/outside-dialog.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { say } from "#components/ui/toast.tsx";
import type { ShadowReport } from "#server/shadow/model.ts";

type Props = { connection: ShadowReport["connection"] | null; onClose: () => void };

/** Which Backstage is followed, and how it is reached. */
export default function ShadowDialog({ connection, onClose }: Props) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const done = (words: string) => async () => {
    await queryClient.invalidateQueries(trpc.shadow.pathFilter());
    say(words);
    onClose();
  };
  const connect = useMutation(
    trpc.shadow.connect.mutationOptions({ onSuccess: done("Backstage is read now") }),
  );
  const remove = useMutation(
    trpc.shadow.remove.mutationOptions({ onSuccess: done("Backstage is not followed any more") }),
  );
  return (
    <OutsideDialog
      title={connection ? "Change how Backstage is reached" : "Follow a Backstage"}
      description="Its catalog is read and compared, every quarter of an hour. Nothing is written there"
      place={connection}
      addressHelp="Of its backend, such as https://backstage.example.com"
      tokenHelp="A static token from backend.auth.externalAccess; it is kept sealed"
      mostToken={5000}
      save={{
        error: connect.error,
        isPending: connect.isPending,
        words: "Save and read",
        onSave: (reach) => connect.mutate(reach),
      }}
      remove={{
        error: remove.error,
        isPending: remove.isPending,
        words: ["Stop following", "Forget it for good"],
        onRemove: () => remove.mutate(),
      }}
      onClose={onClose}
    />
  );
}
