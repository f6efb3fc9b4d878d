"use client";

import { useMutation, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { EditedProvider } from "#components/identity/provider-draft.ts";
import { ProviderForm } from "#components/identity/provider-form.tsx";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { ChangeButton } from "#components/ui/change-button.tsx";
import type { StepProps } from "./setup-wizard.tsx";

/** How people sign in: the portal has no passwords of its own. What was entered wrongly is changed here too. */
export function ProviderStep({ onDone }: StepProps) {
  const trpc = useTRPC();
  const { data: providers } = useSuspenseQuery(trpc.setup.providers.queryOptions());
  const [edited, setEdited] = useState<EditedProvider | "new" | null>(providers.length === 0 ? "new" : null);
  if (edited)
    return (
      <EditProvider
        provider={edited === "new" ? null : edited}
        onDone={onDone}
        onCancel={providers.length > 0 ? () => setEdited(null) : undefined}
      />
    );
  return (
    <div className="flex max-w-[480px] flex-col gap-4">
      <ul className="border-line border-t">
        {providers.map((provider) => (
          <li
            key={provider.id}
            className="flex items-center justify-between gap-4 border-line border-b py-2 text-table"
          >
            <span className="min-w-0">
              <span className="block truncate font-medium">{provider.name}</span>
              <span className="block truncate text-muted text-small">{provider.settings.issuer}</span>
            </span>
            <ChangeButton name={provider.name} onChange={() => setEdited(provider)} />
          </li>
        ))}
      </ul>
      <div className="flex gap-2">
        <Button tone="primary" onClick={onDone}>
          Go on
        </Button>
        <Button onClick={() => setEdited("new")}>Add another provider</Button>
      </div>
    </div>
  );
}

type EditProps = { provider: EditedProvider | null; onDone: () => void; onCancel: (() => void) | undefined };

function EditProvider({ provider, onDone, onCancel }: EditProps) {
  const trpc = useTRPC();
  const { data: state } = useSuspenseQuery(trpc.setup.state.queryOptions());
  const { data: providers } = useSuspenseQuery(trpc.setup.providers.queryOptions());
  const save = useMutation(trpc.setup.saveProvider.mutationOptions({ onSuccess: onDone }));
  return (
    <>
      <p className="max-w-[480px] pb-4 text-fg-soft text-table">
        People sign in with your identity provider: the portal has no passwords of its own. Register it there
        as a web application.
      </p>
      <ProviderForm
        provider={provider}
        takenSlugs={providers.map(({ slug }) => slug)}
        publicUrl={state.publicUrl}
        testPath="/api/setup/test-provider"
        onSave={(input) => save.mutate(input)}
        isSaving={save.isPending}
        failure={save.error ? errorWords(save.error) : null}
        saveLabel="Save and go on"
        {...(onCancel ? { onCancel } : {})}
      />
    </>
  );
}
