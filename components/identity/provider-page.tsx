"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { MovedToProduction } from "#components/setup/moved-to-production.tsx";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Section } from "#components/ui/section.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { say } from "#components/ui/toast.tsx";
import { ConfirmIdentity, confirmRule } from "./confirm-identity.tsx";
import { DirectorySection } from "./directory-section.tsx";
import { ProviderActions } from "./provider-actions.tsx";
import { ProviderForm } from "./provider-form.tsx";
import { ProviderTable } from "./provider-table.tsx";

const page = "/admin/sign-in";

/** The list of providers, or the form of one of them. */
export function ProviderPage() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data } = useSuspenseQuery(trpc.identity.signInSettings.queryOptions());
  const [shown, setShown] = useState<string | "new" | null>(null);
  const refresh = () => void queryClient.invalidateQueries(trpc.identity.signInSettings.pathFilter());
  const save = useMutation(trpc.identity.saveProvider.mutationOptions());
  const { providers, may, publicUrl, mode } = data;
  if (save.data?.moved) return <MovedToProduction moved={save.data.moved} />;

  const edited = providers.find(({ id }) => id === shown) ?? null;
  const failure = save.error ? errorWords(save.error) : null;
  const isOld = may.change?.rule === confirmRule || failure?.field === "confirm";
  const close = () => {
    setShown(null);
    save.reset();
  };
  const confirm = isOld ? (
    <ConfirmIdentity
      sentence={may.change?.sentence ?? failure?.sentence ?? ""}
      returnTo={page}
      onConfirmed={() => {
        save.reset();
        refresh();
      }}
    />
  ) : null;

  if (shown === "new" || edited)
    return (
      <Section title={edited ? `Change ${edited.name}` : "New provider"} className="pt-4">
        {mode === "evaluation" ? <EvaluationNotice publicUrl={publicUrl} /> : null}
        <ProviderForm
          key={shown}
          provider={edited}
          takenSlugs={providers.map(({ slug }) => slug)}
          publicUrl={publicUrl}
          testPath="/api/auth/test-provider"
          onSave={(input) =>
            save.mutate(
              { ...input, confirmsProduction: mode === "evaluation" },
              {
                onSuccess: ({ moved }) => {
                  if (moved) return;
                  say(`${input.name} was saved`);
                  refresh();
                  setShown(null);
                },
              },
            )
          }
          isSaving={save.isPending}
          failure={failure}
          failureAction={confirm}
          onCancel={close}
          more={
            edited ? (
              <ProviderActions
                id={edited.id}
                name={edited.name}
                refusal={may.change?.sentence ?? null}
                isOn={edited.disabledAt === null}
                onChanged={refresh}
              />
            ) : null
          }
          {...(mode === "evaluation"
            ? {
                consent:
                  "Move this portal to production: remove the demo organisation, its people and all sessions",
              }
            : {})}
        />
      </Section>
    );
  return (
    <div className="flex flex-col gap-4 pt-4">
      {confirm}
      <ProviderTable providers={providers} refusal={may.change} onEdit={setShown} onChanged={refresh} />
      <span>
        <Button tone="primary" disabledReason={may.change?.sentence ?? null} onClick={() => setShown("new")}>
          Add a provider
        </Button>
      </span>
      {may.change && !isOld ? (
        <p className="text-muted text-small">{asSentence(may.change.sentence)}</p>
      ) : null}
      {mode === "production" ? (
        <DirectorySection
          providers={providers}
          publicUrl={publicUrl}
          refusal={may.change?.sentence ?? null}
        />
      ) : null}
    </div>
  );
}

function EvaluationNotice({ publicUrl }: { publicUrl: string | null }) {
  return (
    <div className="max-w-[560px] pb-4">
      <Notice tone="warning" title="Saving moves this evaluation to production">
        The demo organisation, its people and all sessions are removed, and the setup begins.
        {publicUrl
          ? null
          : " Production has a public address: set MILEPOST_URL before people sign in, and register the redirect URI with it."}
      </Notice>
    </div>
  );
}
