"use client";

import { useMutation, useSuspenseQuery } from "@tanstack/react-query";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { CommandLine } from "#components/ui/command-line.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import type { StepProps } from "./setup-wizard.tsx";

/** Deployments, changes and incidents come by webhook: the address and a secret for GitHub, or later. */
export function GithubStep({ onDone }: StepProps) {
  const trpc = useTRPC();
  const { data: state } = useSuspenseQuery(trpc.setup.state.queryOptions());
  const make = useMutation(trpc.setup.makeWebhookSecret.mutationOptions());
  const answer = useMutation(trpc.setup.answer.mutationOptions({ onSuccess: onDone }));
  const failure = make.error ?? answer.error;
  const goOn = () => answer.mutate({ step: "github" });
  return (
    <div className="flex max-w-[480px] flex-col gap-4">
      <p className="text-fg-soft text-table">
        GitHub tells the portal about deployments, pull requests and incidents by webhook. In GitHub, open the
        settings of your organisation, choose Webhooks, then Add webhook, with the content type
        application/json and "Send me everything".
      </p>
      <p className="text-fg-soft text-table">
        After the setup, Admin, Connections also reads services, teams and past deployments by itself, with a
        token or a GitHub App.
      </p>
      <Value label="Payload URL" value={state.webhookUrl} what="payload URL" />
      {make.data ? (
        <div className="flex flex-col gap-1.5">
          <Value label="Secret" value={make.data.secret} what="secret" />
          <p className="text-muted text-small">
            Copy it now: it is not shown again. Another one can be made at any time.
          </p>
        </div>
      ) : (
        <span>
          <Button tone="primary" isBusy={make.isPending} onClick={() => make.mutate()}>
            {state.hasWebhookSecret ? "Make another secret" : "Make a secret"}
          </Button>
        </span>
      )}
      {state.hasWebhookSecret && !make.data ? (
        <p className="text-muted text-small">A webhook secret is set already, and it stays good.</p>
      ) : null}
      {failure ? (
        <Notice tone="danger" title="That did not work">
          {asSentence(errorWords(failure).sentence)}
        </Notice>
      ) : null}
      <div className="flex gap-2 border-line border-t pt-4">
        <Button tone={make.data ? "primary" : "secondary"} isBusy={answer.isPending} onClick={goOn}>
          {make.data || state.hasWebhookSecret ? "Go on" : "Connect GitHub later"}
        </Button>
      </div>
    </div>
  );
}

function Value({ label, value, what }: { label: string; value: string; what: string }) {
  return (
    <div className="flex flex-col gap-1.5">
      <p className="font-medium text-table">{label}</p>
      <CommandLine command={value} what={what} />
    </div>
  );
}
