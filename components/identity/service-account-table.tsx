"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Status } from "#components/ui/status.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { say } from "#components/ui/toast.tsx";
import type { Role } from "#server/core/actor.ts";
import { roleNames } from "#server/identity/model.ts";
import type { ServiceAccountRow } from "#server/identity/service-accounts/read-service-accounts.ts";
import { useReason } from "./use-reason.ts";

const AccountDialog = lazy(() => import("./service-account-dialog.tsx"));
const TokenDialog = lazy(() => import("./service-token-dialog.tsx"));

type Props = { offered: readonly Role[] };

/** Accounts of programs with their tokens. */
export function ServiceAccountTable({ offered }: Props) {
  const trpc = useTRPC();
  const { data: accounts } = useSuspenseQuery(trpc.identity.serviceAccounts.queryOptions());
  const [isAdding, setIsAdding] = useState(false);
  return (
    <Section
      title="Service accounts"
      className="pt-4"
      action={
        <Button tone="primary" onClick={() => setIsAdding(true)}>
          New service account
        </Button>
      }
    >
      {accounts.length === 0 ? (
        <EmptyState kind="nothing" isCompact title="No service account yet">
          A program signs in with a token of its service account, which stays when the person who made it
          leaves.
        </EmptyState>
      ) : (
        <Table label="Service accounts">
          <thead>
            <tr>
              <Th>Name</Th>
              <Th>Role</Th>
              <Th className="max-md:hidden">Tokens</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {accounts.map((account) => (
              <AccountLine key={account.id} account={account} />
            ))}
          </tbody>
        </Table>
      )}
      {isAdding ? (
        <Suspense>
          <AccountDialog offered={offered} onClose={() => setIsAdding(false)} />
        </Suspense>
      ) : null}
    </Section>
  );
}

function useAccountChanges() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const answered = {
    onError: (error: unknown) => say(errorWords(error).sentence, { tone: "danger" }),
    onSettled: () => queryClient.invalidateQueries(trpc.identity.serviceAccounts.pathFilter()),
  };
  return {
    disable: useMutation(
      trpc.identity.disableServiceAccount.mutationOptions({
        ...answered,
        onSuccess: ({ tokens }) => say(`It is disabled; ${tokens} tokens ended`),
      }),
    ),
    enable: useMutation(trpc.identity.enableServiceAccount.mutationOptions(answered)),
    revoke: useMutation(
      trpc.identity.revokeServiceToken.mutationOptions({
        ...answered,
        onSuccess: () => say("The token ended"),
      }),
    ),
  };
}

function AccountLine({ account }: { account: ServiceAccountRow }) {
  const { id, name, disabledAt } = account;
  const [isMaking, setIsMaking] = useState(false);
  const reason = useReason(account.may.change);
  const { disable, enable, revoke } = useAccountChanges();
  return (
    <Tr>
      <Td>
        <span className="font-medium">{name}</span>
        <span className="block text-muted text-small">
          Made by {account.createdByName}, <RelativeTime at={account.createdAt} />
        </span>
        {disabledAt ? <Status tone="neutral">Disabled</Status> : null}
        <div className="pt-1 md:hidden">
          <Tokens account={account} reason={reason} onRevoke={(token) => revoke.mutate({ id: token })} />
        </div>
      </Td>
      <Td>
        {roleNames[account.role]}
        {account.groupRefs.length > 0 ? (
          <span className="block break-all font-mono text-muted text-small">
            {account.groupRefs.join(", ")}
          </span>
        ) : null}
      </Td>
      <Td className="max-md:hidden">
        <Tokens account={account} reason={reason} onRevoke={(token) => revoke.mutate({ id: token })} />
      </Td>
      <Td>
        <span className="flex flex-wrap justify-end gap-1.5">
          {disabledAt ? null : (
            <Button
              size="small"
              aria-label={`New token of ${name}`}
              disabledReason={reason}
              onClick={() => setIsMaking(true)}
            >
              New token
            </Button>
          )}
          <Button
            size="small"
            aria-label={`${disabledAt ? "Enable" : "Disable"} ${name}`}
            disabledReason={reason}
            isBusy={disable.isPending || enable.isPending}
            onClick={() => (disabledAt ? enable.mutate({ id }) : disable.mutate({ id }))}
          >
            {disabledAt ? "Enable" : "Disable"}
          </Button>
        </span>
        {isMaking ? (
          <Suspense>
            <TokenDialog account={account} onClose={() => setIsMaking(false)} />
          </Suspense>
        ) : null}
      </Td>
    </Tr>
  );
}

type TokensProps = { account: ServiceAccountRow; reason: string | null; onRevoke: (id: string) => void };

function Tokens({ account, reason, onRevoke }: TokensProps) {
  return (
    <>
      {account.tokens.map((token) => (
        <span key={token.id} className="flex flex-wrap items-center gap-x-2">
          <span>
            {token.name} <span className="font-mono text-muted text-small">…{token.hint}</span>
          </span>
          <span className="text-muted text-small">
            ends <RelativeTime at={token.expiresAt} />
          </span>
          <Button
            size="small"
            tone="quiet"
            aria-label={`Revoke ${token.name}`}
            disabledReason={reason}
            onClick={() => onRevoke(token.id)}
          >
            Revoke
          </Button>
        </span>
      ))}
      {account.tokens.length === 0 ? <span className="text-muted">None</span> : null}
    </>
  );
}
