"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { say } from "#components/ui/toast.tsx";
import type { Refusal } from "#server/core/refusal.ts";
import { Editor } from "./editor.tsx";
import { exampleEntry } from "./editor-example.ts";
import { useVerdict, Verdict } from "./editor-verdict.tsx";
import { entityHref } from "./entity-href.ts";

type Props = {
  /** The entry as it is kept; null for a new one. */
  kept: { ref: string; text: string; version: number } | null;
  refusal: Refusal | null;
};

/** Writes an entry that is kept in the portal, checked while one types. */
export function EditorEntry({ kept, refusal }: Props) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [text, setText] = useState(kept?.text ?? exampleEntry);
  const { verdict, findings } = useVerdict(text);
  const reason = useReason(refusal);
  const save = useMutation(
    trpc.entries.save.mutationOptions({
      onSuccess: async ({ entries: [saved] }) => {
        await queryClient.invalidateQueries();
        say(kept ? "Entry saved" : "Entry added");
        router.push(entityHref(saved?.ref ?? kept?.ref ?? ""));
        router.refresh();
      },
    }),
  );
  const stated = verdict?.documents[0]?.ref;
  const isRenamed = kept !== null && stated !== undefined && stated !== null && stated !== kept.ref;
  const why =
    reason ??
    (isRenamed ? `This entry is ${kept.ref}: add another one for ${stated}` : null) ??
    (text.trim() === "" ? "Write an entry" : null);
  const submit = () => save.mutate({ text, ...(kept && !isRenamed ? { version: kept.version } : {}) });
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-10 gap-y-6 border-line border-t pt-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <div className="flex min-w-0 flex-col gap-3">
        <Editor label="Entry" value={text} onChange={setText} findings={findings} />
        {save.error ? (
          <div role="alert">
            <Notice tone="danger" title="The entry was not saved">
              {asSentence(errorWords(save.error).sentence)}
            </Notice>
          </div>
        ) : null}
        <div className="flex flex-wrap gap-2">
          <Button tone="primary" isBusy={save.isPending} disabledReason={why} onClick={submit}>
            {save.isPending ? "Saving…" : kept ? "Save entry" : "Add entry"}
          </Button>
          <ButtonLink href={kept ? entityHref(kept.ref) : "/catalog"}>Cancel</ButtonLink>
        </div>
      </div>
      <div aria-live="polite" className="min-w-0">
        <Verdict verdict={verdict} />
      </div>
    </div>
  );
}
