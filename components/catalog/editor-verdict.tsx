"use client";

import { useMutation } from "@tanstack/react-query";
import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { classes } from "#components/ui/classes.ts";
import { countText } from "#components/ui/number-text.ts";
import { Section } from "#components/ui/section.tsx";
import { Status, statusText } from "#components/ui/status.tsx";
import type { CheckedDocument, CheckedError, CheckedText } from "#server/catalog/checks/model.ts";
import type { EditorFinding } from "./editor.tsx";

const restMs = 350;

/** The server's verdict on a text, asked for whenever typing rests; the one before stands until the next has come. */
export function useVerdict(text: string): {
  verdict: CheckedText | null;
  findings: EditorFinding[];
  failure: unknown;
  isChecking: boolean;
} {
  const trpc = useTRPC();
  const [answer, setAnswer] = useState<{ text: string; verdict: CheckedText } | null>(null);
  const { mutateAsync, error } = useMutation(trpc.entries.check.mutationOptions());
  useEffect(() => {
    if (text.trim() === "") return setAnswer(null);
    let isOver = false;
    const timer = setTimeout(() => {
      mutateAsync({ text }).then(
        (verdict) => isOver || setAnswer({ text, verdict }),
        // It stands in `error`.
        () => {},
      );
    }, restMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [text, mutateAsync]);
  const verdict = answer?.verdict ?? null;
  const findings = useMemo(() => (verdict ? verdict.documents.flatMap(findingsOf) : []), [verdict]);
  return { verdict, findings, failure: error, isChecking: answer?.text !== text && text.trim() !== "" };
}

function findingsOf(document: CheckedDocument): EditorFinding[] {
  const as =
    (severity: EditorFinding["severity"]) =>
    ({ line, column, message }: CheckedError): EditorFinding => ({ line, column, severity, message });
  return [
    ...document.errors.map(as(document.verdict === "unrecognised" ? "info" : "error")),
    ...document.warnings.map(as("warning")),
  ].toSorted((a, b) => a.line - b.line || a.column - b.column);
}

const words = {
  valid: "In order",
  invalid: "Not in order",
  unrecognised: "Not a kind of Backstage",
} as const;
const tones = { valid: "success", invalid: "danger", unrecognised: "info" } as const;

/** What each document is found to be: its verdict, what speaks against it, and the relations it states. */
export function Verdict({ verdict }: { verdict: CheckedText | null }) {
  if (!verdict || verdict.documents.length === 0)
    return <p className="text-muted text-table">Entries, errors and relations appear here.</p>;
  const { documents, total } = verdict;
  return (
    <div className="flex flex-col gap-5">
      {documents.map((document, index) => (
        <DocumentVerdict
          // biome-ignore lint/suspicious/noArrayIndexKey: a document is its place in the text
          key={index}
          document={document}
          name={document.ref ?? `Document ${index + 1}`}
        />
      ))}
      {total > documents.length ? (
        <p className="text-muted text-small">and {countText(total - documents.length, "more", "more")}</p>
      ) : null}
    </div>
  );
}

const marks = {
  error: { Icon: CircleAlert, word: "Error", color: statusText.danger },
  warning: { Icon: TriangleAlert, word: "Warning", color: statusText.warning },
  info: { Icon: Info, word: "Note", color: statusText.info },
} as const;

function Mark({ severity }: { severity: EditorFinding["severity"] }) {
  const { Icon, word, color } = marks[severity];
  return (
    <>
      <Icon aria-hidden size={14} className={classes("mt-0.75 shrink-0", color)} />
      <span className="sr-only">{word}: </span>
    </>
  );
}

function DocumentVerdict({ document, name }: { document: CheckedDocument; name: string }) {
  const findings = findingsOf(document);
  return (
    <Section title={name} level={3}>
      <Status tone={tones[document.verdict]} className="text-table">
        {words[document.verdict]}
      </Status>
      {findings.length > 0 ? (
        <ul className="pt-1">
          {findings.map(({ line, column, severity, message }) => (
            <li
              key={`${line}:${column}:${message}`}
              className="border-line border-b py-1.5 text-table last:border-b-0"
            >
              <p className="flex gap-2 break-words">
                <Mark severity={severity} />
                <span className="min-w-0 break-words">{message}</span>
              </p>
              <p className="tabular pl-5.5 text-muted text-small">
                Line {line}, column {column}
              </p>
            </li>
          ))}
        </ul>
      ) : null}
      {document.relations.length > 0 ? (
        <details className="pt-1 text-table">
          <summary className="cursor-pointer text-fg-soft">
            {countText(document.relations.length, "relation", "relations")}
          </summary>
          <ul className="pt-1">
            {document.relations.map((relation) => (
              <li key={relation} className="break-all font-mono text-small">
                {relation}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </Section>
  );
}
