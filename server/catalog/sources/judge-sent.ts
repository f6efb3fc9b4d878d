import { takeTurns } from "#server/core/take-turns.ts";
import { formatRef } from "../entity-ref.ts";
import { type EntryDocument, type JudgedEntry, judgeEntry } from "../judge-entry.ts";
import { FileRefusal } from "../trees/tree.ts";

/** One thing that speaks against an entry that was sent: which field, where, and why. */
export type SentError = {
  /** The entry's number in what was sent, from 0. */
  index: number;
  ref: string | null;
  /** As a person writes it, such as `spec.owner`; null where the whole is meant. */
  field: string | null;
  line: number | null;
  message: string;
};

/** An entry that may be saved. Its file is its reference: there is no other place where it lies. */
export type SentEntry = JudgedEntry & { entry: NonNullable<JudgedEntry["entry"]> };

/**
 * Judges entries that somebody sent instead of leaving them in a file: all of them have to be in order. Nothing is read
 * for them: their placeholders count as errors. Others get their turn in between.
 */
export async function judgeSent(
  documents: readonly EntryDocument[],
  origin: { managedBy: (ref: string) => string; origin: string },
): Promise<{ entries: SentEntry[]; errors: SentError[] }> {
  const entries: SentEntry[] = [];
  const errors: SentError[] = [];
  const seen = new Map<string, number>();
  const letOthersRun = takeTurns();
  for (const [index, document] of documents.entries()) {
    const ref = statedRef(document.value);
    await letOthersRun();
    const judged = await judgeEntry(document, placeOf(ref ?? "", document, origin), readNothing);
    const tell = (message: string, path: string | null, line: number | null) =>
      errors.push({ index, ref, field: path === null ? null : fieldOf(path), line, message });
    const all = judged.problems.filter(({ severity }) => severity === "error");
    // That it could not be taken follows from the error in its name.
    const wrong = all.length > 1 ? all.filter(({ path }) => path !== null) : all;
    for (const { message, path, line } of wrong) tell(message, path, line);
    const { entry } = judged;
    if (!entry) {
      if (wrong.length === 0) tell("It has no kind or name", null, document.start.line);
      continue;
    }
    const first = seen.get(entry.ref);
    if (first === undefined) seen.set(entry.ref, index);
    else tell(`${entry.ref} is there already, as number ${first}`, "/metadata/name", document.start.line);
    entries.push({ ...judged, entry });
  }
  return { entries, errors };
}

/** The reference that a document states, before anybody has looked whether it may. */
function statedRef({ kind, metadata }: Record<string, unknown>): string | null {
  const { name, namespace } = (typeof metadata === "object" && metadata !== null ? metadata : {}) as Record<
    string,
    unknown
  >;
  if (typeof kind !== "string" || typeof name !== "string") return null;
  return formatRef({
    kind,
    namespace: typeof namespace === "string" && namespace ? namespace : "default",
    name,
  });
}

const placeOf = (
  ref: string,
  document: EntryDocument,
  { managedBy, origin }: Parameters<typeof judgeSent>[1],
) => ({
  file: ref,
  line: document.start.line,
  url: null,
  managedBy: managedBy(ref),
  origin,
});

async function readNothing(): Promise<string> {
  throw new FileRefusal("nothing is read for entries that lie in no file: write the text out");
}

/** `/spec/dependsOn/0` as `spec.dependsOn[0]`. */
export const fieldOf = (pointer: string): string | null =>
  pointer === ""
    ? null
    : pointer
        .slice(1)
        .split("/")
        .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"))
        .reduce(
          (name, segment) =>
            /^\d+$/.test(segment) ? `${name}[${segment}]` : name ? `${name}.${segment}` : segment,
          "",
        );
