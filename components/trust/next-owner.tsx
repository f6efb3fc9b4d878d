"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { entityHref } from "#components/catalog/entity-href.ts";
import { useReason } from "#components/identity/use-reason.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Copyable } from "#components/ui/copyable.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { say } from "#components/ui/toast.tsx";
import type { Refusal } from "#server/core/refusal.ts";
import type { EntityTrust } from "#server/trust/reads/entity-trust.ts";

type Props = {
  entityRef: string;
  proposal: NonNullable<EntityTrust["proposal"]>;
  refusal: Refusal | null;
};

/** "Owner (proposed)": who is to take it over, and the line of the file that has to say so. */
export function NextOwner({ entityRef, proposal, refusal }: Props) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const withdraw = useMutation(
    trpc.trust.withdrawOwner.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.trust.pathFilter());
        router.refresh();
      },
      onError: (error) => say(errorWords(error).sentence, { tone: "danger" }),
    }),
  );
  const reason = useReason(refusal);
  return (
    <Notice
      tone="info"
      title="Owner (proposed)"
      action={
        <Button
          size="small"
          disabledReason={reason}
          isBusy={withdraw.isPending}
          onClick={() => withdraw.mutate({ ref: entityRef })}
        >
          Take back
        </Button>
      }
    >
      <p>
        <TextLink href={entityHref(proposal.ownerRef)}>{proposal.title}</TextLink> is to take it over, as{" "}
        {proposal.byName} said <RelativeTime at={proposal.at} />. It counts when the file says so
        {proposal.line ? `, in line ${proposal.line}` : null}:
      </p>
      <Copyable text={`owner: ${proposal.ownerRef}`} label="Copy the line" />
      {proposal.editUrl ? " " : null}
      {proposal.editUrl ? <TextLink href={proposal.editUrl}>Change the file at its host</TextLink> : null}
    </Notice>
  );
}
