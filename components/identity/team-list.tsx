"use client";

import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { entityHref } from "#components/catalog/entity-href.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Section } from "#components/ui/section.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { say } from "#components/ui/toast.tsx";
import { GroupInput } from "./group-refs-field.tsx";

/** Who looks after which team's matters in the portal. */
export function TeamList() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data: teams } = useSuspenseQuery(trpc.identity.teams.queryOptions());
  const change = useMutation(
    trpc.identity.setMaintainer.mutationOptions({
      onError: (error) => say(errorWords(error).sentence, { tone: "danger" }),
      onSettled: () => queryClient.invalidateQueries(trpc.identity.teams.pathFilter()),
    }),
  );
  return (
    <Section title="Team maintainers" className="pt-6">
      <p className="pb-2 text-fg-soft text-table">
        They name other maintainers of their team, say whose account is which of its people, settle what
        leavers owned, and make service accounts of the team.
      </p>
      {teams.length > 0 ? (
        <Table label="Team maintainers">
          <thead>
            <tr>
              <Th>Team</Th>
              <Th>Maintainers</Th>
            </tr>
          </thead>
          <tbody>
            {teams.map((team) => (
              <Tr key={team.groupRef}>
                <Td>
                  <TextLink href={entityHref(team.groupRef)}>{team.title}</TextLink>
                </Td>
                <Td>
                  <span className="flex flex-wrap gap-2">
                    {team.maintainers.map(({ userId, name }) => (
                      <span key={userId} className="inline-flex items-center gap-1">
                        {name}
                        <Button
                          size="small"
                          tone="quiet"
                          aria-label={`${name} no longer looks after ${team.title}`}
                          onClick={() => change.mutate({ groupRef: team.groupRef, userId, isOn: false })}
                        >
                          Remove
                        </Button>
                      </span>
                    ))}
                  </span>
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      ) : null}
      <NameMaintainer onName={(input) => change.mutate({ ...input, isOn: true })} isBusy={change.isPending} />
    </Section>
  );
}

type NameProps = { onName: (input: { groupRef: string; userId: string }) => void; isBusy: boolean };

function NameMaintainer({ onName, isBusy }: NameProps) {
  const trpc = useTRPC();
  const listId = useId();
  const [groupRef, setGroupRef] = useState("");
  const [name, setName] = useState("");
  const { data } = useQuery({
    ...trpc.identity.people.queryOptions({ query: name.split(" · ")[0] ?? "", limit: 20 }),
    placeholderData: (before) => before,
  });
  const label = (person: { name: string; id: string }) => `${person.name} · ${person.id.slice(0, 8)}`;
  const person = data?.items.find((row) => label(row) === name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (person) onName({ groupRef: groupRef.trim().toLowerCase(), userId: person.id });
  };
  return (
    <form onSubmit={submit} className="grid max-w-[720px] items-end gap-3 pt-3 sm:grid-cols-[1fr_1fr_auto]">
      <Field label="Team">
        {(control) => <GroupInput {...control} value={groupRef} onChange={setGroupRef} />}
      </Field>
      <Field label="Person">
        {(control) => (
          <Input
            {...control}
            list={listId}
            value={name}
            maxLength={200}
            placeholder="A part of the name"
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <datalist id={listId}>
        {data?.items.map((row) => (
          <option key={row.id} value={label(row)}>
            {row.personTitle ?? row.name}
          </option>
        ))}
      </datalist>
      <Button
        type="submit"
        isBusy={isBusy}
        disabledReason={person && groupRef.trim() ? null : "Choose a team and a person of the list first"}
      >
        Name maintainer
      </Button>
    </form>
  );
}
