"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { say } from "#components/ui/toast.tsx";
import type { PortalEntry } from "#server/catalog/model.ts";
import { entityHref } from "./entity-href.ts";

/** Says on an entry's page that it is kept in the portal, or was until a file came; with what one can do about it. */
export function EditorKept({ entityRef }: { entityRef: string }) {
  const trpc = useTRPC();
  const { data: kept } = useQuery(trpc.entries.kept.queryOptions({ ref: entityRef }));
  if (!kept) return null;
  return (
    <div className="pb-4">
      {kept.yieldedAt ? (
        <Notice
          tone="info"
          title="A file has taken the place of the entry kept here"
          action={<Remove kept={kept} />}
        >
          Since <RelativeTime at={kept.yieldedAt} /> it comes from {kept.yieldedTo}. Change it there; its
          history goes on.
        </Notice>
      ) : (
        <Notice tone="neutral" title="Kept in the portal" action={<Actions kept={kept} />}>
          No file says it. Last written by {kept.updatedBy}, <RelativeTime at={kept.updatedAt} />.
          {kept.newFile ? (
            <>
              {" "}
              <TextLink href={kept.newFile.url}>
                Add {kept.newFile.file} to {kept.newFile.repository}
              </TextLink>
              , filled in at its host: then the file counts.
            </>
          ) : null}
        </Notice>
      )}
    </div>
  );
}

function Actions({ kept }: { kept: PortalEntry }) {
  const reason = useReason(kept.may.change);
  return (
    <span className="flex gap-2">
      {reason ? (
        <Button size="small" disabledReason={reason}>
          Edit
        </Button>
      ) : (
        <ButtonLink size="small" href={`${entityHref(kept.ref)}/edit`} quickAction="Edit this entry">
          Edit
        </ButtonLink>
      )}
      <Remove kept={kept} />
    </span>
  );
}

function Remove({ kept }: { kept: PortalEntry }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const isYielded = kept.yieldedAt !== null;
  const remove = useMutation(
    trpc.entries.remove.mutationOptions({
      onSuccess: async () => {
        say(isYielded ? "Text removed" : "Entry removed");
        setIsAsking(false);
        if (!isYielded) router.push("/catalog");
        await queryClient.invalidateQueries();
      },
      onError: (error) => say(errorWords(error).sentence, { tone: "danger" }),
    }),
  );
  return (
    <>
      <Button size="small" disabledReason={useReason(kept.may.remove)} onClick={() => setIsAsking(true)}>
        {isYielded ? "Forget the old text" : "Remove"}
      </Button>
      {isAsking ? (
        <Dialog
          title={isYielded ? "Forget the old text" : "Remove this entry"}
          description={
            isYielded
              ? "The entry stays as its file says it. Only the text that was kept here goes."
              : "It leaves the catalog. Entries that name it will point to nothing."
          }
          isOpen
          onOpenChange={(isOpen) => isOpen || setIsAsking(false)}
          width="max-w-115"
        >
          <DialogBody className="pb-4">
            <p className="break-all font-mono text-small">{kept.ref}</p>
          </DialogBody>
          <DialogActions>
            <Button onClick={() => setIsAsking(false)}>Keep it</Button>
            <Button tone="danger" isBusy={remove.isPending} onClick={() => remove.mutate({ ref: kept.ref })}>
              {isYielded ? "Forget it" : "Remove entry"}
            </Button>
          </DialogActions>
        </Dialog>
      ) : null}
    </>
  );
}
