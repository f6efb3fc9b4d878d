"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { FailureNote } from "#components/identity/failure-note.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { ChangeButton } from "#components/ui/change-button.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { say } from "#components/ui/toast.tsx";
import type { KeptSearches as Kept, SearchMiss, SynonymRow } from "#server/search/reads/misses.ts";
import { searchHref } from "./hit-href.ts";
import type { SynonymDraft } from "./synonym-dialog.tsx";

const SynonymDialog = lazy(() => import("./synonym-dialog.tsx"));

/** For those who run the portal: what is looked for in vain, and the words that answer it. */
export function KeptSearches() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.search.kept.queryOptions());
  const [draft, setDraft] = useState<SynonymDraft | null>(null);
  return (
    <>
      <Misses kept={data} onAnswer={(query) => setDraft({ words: [query, ""], answers: query })} />
      <OwnSynonyms kept={data} onEdit={setDraft} />
      <BuiltIn kept={data} />
      {draft ? (
        <Suspense>
          <SynonymDialog draft={draft} onClose={() => setDraft(null)} />
        </Suspense>
      ) : null}
    </>
  );
}

function Misses({ kept, onAnswer }: { kept: Kept; onAnswer: (query: string) => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const dismiss = useMutation(
    trpc.search.dismissMiss.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.search.kept.pathFilter()),
    }),
  );
  return (
    <Section title="Looked for and not found" count={numberText(kept.total)} className="pt-4">
      <p className="max-w-[720px] pb-2 text-fg-soft text-table">
        Of the last 90 days, the most frequent first. Only the words, their number and the last time are kept;
        nobody can see who looked. What looks like an address, a token or a number is not kept at all.
      </p>
      <FailureNote error={dismiss.error} returnTo="/admin/searches" onConfirmed={() => dismiss.reset()} />
      {kept.misses.length === 0 ? (
        <p className="py-2 text-muted text-table">People find what they look for.</p>
      ) : (
        <Table label="Looked for and not found">
          <thead>
            <tr>
              <Th>Words</Th>
              <Th isNumber>Times</Th>
              <Th className="max-sm:hidden">Last</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {kept.misses.map((miss) => (
              <MissRow
                key={miss.query}
                miss={miss}
                isBusy={dismiss.isPending && dismiss.variables.query === miss.query}
                onAnswer={() => onAnswer(miss.query)}
                onDismiss={() => dismiss.mutate({ query: miss.query })}
              />
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}

type MissProps = { miss: SearchMiss; isBusy: boolean; onAnswer: () => void; onDismiss: () => void };

function MissRow({ miss, isBusy, onAnswer, onDismiss }: MissProps) {
  return (
    <Tr>
      <Td className="break-all">
        <TextLink href={searchHref(miss.query)}>{miss.query}</TextLink>
      </Td>
      <Td isNumber>{numberText(miss.count)}</Td>
      <Td className="text-muted max-sm:hidden">
        <RelativeTime at={miss.lastAt} />
      </Td>
      <Td>
        <span className="flex flex-wrap justify-end gap-2">
          <Button size="small" aria-label={`Add a synonym for ${miss.query}`} onClick={onAnswer}>
            Add a synonym
          </Button>
          <Button size="small" aria-label={`Dismiss ${miss.query}`} isBusy={isBusy} onClick={onDismiss}>
            Dismiss
          </Button>
        </span>
      </Td>
    </Tr>
  );
}

function OwnSynonyms({ kept, onEdit }: { kept: Kept; onEdit: (draft: SynonymDraft) => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.search.removeSynonyms.mutationOptions({
      onSuccess: () => say("Synonyms removed"),
      onSettled: () => queryClient.invalidateQueries(trpc.search.kept.pathFilter()),
    }),
  );
  return (
    <Section
      title="Words that mean the same here"
      className="pt-6"
      action={<Button onClick={() => onEdit({ words: ["", ""] })}>Add synonyms</Button>}
    >
      <FailureNote error={remove.error} returnTo="/admin/searches" onConfirmed={() => remove.reset()} />
      {kept.synonyms.length === 0 ? (
        <p className="py-2 text-muted text-table">
          None yet. Add what your organisation calls things: code names, former names, abbreviations.
        </p>
      ) : (
        <Table label="Words that mean the same here">
          <thead>
            <tr>
              <Th>Words</Th>
              <Th className="max-sm:hidden">Changed</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {kept.synonyms.map((row) => (
              <OwnRow
                key={row.id}
                row={row}
                isBusy={remove.isPending && remove.variables.id === row.id}
                onEdit={() => onEdit({ id: row.id, words: row.words })}
                onRemove={() => remove.mutate({ id: row.id })}
              />
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}

type OwnProps = { row: SynonymRow; isBusy: boolean; onEdit: () => void; onRemove: () => void };

function OwnRow({ row, isBusy, onEdit, onRemove }: OwnProps) {
  const words = row.words.join(", ");
  return (
    <Tr>
      <Td className="break-all font-medium">{words}</Td>
      <Td className="text-muted max-sm:hidden">
        <RelativeTime at={row.changedAt} /> by {row.changedByName}
      </Td>
      <Td>
        <span className="flex flex-wrap justify-end gap-2">
          <ChangeButton name={words} onChange={onEdit} />
          <Button size="small" aria-label={`Remove ${words}`} isBusy={isBusy} onClick={onRemove}>
            Remove
          </Button>
        </span>
      </Td>
    </Tr>
  );
}

function BuiltIn({ kept }: { kept: Kept }) {
  return (
    <details className="pt-6 text-table">
      <summary className="cursor-default font-medium">
        Built in: {numberText(kept.builtIn.length)} groups of words of the field
      </summary>
      <ul className="columns-2 gap-6 pt-2 text-fg-soft sm:columns-3">
        {kept.builtIn.map((words) => (
          <li key={words.join(",")} className="break-inside-avoid py-0.5">
            {words.join(", ")}
          </li>
        ))}
      </ul>
    </details>
  );
}
