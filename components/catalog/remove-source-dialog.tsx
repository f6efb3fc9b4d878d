"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { countText } from "#components/ui/number-text.ts";
import { say } from "#components/ui/toast.tsx";
import type { LocationItem } from "#server/catalog/model.ts";

export default function RemoveSourceDialog({
  location,
  onClose,
}: {
  location: LocationItem;
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.catalog.removeLocation.mutationOptions({
      onSuccess: async ({ removed }) => {
        onClose();
        router.push("/catalog/sources");
        say(`Source removed, and ${countText(removed, "entry", "entries")} with it`);
        await queryClient.invalidateQueries({ ...trpc.catalog.pathFilter(), refetchType: "none" });
      },
    }),
  );
  const entries = countText(location.entityCount, "catalog entry", "catalog entries");
  return (
    <Dialog
      title="Remove this source"
      description={`${entries} that came from it leave the catalog. The files themselves stay where they are, so it can be imported again.`}
      isOpen
      onOpenChange={(isOpen) => isOpen || onClose()}
      width="max-w-115"
    >
      <DialogBody className="pb-4">
        <p className="break-all font-mono text-small">{location.target}</p>
        {remove.error ? (
          <div role="alert" className="pt-3">
            <Notice tone="danger" title="The source is still there">
              {errorWords(remove.error).sentence}
            </Notice>
          </div>
        ) : null}
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>Keep it</Button>
        <Button tone="danger" isBusy={remove.isPending} onClick={() => remove.mutate({ id: location.id })}>
          {remove.isPending ? "Removing…" : "Remove source"}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
