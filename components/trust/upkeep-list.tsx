"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { entityHref } from "#components/catalog/entity-href.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Section } from "#components/ui/section.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { say } from "#components/ui/toast.tsx";
import { LookedWords, TrustWords } from "./trust-words.tsx";

/** What my teams own and nobody has looked at lately: confirmed one by one, some, or all of it at once. */
export function UpkeepList() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.trust.upkeep.queryOptions());
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const { entries, total, owned } = data;
  if (owned === 0) {
    return (
      <EmptyState kind="nothing" isCompact title="Your teams own nothing in the catalog">
        What your teams own appears here, so that you can say whether it is still right.
      </EmptyState>
    );
  }
  if (entries.length === 0) {
    return (
      <EmptyState kind="nothing" isCompact title="Everything that your teams own was looked at lately">
        {numberText(owned)} {owned === 1 ? "entry" : "entries"}. The list fills again as time goes by.
      </EmptyState>
    );
  }
  const toggle = (ref: string, isOn: boolean) => {
    const next = new Set(chosen);
    if (isOn) next.add(ref);
    else next.delete(ref);
    setChosen(next);
  };
  const shown = entries.map(({ ref }) => ref);
  const refs = shown.filter((ref) => chosen.size === 0 || chosen.has(ref));
  return (
    <Section
      title="Still right?"
      count={total > entries.length ? `${entries.length} of ${numberText(total)}` : total}
      action={<ConfirmMany refs={refs} isAll={chosen.size === 0} onDone={() => setChosen(new Set())} />}
    >
      <p className="pb-2 text-fg-soft text-table">
        Of the {numberText(owned)} that your teams own, these were not looked at for the longest.{" "}
        <TextLink href="/catalog?sort=trust">The same for the whole catalog</TextLink>
      </p>
      <Table label="What your teams own and nobody confirmed lately">
        <thead>
          <tr>
            <Th className="w-8">
              <span className="sr-only">Choose</span>
            </Th>
            <Th>Entry</Th>
            <Th className="max-md:hidden">Owner</Th>
            <Th className="max-md:hidden">Last looked at</Th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Tr key={entry.ref}>
              <Td>
                <Checkbox
                  label={`Choose ${entry.title}`}
                  checked={chosen.has(entry.ref)}
                  onChange={(event) => toggle(entry.ref, event.target.checked)}
                />
              </Td>
              <Td>
                <TextLink href={entityHref(entry.ref)}>{entry.title}</TextLink>
                <span className="pl-2 text-muted text-small">{entry.kind}</span>
                <span className="block text-muted text-small md:hidden">
                  <LookedWords looked={entry} />
                </span>
              </Td>
              <Td className="max-md:hidden">{entry.ownerTitle}</Td>
              <Td className="max-md:hidden">
                <TrustWords looked={entry} />
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Section>
  );
}

function ConfirmMany({ refs, isAll, onDone }: { refs: string[]; isAll: boolean; onDone: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const confirm = useMutation(
    trpc.trust.confirm.mutationOptions({
      onSuccess: ({ confirmed }) => {
        say(`${confirmed} confirmed`);
        onDone();
      },
      onError: (error) => say(errorWords(error).sentence, { tone: "danger" }),
      onSettled: () => queryClient.invalidateQueries(trpc.trust.pathFilter()),
    }),
  );
  const words =
    refs.length === 1 ? "Confirm 1" : isAll ? `Confirm all ${refs.length}` : `Confirm ${refs.length}`;
  return (
    <Button size="small" tone="primary" isBusy={confirm.isPending} onClick={() => confirm.mutate({ refs })}>
      {words}
    </Button>
  );
}
