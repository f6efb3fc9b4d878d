"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/input.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { say } from "#components/ui/toast.tsx";
import type { UnmatchedIncident } from "#server/delivery/sources/read-incidents.ts";
import { originWords } from "./origin-words.ts";

/** Incidents whose service nobody knows, and the field that says which it is. */
export function UnmatchedIncidents() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.deliverySources.unmatchedIncidents.queryOptions());
  return (
    <Section title="Incidents without a service" count={numberText(data.total)}>
      {data.items.length === 0 ? (
        <p className="py-2 text-muted text-table">None: each incident belongs to a Component.</p>
      ) : (
        <>
          <p className="pb-2 text-fg-soft text-table">
            They are kept and count for nothing yet. Annotate the Component with pagerduty.com/service-id, or
            label the alert with its name, and these find it by themselves.
          </p>
          <Table label="Incidents without a service">
            <thead>
              <tr>
                <Th>Incident</Th>
                <Th className="max-md:hidden">Came as</Th>
                <Th>Belongs to</Th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((item) => (
                <Row key={`${item.source} ${item.key}`} item={item} />
              ))}
            </tbody>
          </Table>
        </>
      )}
    </Section>
  );
}

function Row({ item: { source, key, title, openedAt, hints } }: { item: UnmatchedIncident }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const assign = useMutation(
    trpc.deliverySources.assignIncident.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.deliverySources.unmatchedIncidents.pathFilter());
        say("Incident assigned");
      },
    }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("service") ?? "").trim();
    const entityRef = text.includes(":")
      ? text
      : `component:${text.includes("/") ? text : `default/${text}`}`;
    assign.mutate({ source, key, entityRef });
  };
  return (
    <Tr>
      <Td className="break-words py-1">
        {title}{" "}
        <span className="text-muted">
          {originWords[source]} · <RelativeTime at={openedAt} />
        </span>
      </Td>
      <Td className="break-all font-mono text-small max-md:hidden">{hints.join(", ") || "no name at all"}</Td>
      <Td className="py-1">
        <form onSubmit={submit} className="flex flex-wrap items-center gap-2">
          <Input
            name="service"
            aria-label={`Service of ${title}`}
            placeholder="checkout"
            required
            maxLength={400}
            className="w-40"
          />
          <Button size="small" type="submit" isBusy={assign.isPending}>
            Assign
          </Button>
        </form>
        {assign.error ? (
          <p role="alert" className="text-danger text-small">
            {errorWords(assign.error).sentence}
          </p>
        ) : null}
      </Td>
    </Tr>
  );
}
