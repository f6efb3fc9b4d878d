import type { Verdict } from "./model.ts";
import { fillPlaceholders, type PlaceholderReader } from "./placeholders.ts";
import { type Position, readDocuments } from "./read-documents.ts";
import { relationLine } from "./relations.ts";
import { unshownLinks } from "./unshown-links.ts";
import { type Stage, validateEntity, verdictRef } from "./validate-entity.ts";
import { warnAbout, warnAboutLetters } from "./warn-about.ts";

export type JudgedError = { message: string; path: string | null } & Position;

export type JudgedDocument = {
  ref: string | null;
  kind: string | null;
  verdict: Verdict;
  valid: boolean;
  /** Where it failed; "yaml" where it could not be read at all. */
  stage: Stage | "yaml" | null;
  /** `source type target` in both directions, sorted. */
  relations: string[];
  errors: JudgedError[];
  /** What does not count against the document: placeholders that could not be filled in here, links that are not shown. */
  warnings: JudgedError[];
};

/** A place of a document that names another entry. */
export type JudgedReference = { target: string; path: string } & Position;

/**
 * Judges each document of a file's text on its own, without a database. `onReferences` is told whom a document names,
 * before its verdict is in the list.
 */
export async function judgeText(
  text: string,
  read: PlaceholderReader,
  onReferences?: (document: number, references: JudgedReference[]) => void,
): Promise<{ valid: boolean; documents: JudgedDocument[] }> {
  const documents: JudgedDocument[] = [];
  for (const item of readDocuments(text)) {
    if (!item.ok) {
      const { message, position } = item.problem;
      documents.push(unreadableDocument({ message, path: null, ...position }));
      continue;
    }
    const { document } = item;
    const filled = await fillPlaceholders(document.value, read);
    const verdict = validateEntity(filled.judged);
    const place = (error: { message: string; pointer: string }): JudgedError => ({
      message: error.message,
      path: error.pointer,
      ...document.locate(error.pointer),
    });
    onReferences?.(
      documents.length,
      verdict.references.map(({ pointer, target }) => ({
        target,
        path: pointer,
        ...document.locate(pointer),
      })),
    );
    const { kind } = filled.judged;
    documents.push({
      ref: verdictRef(verdict),
      kind: typeof kind === "string" ? kind : null,
      verdict: verdict.verdict,
      valid: verdict.verdict === "valid",
      stage: verdict.stage,
      relations: verdict.verdict === "valid" ? verdict.relations.map(relationLine).sort() : [],
      errors: verdict.errors.map(place),
      warnings: [
        ...filled.problems,
        ...unshownLinks(filled.judged),
        ...warnAbout(filled.judged),
        ...warnAboutLetters(document.text),
      ].map(place),
    });
  }
  return { valid: documents.every((document) => document.valid), documents };
}

/** Stands for a document, or a file, that could not be read at all. */
export const unreadableDocument = (error: JudgedError): JudgedDocument => ({
  ref: null,
  kind: null,
  verdict: "invalid",
  valid: false,
  stage: "yaml",
  relations: [],
  errors: [error],
  warnings: [],
});
