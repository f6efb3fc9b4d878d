"use client";

import { useMutation, useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { CommandLine } from "#components/ui/command-line.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { StepProps } from "./setup-wizard.tsx";

/** Where the key is that seals secrets at rest: without it a backup gives everything back but those. */
export function SecretsStep({ onDone }: StepProps) {
  const trpc = useTRPC();
  const { data: state } = useSuspenseQuery(trpc.setup.state.queryOptions());
  const answer = useMutation(trpc.setup.answer.mutationOptions({ onSuccess: onDone }));
  const { key } = state;
  return (
    <div className="flex max-w-[480px] flex-col gap-4">
      <p className="text-fg-soft text-table">
        Client secrets and webhook secrets are stored sealed. The key that opens them is not in the database,
        and not in a backup of it: keep a copy where you keep passwords.
      </p>
      {key.file ? (
        <div className="flex flex-col gap-1.5">
          <p className="font-medium text-table">The key lies in this file, which only its owner can read</p>
          <CommandLine command={key.file} what="path" />
        </div>
      ) : (
        <p className="text-table">
          The key comes from <code className="font-mono text-small">MILEPOST_SECRET_KEY</code>. It has to be
          the same at each start and on each machine.
        </p>
      )}
      <p className="text-fg-soft text-table">
        Its name is <code className="font-mono text-small">{key.id}</code>; a portal that lacks it refuses to
        start and asks for it by this name.
      </p>
      {answer.error ? (
        <Notice tone="danger" title="That did not work">
          {answer.error.message}
        </Notice>
      ) : null}
      <span>
        <Button tone="primary" isBusy={answer.isPending} onClick={() => answer.mutate({ step: "secrets" })}>
          The key is backed up
        </Button>
      </span>
    </div>
  );
}
