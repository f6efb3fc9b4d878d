"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useRouter } from "next/navigation";
import { lazy, Suspense, useState } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { say } from "#components/ui/toast.tsx";
import type { Refusal } from "#server/core/refusal.ts";
import type { OverlayItem } from "#server/trust/reads/entity-trust.ts";

const AddDialog = lazy(() => import("./add-dialog.tsx"));

type Props = { entityRef: string; overlays: readonly OverlayItem[]; refusal: Refusal | null };

/** What people added to an entry in the portal, apart from what its file says. */
export function AddedList({ entityRef, overlays, refusal }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const reason = useReason(refusal);
  if (overlays.length === 0 && refusal) return null;
  return (
    <Section
      title="Added in the portal"
      {...(overlays.length > 0 ? { count: overlays.length } : {})}
      action={
        <Button
          tone="quiet"
          size="small"
          label="Add a link or an annotation"
          icon={<Plus aria-hidden size={16} />}
          disabledReason={reason}
          onClick={() => setIsOpen(true)}
        />
      }
    >
      {overlays.length === 0 ? (
        <p className="py-1 text-muted text-table">
          Nothing yet. Links and annotations can stand here beside its source.
        </p>
      ) : (
        <ul>
          {overlays.map((item) => (
            <Added key={item.id} item={item} refusal={refusal} />
          ))}
        </ul>
      )}
      {isOpen ? (
        <Suspense>
          <AddDialog entityRef={entityRef} onClose={() => setIsOpen(false)} />
        </Suspense>
      ) : null}
    </Section>
  );
}

function Added({ item, refusal }: { item: OverlayItem; refusal: Refusal | null }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const reason = useReason(refusal);
  const remove = useMutation(
    trpc.trust.removeOverlay.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.trust.pathFilter());
        router.refresh();
      },
      onError: (error) => say(errorWords(error).sentence, { tone: "danger" }),
    }),
  );
  return (
    <li className="flex items-start gap-2 border-line border-b py-1.5 text-table last:border-b-0">
      <div className="min-w-0 flex-1">
        {item.kind === "link" ? (
          <TextLink href={item.key} title={item.key} className="block truncate">
            {item.value || item.key}
          </TextLink>
        ) : (
          <>
            <span className="block break-words text-muted text-small">{item.key}</span>
            <span className="block break-words font-mono text-small">{item.value}</span>
          </>
        )}
        <span className="block text-muted text-small">
          {item.supersededAt ? "Does not count: the file says this itself now" : `By ${item.addedByName}, `}
          {item.supersededAt ? null : <RelativeTime at={item.addedAt} />}
        </span>
      </div>
      <Button
        tone="quiet"
        size="small"
        label={`Take back ${item.value || item.key}`}
        icon={<X aria-hidden size={14} />}
        disabledReason={reason}
        isBusy={remove.isPending}
        onClick={() => remove.mutate({ id: item.id })}
      />
    </li>
  );
}
