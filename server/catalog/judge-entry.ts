import type { FoundProblem } from "./collect-entries.ts";
import { formatRef } from "./entity-ref.ts";
import { fillPlaceholders, type PlaceholderReader } from "./placeholders.ts";
import { type DocumentPlace, type PreparedEntry, prepareEntry } from "./prepare-entry.ts";
import type { Position } from "./read-documents.ts";
import { unshownLinks } from "./unshown-links.ts";
import { type EntityVerdict, validateEntity, verdictRef } from "./validate-entity.ts";
import { warnAbout, warnAboutLetters } from "./warn-about.ts";

/** A document to judge, wherever it comes from; `locate` tells where the field at a JSON pointer stands. */
export type EntryDocument = {
  value: Record<string, unknown>;
  text: string;
  start: Position;
  locate: (pointer: string) => Position;
};

/** Where a valid document names another entry; `target` is a full reference in lower case. */
export type StatedReference = { ref: string; target: string; file: string; path: string } & Position;

export type JudgedEntry = {
  verdict: EntityVerdict;
  /** Null where the document cannot be an entry of the catalogue. */
  entry: PreparedEntry | null;
  problems: FoundProblem[];
  references: StatedReference[];
  /** As it is kept: with placeholders filled in. */
  value: Record<string, unknown>;
};

/** Judges one document as part of a location: its entry, what is wrong with it, and whom it names. */
export async function judgeEntry(
  document: EntryDocument,
  place: DocumentPlace,
  read: PlaceholderReader,
): Promise<JudgedEntry> {
  const { file } = place;
  const filled = await fillPlaceholders(document.value, read);
  const verdict = validateEntity(filled.judged);
  const ref = verdictRef(verdict);
  const tell =
    (severity: FoundProblem["severity"]) =>
    ({ message, pointer }: { message: string; pointer: string }): FoundProblem => {
      return { severity, message, ref, file, path: pointer, ...document.locate(pointer) };
    };
  const problems = [
    ...filled.problems.map(tell("error")),
    ...verdict.errors.map(tell(isNote(verdict) ? "info" : "error")),
    ...[...unshownLinks(filled.kept), ...warnAbout(filled.judged), ...warnAboutLetters(document.text)].map(
      tell("warning"),
    ),
  ];
  const judged = { verdict, problems, value: filled.kept };
  if (!isStorable(verdict)) {
    const message = "The entry was not taken: its reference cannot be part of an address";
    if (verdict.ref) problems.push({ severity: "error", message, ref, file, path: null, ...document.start });
    return { ...judged, entry: null, references: [] };
  }
  const references = verdict.references.map(({ pointer, target }) => ({
    ref: formatRef(verdict.ref),
    target,
    file,
    path: pointer,
    ...document.locate(pointer),
  }));
  return { ...judged, entry: prepareEntry(filled.kept, verdict, place, document.text), references };
}

/** What nobody has to mend: a kind of another's, or one that a layer of the model finds in order. */
const isNote = ({ verdict, isPreview }: EntityVerdict) => verdict === "unrecognised" || isPreview;

/** A reference that is far from the rules could not be linked to or indexed: such a document is only reported. */
function isStorable(
  verdict: EntityVerdict,
): verdict is EntityVerdict & { ref: NonNullable<EntityVerdict["ref"]> } {
  if (!verdict.ref) return false;
  const ref = formatRef(verdict.ref);
  return /^[^\s/:]+:[^\s/:]+\/[^\s/:]+$/.test(ref) && Buffer.byteLength(ref) <= 500;
}
