"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Status } from "#components/ui/status.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { say } from "#components/ui/toast.tsx";
import type { Refusal } from "#server/core/refusal.ts";
import { roleNames } from "#server/identity/model.ts";
import { useReason } from "./use-reason.ts";

type Moments = { expiresAt: Date; revokedAt: Date | null };

/** All tokens, live ones and those that ended. */
export function TokenTable() {
  const trpc = useTRPC();
  const { data: tokens } = useSuspenseQuery(trpc.identity.tokens.queryOptions());
  if (tokens.length === 0)
    return (
      <EmptyState
        kind="nothing"
        title="No API token yet"
        command='npx milepost token create --name "CI" --role developer --scopes read'
      >
        Scripts and the command line sign in with a token. Make one here, or on this machine with:
      </EmptyState>
    );
  return (
    <Table label="API tokens" className="mt-2">
      <thead>
        <tr>
          <Th>Name</Th>
          <Th className="max-sm:hidden">Role</Th>
          <Th className="max-md:hidden">Scopes</Th>
          <Th>State</Th>
          <Th className="max-md:hidden">Last used</Th>
          <Th className="max-lg:hidden">Made by</Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {tokens.map((token) => (
          <Tr key={token.id}>
            <Td className="font-medium">
              {token.name} <span className="font-mono font-normal text-muted text-small">…{token.hint}</span>
              {token.serviceAccount ? (
                <span className="block font-normal text-muted text-small">
                  Service account <TextLink href="/admin/service-accounts">{token.serviceAccount}</TextLink>
                </span>
              ) : null}
            </Td>
            <Td className="max-sm:hidden">{roleNames[token.role]}</Td>
            <Td className="max-md:hidden">{token.scopes.join(", ")}</Td>
            <Td>
              <TokenState token={token} />
            </Td>
            <Td className="text-muted max-md:hidden">
              {token.usedAt ? <RelativeTime at={token.usedAt} /> : "Never"}
            </Td>
            <Td className="text-muted max-lg:hidden">{token.createdBy}</Td>
            <Td className="text-right">
              <RevokeButton id={token.id} name={token.name} refusal={token.may.revoke} />
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}

function TokenState({ token }: { token: Moments }) {
  if (token.revokedAt)
    return (
      <Status tone="neutral">
        Revoked <RelativeTime at={token.revokedAt} />
      </Status>
    );
  if (token.expiresAt < new Date()) return <Status tone="warning">Expired</Status>;
  return (
    <Status tone="success">
      Ends <RelativeTime at={token.expiresAt} />
    </Status>
  );
}

/** Asks once more in place: a script that uses the token stops working at once, and that cannot be undone. */
function RevokeButton({ id, name, refusal }: { id: string; name: string; refusal: Refusal | null }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isAsked, setIsAsked] = useState(false);
  const reason = useReason(refusal);
  const revoke = useMutation(
    trpc.identity.revokeToken.mutationOptions({
      onSuccess: () => say(`"${name}" was revoked`),
      onError: (error) => say(error.message, { tone: "danger" }),
      onSettled: () => queryClient.invalidateQueries(trpc.identity.tokens.pathFilter()),
    }),
  );
  if (!isAsked)
    return (
      <Button
        size="small"
        disabledReason={reason}
        aria-label={`Revoke ${name}`}
        onClick={() => setIsAsked(true)}
      >
        Revoke
      </Button>
    );
  return (
    <span className="inline-flex gap-1.5">
      <Button size="small" tone="quiet" onClick={() => setIsAsked(false)}>
        Keep
      </Button>
      <Button size="small" tone="danger" isBusy={revoke.isPending} onClick={() => revoke.mutate({ id })}>
        Revoke for good
      </Button>
    </span>
  );
}
