"use client";

import { useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { CommandLine } from "#components/ui/command-line.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Editor } from "./editor.tsx";
import { exampleEntry } from "./editor-example.ts";
import { useVerdict, Verdict } from "./editor-verdict.tsx";

/** Paste a catalogue file and see what an import would say, while typing. Nothing is kept. */
export function EditorCheck() {
  const [text, setText] = useState(exampleEntry);
  const { verdict, findings, failure, isChecking } = useVerdict(text);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-10 gap-y-6 border-line border-t pt-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <div className="flex min-w-0 flex-col gap-3">
        <Editor
          label="Catalog file"
          value={text}
          onChange={setText}
          findings={findings}
          describedBy="verdict"
        />
        <div className="flex flex-col gap-1.5 text-fg-soft text-table">
          <p>The same from a terminal:</p>
          <CommandLine command="npx milepost catalog validate catalog-info.yaml" />
        </div>
      </div>
      <div className="flex min-w-0 flex-col gap-3">
        <p id="verdict" aria-live="polite" className="font-medium text-table">
          {summary(text, verdict, isChecking)}
        </p>
        {failure ? (
          <div role="alert">
            <Notice tone="danger" title="The text could not be checked">
              {errorWords(failure).sentence}
            </Notice>
          </div>
        ) : null}
        <Verdict verdict={text.trim() === "" ? null : verdict} />
      </div>
    </div>
  );
}

function summary(
  text: string,
  verdict: ReturnType<typeof useVerdict>["verdict"],
  isChecking: boolean,
): string {
  if (text.trim() === "") return "Paste or write a catalog file";
  if (!verdict) return isChecking ? "Checking…" : "";
  const warnings = verdict.documents.reduce((sum, document) => sum + document.warnings.length, 0);
  if (!verdict.valid) return "An import would not take all of this as it stands";
  return warnings > 0 ? "In order, with something to look at" : "In order";
}
