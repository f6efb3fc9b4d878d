"use client";

import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { classes } from "#components/ui/classes.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { DiffLine, HistoryItem } from "#server/trust/reads/history.ts";

/** What became of an entry, the newest first: in words, with who did it, and the difference of the text on demand. */
export function HistoryList({ items }: { items: readonly HistoryItem[] }) {
  return (
    <ol className="max-w-[960px]" aria-label="History">
      {items.map((item) => (
        <li key={item.id} className="border-line border-b py-3 last:border-b-0">
          <Item item={item} />
        </li>
      ))}
    </ol>
  );
}

function Item({ item }: { item: HistoryItem }) {
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  return (
    <>
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1 text-table">
        <span className="font-medium">{item.title}</span>
        <span className="text-muted text-small">
          <RelativeTime at={item.at} />
          {item.by ? ` by ${item.by}` : null}
          {item.commit ? <Commit commit={item.commit} /> : null}
        </span>
        <span className="flex-1" />
        {item.diff === null ? null : (
          <Button
            tone="quiet"
            size="small"
            aria-expanded={isOpen}
            aria-controls={id}
            onClick={() => setIsOpen(!isOpen)}
          >
            {isOpen ? "Hide the difference" : "Show the difference"}
          </Button>
        )}
      </div>
      {item.changes.length > 0 ? (
        <ul className="pt-1 text-fg-soft text-table">
          {item.changes.map((change) => (
            <li key={change} className="break-words">
              {change}
            </li>
          ))}
        </ul>
      ) : null}
      <div id={id}>{isOpen && item.diff !== null ? <Difference version={item.diff} /> : null}</div>
    </>
  );
}

function Commit({ commit }: { commit: NonNullable<HistoryItem["commit"]> }) {
  const short = commit.sha.slice(0, 7);
  return (
    <>
      {", commit "}
      {commit.url ? (
        <TextLink href={commit.url} className="font-mono">
          {short}
        </TextLink>
      ) : (
        <span className="font-mono">{short}</span>
      )}
      {commit.title ? ` “${commit.title}”` : null}
    </>
  );
}

function Difference({ version }: { version: number }) {
  const trpc = useTRPC();
  const { data, error } = useQuery(trpc.trust.version.queryOptions({ id: version }, { staleTime: Infinity }));
  if (error) return <p className="pt-2 text-danger text-small">{errorWords(error).sentence}</p>;
  if (!data) return <p className="pt-2 text-muted text-small">Loading the difference…</p>;
  if (!data.hunks)
    return (
      <p className="pt-2 text-muted text-small">The two texts have too little in common to be compared.</p>
    );
  return (
    <section
      aria-label={`Difference in ${data.file}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
      tabIndex={0}
      className="mt-2 overflow-x-auto rounded-control border border-line font-mono text-small"
    >
      {data.hunks.map((hunk) => (
        <table
          key={`${hunk.lines[0]?.kind} ${hunk.lines[0]?.line}`}
          className="w-full border-line border-b last:border-b-0"
        >
          <tbody>
            {hunk.lines.map((line) => (
              <Line key={`${line.kind} ${line.line}`} line={line} />
            ))}
          </tbody>
        </table>
      ))}
    </section>
  );
}

const looks: Record<DiffLine["kind"], { sign: string; word: string; tint: string }> = {
  added: { sign: "+", word: "added: ", tint: "bg-success-tint" },
  removed: { sign: "−", word: "removed: ", tint: "bg-danger-tint" },
  same: { sign: "", word: "", tint: "" },
};

function Line({ line }: { line: DiffLine }) {
  const { sign, word, tint } = looks[line.kind];
  return (
    <tr className={tint}>
      <td className="tabular w-10 select-none px-2 text-right align-top text-fg-soft">{line.line}</td>
      <td className="w-4 select-none align-top">
        <span aria-hidden>{sign}</span>
        <span className="sr-only">{word}</span>
      </td>
      <td className={classes("whitespace-pre pr-3", line.kind === "same" && "text-fg-soft")}>{line.text}</td>
    </tr>
  );
}
