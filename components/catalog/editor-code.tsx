"use client";

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import type { EditorFinding, EditorProps } from "./editor.tsx";

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--color-info)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--color-success)" },
  { tag: [tags.bool, tags.null, tags.number, tags.keyword], color: "var(--color-warning)" },
  { tag: [tags.comment, tags.meta, tags.punctuation, tags.separator], color: "var(--color-muted)" },
]);

const look = EditorView.theme({
  "&": { color: "var(--color-fg)", backgroundColor: "var(--color-sunken)", fontSize: "12px" },
  "&.cm-focused": { outline: "2px solid var(--color-accent)", outlineOffset: "1px" },
  ".cm-scroller": {
    fontFamily: "var(--font-mono)",
    lineHeight: "20px",
    minHeight: "260px",
    maxHeight: "62dvh",
  },
  ".cm-content": { caretColor: "var(--color-fg)", padding: "8px 0" },
  ".cm-cursor": { borderLeftColor: "var(--color-fg)" },
  ".cm-gutters": { backgroundColor: "var(--color-sunken)", color: "var(--color-muted)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--color-hover)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--color-accent-tint) !important",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--color-raised)",
    color: "var(--color-fg)",
    border: "1px solid var(--color-line-strong)",
  },
  ".cm-diagnostic": { fontFamily: "var(--font-sans)", whiteSpace: "pre-wrap" },
});

/** The code editor itself. Tab moves on, as everywhere on a page; lines are indented with Ctrl-] and Ctrl-[. */
export default function EditorCode({ label, value, onChange, findings, describedBy }: EditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const changed = useRef(onChange);
  changed.current = onChange;
  const first = useRef(value);
  useEffect(() => {
    if (!place.current) return;
    const attributes = { "aria-label": label, ...(describedBy ? { "aria-describedby": describedBy } : {}) };
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          lineNumbers(),
          highlightSpecialChars(),
          highlightActiveLine(),
          drawSelection(),
          history(),
          indentOnInput(),
          yaml(),
          syntaxHighlighting(colours),
          lintGutter(),
          look,
          keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
          EditorState.tabSize.of(2),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of(attributes),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = null;
    };
  }, [label, describedBy]);
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    first.current = value;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    const editor = view.current;
    if (editor)
      editor.dispatch(
        setDiagnostics(
          editor.state,
          findings.map((finding) => diagnosticOf(editor.state, finding)),
        ),
      );
  }, [findings]);
  return <div ref={place} className="overflow-hidden rounded-panel border border-line-control" />;
}

/** From the column to the end of the word or line; a finding of a text that has become shorter stands at its end. */
function diagnosticOf(state: EditorState, { line, column, severity, message }: EditorFinding): Diagnostic {
  const at = state.doc.line(Math.min(Math.max(line, 1), state.doc.lines));
  const from = Math.min(at.from + Math.max(column - 1, 0), at.to);
  const word = /^[^\s:]*/.exec(at.text.slice(from - at.from))?.[0].length ?? 0;
  return { from, to: word > 0 ? from + word : at.to, severity, message };
}
