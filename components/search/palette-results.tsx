"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { ArrowRight, BookOpen, Crosshair } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { createPortal } from "react-dom";
import { entityHref } from "#components/catalog/entity-href.ts";
import { KindIcon } from "#components/catalog/kind-icon.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { countText } from "#components/ui/number-text.ts";
import {
  type SearchAnswer,
  type SearchHit,
  searchGroups,
  searchGroupWords,
  withoutMarks,
} from "#server/search/model.ts";
import { hitHref, hitKey, searchHref } from "./hit-href.ts";
import { readRecent } from "./recent.ts";
import { useNoteMiss, useNotePick } from "./use-search-notes.ts";

/** `said` is where words about the results stand: a list of options may hold nothing else. */
type Look = { row: string; group: string; said: HTMLElement | null };
type Props = { query: string; onOpen: (href: string) => void; look: Look };

/** What the palette finds while somebody types: the best of each group, and the way to all of it. */
export function PaletteResults({ query, onOpen, look }: Props) {
  const trpc = useTRPC();
  const wanted = useSettled(query.trim(), 120);
  const { data, isError, isPlaceholderData, refetch } = useQuery(
    trpc.search.byGroup.queryOptions(
      { query: wanted, limit: 5 },
      {
        enabled: wanted !== "",
        placeholderData: keepPreviousData,
        retry: 1,
        // A request whose answer nobody waits for any more is given up.
        trpc: { abortOnUnmount: true },
      },
    ),
  );
  const isNothing = data?.total === 0 && !isPlaceholderData;
  useNoteMiss(isNothing ? wanted : null);
  if (query.trim() === "") return <Recent onOpen={onOpen} look={look} />;
  if (isError) return <Failed onRetry={() => void refetch()} look={look} />;
  if (!data || wanted === "") return <Note at={look.said}>Searching…</Note>;
  if (data.total === 0)
    return isPlaceholderData ? null : <Nothing query={wanted} onOpen={onOpen} look={look} />;
  return <Found answer={data} query={wanted} onOpen={onOpen} look={look} />;
}

function Found({ answer, query, onOpen, look }: Props & { answer: SearchAnswer }) {
  const note = useNotePick();
  const { correction } = answer;
  const open = (hit: SearchHit) => {
    note(hit.group === "docs" ? { ref: hit.ref, path: hit.path } : { ref: hit.ref });
    onOpen(hitHref(hit));
  };
  const total = `${answer.isAbout ? "about " : ""}${countText(answer.total, "result")}`;
  return (
    <>
      <Note at={look.said} isHidden={!correction?.isApplied}>
        {correction?.isApplied ? `Nothing is called “${query}”. For “${correction.query}”: ` : ""}
        {total}
      </Note>
      {searchGroups.map((group) => {
        const hits = answer.hits.filter((hit) => hit.group === group);
        if (hits.length === 0) return null;
        return (
          <Command.Group key={group} heading={searchGroupWords[group]} className={look.group}>
            {hits.map((hit) => (
              <Command.Item
                key={hitKey(hit)}
                value={hitKey(hit)}
                onSelect={() => open(hit)}
                className={look.row}
              >
                <HitLine hit={hit} />
              </Command.Item>
            ))}
          </Command.Group>
        );
      })}
      <Command.Group className={look.group}>
        <Command.Item value="see all" onSelect={() => onOpen(searchHref(query))} className={look.row}>
          <ArrowRight aria-hidden size={16} strokeWidth={1.5} className="text-muted" />
          See all of {total}
        </Command.Item>
        {correction && !correction.isApplied ? (
          <Command.Item
            value="did you mean"
            onSelect={() => onOpen(searchHref(correction.query))}
            className={look.row}
          >
            <ArrowRight aria-hidden size={16} strokeWidth={1.5} className="text-muted" />
            Did you mean “{correction.query}”?
          </Command.Item>
        ) : null}
      </Command.Group>
    </>
  );
}

function HitLine({ hit }: { hit: SearchHit }) {
  if (hit.group === "docs")
    return (
      <>
        <BookOpen aria-hidden size={16} strokeWidth={1.5} className="shrink-0 text-muted" />
        <span className="max-w-[60%] shrink-0 truncate font-medium">{hit.page}</span>
        <span className="min-w-0 flex-1 truncate text-muted">
          {hit.title === hit.page ? withoutMarks(hit.snippet) : hit.title}
        </span>
        <span className="max-w-[30%] shrink-0 truncate text-muted text-small">{hit.site}</span>
      </>
    );
  const owner = hit.owner?.title;
  return (
    <>
      <KindIcon kind={hit.kind} />
      <span className="max-w-[60%] shrink-0 truncate font-medium">{hit.title ?? hit.name}</span>
      <span className="min-w-0 flex-1 truncate text-muted">
        {hit.snippet ? withoutMarks(hit.snippet) : null}
      </span>
      <span className="max-w-[30%] shrink-0 truncate text-muted text-small">
        {hit.isMine && hit.group === "entries" ? "Yours" : (owner ?? hit.kind)}
      </span>
    </>
  );
}

/** What this browser opened last, as far as it is still there. */
function Recent({ onOpen, look }: Omit<Props, "query">) {
  const trpc = useTRPC();
  const note = useNotePick();
  const [refs] = useState(readRecent);
  const { data } = useQuery(trpc.search.recent.queryOptions({ refs }, { enabled: refs.length > 0 }));
  if (!data || data.length === 0) return null;
  return (
    <Command.Group heading="Opened last" className={look.group}>
      {data.map((entry) => (
        <Command.Item
          key={entry.ref}
          value={`recent ${entry.ref}`}
          onSelect={() => {
            note({ ref: entry.ref });
            onOpen(entityHref(entry.ref));
          }}
          className={look.row}
        >
          <KindIcon kind={entry.kind} />
          <span className="min-w-0 flex-1 truncate font-medium">{entry.title ?? entry.name}</span>
          <span className="shrink-0 text-muted text-small">{entry.kind}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function Nothing({ query, onOpen, look }: Props) {
  return (
    <>
      <Note at={look.said}>Nothing is called “{query}”, and no page says it.</Note>
      <Command.Group className={look.group}>
        <Command.Item
          value="whose is this"
          onSelect={() => onOpen(`/catalog/whose?text=${encodeURIComponent(query)}`)}
          className={look.row}
        >
          <Crosshair aria-hidden size={16} strokeWidth={1.5} className="text-muted" />
          Look for “{query}” as a hostname, image or address: whose is this?
        </Command.Item>
      </Command.Group>
    </>
  );
}

function Failed({ onRetry, look }: { onRetry: () => void; look: Look }) {
  return (
    <>
      <Note at={look.said}>The search did not answer.</Note>
      <Command.Group className={look.group}>
        <Command.Item value="try again" onSelect={onRetry} className={look.row}>
          <ArrowRight aria-hidden size={16} strokeWidth={1.5} className="text-muted" />
          Try again
        </Command.Item>
      </Command.Group>
    </>
  );
}

type NoteProps = { at: HTMLElement | null; isHidden?: boolean; children: ReactNode };

function Note({ at, isHidden = false, children }: NoteProps) {
  if (!at) return null;
  return createPortal(
    <p role="status" className={isHidden ? "sr-only" : "px-4 pt-2.5 text-muted text-table"}>
      {children}
    </p>,
    at,
  );
}

/** The value once it has stayed the same for so long. */
function useSettled(value: string, waitMs: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), waitMs);
    return () => clearTimeout(timer);
  }, [value, waitMs]);
  return settled;
}
