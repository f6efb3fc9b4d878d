"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { countText } from "#components/ui/number-text.ts";
import { Section } from "#components/ui/section.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { say } from "#components/ui/toast.tsx";
import { roleNames } from "#server/identity/model.ts";
import type { GroupRoleRow } from "#server/identity/people/read-group-roles.ts";
import { FailureNote } from "./failure-note.tsx";
import { useReason } from "./use-reason.ts";

const MappingDialog = lazy(() => import("./mapping-dialog.tsx"));

const sourceWords: Record<GroupRoleRow["source"], string> = {
  claim: "Group",
  github: "GitHub team",
  scim: "Group of the directory",
  ldap: "LDAP group",
  catalog: "Group of the catalog",
  everybody: "Everybody else",
};

/** Which group gives which role. The strongest of somebody's groups counts. */
export function RoleMappings() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data } = useSuspenseQuery(trpc.identity.groupRoles.queryOptions());
  const [isAdding, setIsAdding] = useState(false);
  const reason = useReason(data.may.change);
  const remove = useMutation(
    trpc.identity.removeGroupRole.mutationOptions({
      onSuccess: ({ changed }) =>
        say(`Taken off the list; ${countText(changed, "person has", "people have")} another role by that`),
      onSettled: () => queryClient.invalidateQueries(trpc.identity.groupRoles.pathFilter()),
    }),
  );
  const hasRest = data.items.some(({ source }) => source === "everybody");
  return (
    <Section
      title="Roles by group"
      className="pt-4"
      action={
        <Button tone="primary" disabledReason={reason} onClick={() => setIsAdding(true)}>
          Map a group
        </Button>
      }
    >
      <p className="pb-2 text-fg-soft text-table">
        Of all groups that somebody is in the strongest role counts, from their next click on. Who has a role
        by hand keeps it.
      </p>
      <FailureNote error={remove.error} returnTo="/admin/roles" onConfirmed={() => remove.reset()} />
      <Table label="Roles by group">
        <thead>
          <tr>
            <Th>Group</Th>
            <Th className="max-sm:hidden">Known from</Th>
            <Th>Role</Th>
            <Th>
              <span className="sr-only">Actions</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {data.items.map((row) => (
            <Tr key={row.id}>
              <Td className="break-all font-medium">
                {row.source === "everybody" ? "Everybody else" : row.groupName}
              </Td>
              <Td className="text-muted max-sm:hidden">{row.connectionName ?? sourceWords[row.source]}</Td>
              <Td>
                {roleNames[row.role]}
                {row.guestGroupRefs.length > 0 ? (
                  <span className="block break-all font-mono text-muted text-small">
                    {row.guestGroupRefs.join(", ")}
                  </span>
                ) : null}
              </Td>
              <Td className="text-right">
                <Button
                  size="small"
                  aria-label={`Remove ${row.groupName}`}
                  disabledReason={reason}
                  isBusy={remove.isPending && remove.variables.id === row.id}
                  onClick={() => remove.mutate({ id: row.id })}
                >
                  Remove
                </Button>
              </Td>
            </Tr>
          ))}
          {hasRest ? null : (
            <Tr>
              <Td className="font-medium">Everybody else</Td>
              <Td className="text-muted max-sm:hidden">In no group of this list</Td>
              <Td>{roleNames.developer}</Td>
              <Td />
            </Tr>
          )}
        </tbody>
      </Table>
      {isAdding ? (
        <Suspense>
          <MappingDialog sources={data.sources} onClose={() => setIsAdding(false)} />
        </Suspense>
      ) : null}
    </Section>
  );
}
