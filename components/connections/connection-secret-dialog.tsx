"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { CommandLine } from "#components/ui/command-line.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { ShownOnce } from "#components/ui/shown-once.tsx";
import type { ConnectionItem } from "#server/connections/model.ts";

type Props = { item: ConnectionItem; publicUrl: string | null; onClose: () => void; onMade: () => void };

const placeOf = ({ kind, auth }: ConnectionItem): string => {
  if (kind === "gitlab") return "the field “Secret token” of the webhook of the group or project";
  return `the webhook of ${auth === "app" ? "the App" : "the organisation"}`;
};

/** Makes a webhook secret of one connection, and shows it once with the address that it belongs to. */
export default function ConnectionSecretDialog({ item, publicUrl, onClose, onMade }: Props) {
  const trpc = useTRPC();
  const [retiresOthers, setRetiresOthers] = useState(false);
  const make = useMutation(trpc.connections.makeSecret.mutationOptions({ onSuccess: onMade }));
  if (make.data)
    return (
      <ShownOnce
        title="Copy the secret now"
        description={`It is not shown again. It belongs into ${placeOf(item)}, beside the address.`}
        onClose={onClose}
        width="max-w-[520px]"
      >
        <CommandLine command={make.data.secret} what="secret" />
        <CommandLine command={`${publicUrl ?? window.location.origin}${item.webhookPath}`} what="address" />
        {item.kind === "gitlab" ? (
          <p className="text-table">
            Tick push events and merge request events; of a group also member, project and subgroup events.
          </p>
        ) : null}
      </ShownOnce>
    );
  return (
    <Dialog
      title={`New webhook secret of ${item.name}`}
      description={
        item.kind === "gitlab"
          ? "GitLab shows it with each webhook, and the portal refuses what does not show it."
          : "The host signs each webhook with it, and the portal refuses what is not signed."
      }
      isOpen
      onOpenChange={onClose}
      width="max-w-115"
    >
      <DialogBody className="flex flex-col gap-3">
        <p className="text-table">
          Former secrets stay good, so that the host can be moved to the new one without losing a webhook.
        </p>
        <Checkbox checked={retiresOthers} onChange={() => setRetiresOthers((before) => !before)}>
          End them now: what comes with one of them is refused from then on
        </Checkbox>
        {make.error ? (
          <Notice tone="danger" title="No secret was made">
            {asSentence(errorWords(make.error).sentence)}
          </Notice>
        ) : null}
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          tone="primary"
          isBusy={make.isPending}
          onClick={() => make.mutate({ id: item.id, retiresOthers })}
        >
          Make secret
        </Button>
      </DialogActions>
    </Dialog>
  );
}
