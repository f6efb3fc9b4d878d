/**
 * How many letters have to be added, left out, replaced or swapped with their neighbour to make one text of the other
 * (optimal string alignment); `most + 1` as soon as it is more than that.
 */
export function editDistance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  // What both begin and end with costs nothing, and is most of what names in a catalogue have in common.
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start += 1;
  let [oneEnd, otherEnd] = [one.length, other.length];
  while (oneEnd > start && otherEnd > start && one[oneEnd - 1] === other[otherEnd - 1]) {
    oneEnd -= 1;
    otherEnd -= 1;
  }
  return distanceOf(one.slice(start, oneEnd), other.slice(start, otherEnd), most);
}

function distanceOf(one: string, other: string, most: number): number {
  const far = most + 1;
  if (one === "" || other === "") return Math.min(one.length + other.length, far);
  let before: number[] = [];
  let above = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      let cell = Math.min(
        (above[column] ?? far) + 1,
        (current[column - 1] ?? far) + 1,
        (above[column - 1] ?? far) + (isSame ? 0 : 1),
      );
      if (one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1])
        cell = Math.min(cell, (before[column - 2] ?? far) + 1);
      current.push(cell);
      least = Math.min(least, cell);
    }
    if (least > most) return far;
    before = above;
    above = current;
  }
  return Math.min(above[other.length] ?? far, far);
}

const plainOf = (word: string) => word.toLowerCase().replace(/[-_ ]/g, "");

/**
 * Finds the candidate that somebody probably meant: the same but for upper case, dashes and underscores, or one or two
 * letters away, as the length allows. Null where none is near, or two are equally so.
 */
export function makeNearest(candidates: Iterable<string>): (text: string) => string | null {
  const byLength = Map.groupBy(
    [...candidates].map((word) => ({ word, plain: plainOf(word) })),
    ({ plain }) => plain.length,
  );
  return (text) => {
    const wanted = plainOf(text);
    const most = wanted.length < 4 ? 0 : wanted.length < 8 ? 1 : 2;
    let best: { word: string; distance: number; isTied: boolean } | null = null;
    for (let length = wanted.length - most; length <= wanted.length + most; length += 1)
      for (const { word, plain } of byLength.get(length) ?? []) {
        if (word === text) continue;
        const distance = editDistance(wanted, plain, Math.min(most, best?.distance ?? most));
        if (distance > most || (best && distance > best.distance)) continue;
        if (best && distance === best.distance) best.isTied = true;
        else best = { word, distance, isTied: false };
      }
    return best && !best.isTied ? best.word : null;
  };
}

export const nearest = (text: string, candidates: Iterable<string>): string | null =>
  makeNearest(candidates)(text);
