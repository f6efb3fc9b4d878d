import { typingErrors } from "#server/catalog/search-text.ts";

/** How many typing errors a word may have: none in the shortest, then one, then two. */
const allowedErrors = (word: string) => (word.length < 4 ? 0 : word.length < 8 ? 1 : 2);

/**
 * The words that somebody may have meant who typed `word`, the likeliest first, at most five: fewest errors, then the whole
 * word before one that goes on, then the most frequent. `isLast`: it may be the beginning of a word that is still typed.
 */
export function meantWords(word: string, known: Iterable<string>, { isLast }: { isLast: boolean }): string[] {
  const allowed = allowedErrors(word);
  if (allowed === 0) return [];
  const counts = new Map<string, number>();
  for (const other of known) counts.set(other, (counts.get(other) ?? 0) + 1);
  const rated = [...counts].flatMap(([other, count]) => {
    const whole = Math.abs(other.length - word.length) <= allowed ? typingErrors(word, other) : 9;
    const begun = isLast && word.length >= 5 ? errorsOfBeginning(word, other, allowed) : 9;
    const errors = Math.min(whole, begun);
    return errors <= allowed && errors > 0 ? [{ other, errors, goesOn: begun < whole ? 1 : 0, count }] : [];
  });
  rated.sort(
    (a, b) => a.errors - b.errors || a.goesOn - b.goesOn || b.count - a.count || (a.other < b.other ? -1 : 1),
  );
  return rated.slice(0, 5).map(({ other }) => other);
}

function errorsOfBeginning(word: string, other: string, allowed: number): number {
  let least = 9;
  for (let length = word.length - allowed; length <= word.length + allowed; length += 1)
    if (length > 0 && length < other.length)
      least = Math.min(least, typingErrors(word, other.slice(0, length)));
  return least;
}
