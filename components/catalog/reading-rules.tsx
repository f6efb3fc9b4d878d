"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { FailureNote } from "#components/identity/failure-note.tsx";
import { useReason } from "#components/identity/use-reason.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { say } from "#components/ui/toast.tsx";

const ReadingRuleDialog = lazy(() => import("./reading-rule-dialog.tsx"));

/** Who may read what lies in private repositories, besides those who may at its host. */
export function ReadingRules() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data } = useSuspenseQuery(trpc.catalog.readingRules.queryOptions());
  const [isAdding, setIsAdding] = useState(false);
  const reason = useReason(data.may.change);
  const remove = useMutation(
    trpc.catalog.removeReadingRule.mutationOptions({
      onSuccess: () => say("Rule removed"),
      onSettled: () => queryClient.invalidateQueries(trpc.catalog.readingRules.pathFilter()),
    }),
  );
  return (
    <Section
      title="Private repositories"
      className="pt-4"
      action={
        <Button disabledReason={reason} onClick={() => setIsAdding(true)}>
          Add a rule
        </Button>
      }
    >
      <p className="pb-2 text-fg-soft text-table">
        {`${numberText(data.privateRepositories)} private. `}
        Files, documentation and API definitions of a private repository are shown to those who may read it at
        its host and have signed in with their account there. A rule opens them to more people here.
      </p>
      <FailureNote error={remove.error} returnTo="/admin/roles" onConfirmed={() => remove.reset()} />
      {data.items.length > 0 ? (
        <Table label="Rules for private repositories">
          <thead>
            <tr>
              <Th>Repositories</Th>
              <Th>Open to</Th>
              <Th className="max-sm:hidden">Added</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((row) => (
              <Tr key={row.id}>
                <Td className="break-all font-mono">{row.pattern}</Td>
                <Td className="break-all">{row.groupRef ?? "Everybody who works here"}</Td>
                <Td className="text-muted max-sm:hidden">
                  <RelativeTime at={row.createdAt} /> by {row.createdBy}
                </Td>
                <Td className="text-right">
                  <Button
                    size="small"
                    aria-label={`Remove the rule for ${row.pattern}`}
                    disabledReason={reason}
                    isBusy={remove.isPending && remove.variables.id === row.id}
                    onClick={() => remove.mutate({ id: row.id })}
                  >
                    Remove
                  </Button>
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      ) : null}
      {isAdding ? (
        <Suspense>
          <ReadingRuleDialog onClose={() => setIsAdding(false)} />
        </Suspense>
      ) : null}
    </Section>
  );
}
