"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Section } from "#components/ui/section.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { Status } from "#components/ui/status.tsx";
import type { Source } from "#server/delivery/projection/recognise.ts";
import type { SourceCandidate } from "#server/delivery/sources/inputs.ts";
import { sourceWords } from "#server/delivery/sources/model.ts";
import type { ServiceSource } from "#server/delivery/sources/read-source.ts";
import { type SourceDraft, toCandidate } from "./source-draft.ts";
import { SourceFacts } from "./source-facts.tsx";
import { SourcePreviews } from "./source-previews.tsx";
import { SourceSettings } from "./source-settings.tsx";

const SaveSourceDialog = lazy(() => import("./save-source-dialog.tsx"));

const draftOf = ({ source, settings, pathGlobs }: ServiceSource): SourceDraft => ({
  source,
  settings,
  pathGlobs: pathGlobs.join("\n"),
});

/** Sentences of what the chosen source cannot do without; null where it has all. */
const missingIn = ({ source, settings }: SourceCandidate): string | null =>
  source === "workflow" && !settings?.workflow
    ? "Choose the workflow that deploys under Settings first: only its runs would count."
    : null;

/** Where a service's deployments come from: what stands, what each source would count, and another choice. */
export function SourceForm({ entityRef }: { entityRef: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.deliverySources.ofService.queryOptions({ entityRef }));
  const [draft, setDraft] = useState(() => draftOf(data));
  const [isSaving, setIsSaving] = useState(false);
  const reason = useReason(data.may.change);
  const isSame =
    JSON.stringify(toCandidate(entityRef, draft)) === JSON.stringify(toCandidate(entityRef, draftOf(data)));
  if (reason) return <SourceShown known={data} reason={reason} />;
  const missing = missingIn(toCandidate(entityRef, draft));
  const why = missing ?? (isSame ? "Nothing is changed yet: choose another source or setting" : null);
  return (
    <div className="flex max-w-[960px] flex-col gap-6">
      <Standing source={data.source} />
      <Section title="What each source would count">
        <Suspense fallback={<SkeletonRows rows={6} label="Counting the last 90 days" hasHead />}>
          <SourcePreviews
            candidate={toCandidate(entityRef, draft)}
            current={data.source}
            onChoose={(source) =>
              setDraft((before) => ({
                ...before,
                source,
                settings: source === data.source ? data.settings : {},
              }))
            }
          />
        </Suspense>
      </Section>
      <SourceSettings draft={draft} known={data} onChange={setDraft} />
      <div className="flex flex-col items-start gap-2">
        <Button tone="primary" disabledReason={why} onClick={() => setIsSaving(true)}>
          Compare old and new figures
        </Button>
        {missing ? <p className="text-muted text-small">{missing}</p> : null}
      </div>
      {isSaving ? (
        <Suspense>
          <SaveSourceDialog
            candidate={toCandidate(entityRef, draft)}
            rulesVersion={data.rulesVersion}
            onClose={() => setIsSaving(false)}
          />
        </Suspense>
      ) : null}
    </div>
  );
}

/** The same for whoever may not change it: what stands and what each source would count, with who may choose. */
function SourceShown({ known, reason }: { known: ServiceSource; reason: string }) {
  return (
    <div className="flex max-w-[960px] flex-col gap-6">
      <Notice tone="info" title="You can look at this, and not change it">
        {reason}
      </Notice>
      <Standing source={known.source} />
      <Section title="What each source would count">
        <SourcePreviews candidate={toCandidate(known.entityRef, draftOf(known))} current={known.source} />
      </Section>
      <SourceFacts known={known} />
    </div>
  );
}

function Standing({ source }: { source: Source }) {
  return (
    <p className="text-fg-soft text-table">
      Exactly one source counts as this service’s deployments. Now:{" "}
      <Status tone="info">{sourceWords[source]}</Status>
    </p>
  );
}
