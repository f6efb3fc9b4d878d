/** Letters that Unicode does not decompose, as people type them on a keyboard without them. */
const letters: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  ł: "l",
  þ: "th",
  ı: "i",
};

const isAscii = /^[\x20-\x7e]*$/;

/** Lower case without accents, so that "Zürich" is found by "zurich". */
export function plainText(text: string): string {
  if (isAscii.test(text)) return text.toLowerCase();
  return text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[ßæœøđðłþı]/g, (letter) => letters[letter] ?? letter);
}

/** The words of a name or sentence: `checkoutPaymentAPI-v2` gives checkout, payment, api, v2. */
export function wordsOf(text: string): string[] {
  const parted = text.replace(/(\p{Ll}|\d)(\p{Lu})/gu, "$1 $2").replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2");
  return plainText(parted)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "")
    .map((word) => word.slice(0, 100));
}

/** Words as a query of word beginnings for PostgreSQL's `simple` configuration: of each group one has to be there. */
export function prefixQuery(groups: readonly (readonly string[])[]): string {
  return groups.map((words) => `(${words.map((word) => `${word}:*`).join(" | ")})`).join(" & ");
}

/** How many typing errors a word may have to stand for another one: none in the shortest, then one, then two. */
const allowedErrors = (word: string) => (word.length < 4 ? 0 : word.length < 8 ? 1 : 2);

/** The words that somebody may have meant who typed `word`, nearest first, at most five. */
export function meantWords(word: string, known: Iterable<string>): string[] {
  const allowed = allowedErrors(word);
  return [...new Set(known)]
    .filter((other) => Math.abs(other.length - word.length) <= allowed)
    .map((other) => ({ other, errors: typingErrors(word, other) }))
    .filter(({ errors }) => errors <= allowed)
    .sort((a, b) => a.errors - b.errors || (a.other < b.other ? -1 : 1))
    .slice(0, 5)
    .map(({ other }) => other);
}

/** Letters left out, added, changed, or exchanged with their neighbour (the optimal string alignment distance). */
export function typingErrors(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isExchanged =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (isSame ? 0 : 1),
        isExchanged ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [before, above] = [above, current];
  }
  return above[b.length] ?? 0;
}
