"use client";

import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { say } from "#components/ui/toast.tsx";
import { ConfirmIdentity } from "./confirm-identity.tsx";
import { SignInWithButton } from "./sign-in-with-button.tsx";

const page = "/account";

/** The accounts at identity providers that one signs in with here. Absent for demo people, who have none. */
export function SignInAccounts() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data: accounts } = useSuspenseQuery(trpc.identity.accounts.queryOptions());
  const { data: offered } = useQuery(trpc.identity.offeredProviders.queryOptions());
  const [question, setQuestion] = useState<string | null>(null);
  const refresh = () => queryClient.invalidateQueries(trpc.identity.accounts.pathFilter());
  const unlink = useMutation(
    trpc.identity.unlinkAccount.mutationOptions({
      onSuccess: () => say("It is not linked to you any more"),
      onError: (error) => {
        const { field, sentence } = errorWords(error);
        if (field === "confirm") setQuestion(sentence);
        else say(sentence, { tone: "danger" });
      },
      onSettled: refresh,
    }),
  );
  if (accounts.length === 0) return null;
  const linkable = (offered ?? []).filter(
    ({ slug }) => !accounts.some(({ provider }) => provider?.slug === slug),
  );
  return (
    <Section title="How you sign in">
      {question ? (
        <div className="pb-3">
          <ConfirmIdentity sentence={question} returnTo={page} onConfirmed={() => setQuestion(null)} />
        </div>
      ) : null}
      <ul aria-label="Linked sign-ins" className="border-line border-t">
        {accounts.map((account) => (
          <li
            key={account.id}
            className="flex min-h-(--row-height) items-center gap-3 border-line border-b py-1.5 text-table"
          >
            <span className="min-w-0 flex-1">
              <span className="font-medium">{account.provider?.name ?? "A provider that was removed"}</span>
              {account.isCurrent ? <span className="text-success"> · this session</span> : null}
              <span className="block break-words text-muted text-small">
                {account.login ?? account.email ?? account.name}, last signed in{" "}
                <RelativeTime at={account.signedInAt} />
              </span>
            </span>
            <Button
              size="small"
              aria-label={`Unlink ${account.provider?.name ?? "this sign-in"}`}
              disabledReason={accounts.length === 1 ? "This is your only way to sign in" : null}
              isBusy={unlink.isPending && unlink.variables.id === account.id}
              onClick={() => unlink.mutate({ id: account.id })}
            >
              Unlink
            </Button>
          </li>
        ))}
      </ul>
      {linkable.length > 0 ? (
        <div className="flex flex-wrap gap-2 pt-3">
          {linkable.map(({ slug, name }) => (
            <SignInWithButton key={slug} slug={slug} label={`Link ${name}`} purpose="link" returnTo={page} />
          ))}
        </div>
      ) : null}
    </Section>
  );
}
