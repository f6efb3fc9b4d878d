/** A commit of the part of a history in which the wanted ones may lie. `parents` null: what came before is not known. */
export type PartCommit = { sha: string; parents: readonly string[] | null };

/**
 * Which of the wanted commits each commit of this part of a history holds: itself, and all that can be reached from it.
 * One walk over the part, however many are wanted. Parents outside of it hold none of them.
 */
export function containedIn(
  part: readonly PartCommit[],
  wanted: readonly string[],
): (sha: string, one: string) => boolean {
  const commits = new Map(part.map((commit) => [commit.sha, commit.parents ?? []]));
  const bits = new Map(wanted.map((sha, index) => [sha, 1n << BigInt(index)]));
  const held = new Map<string, bigint>();
  for (const { sha: start } of part) {
    // A stack of our own: histories are longer than the call stack is deep.
    const stack = [start];
    const opened = new Set<string>();
    while (stack.length > 0) {
      const sha = stack.at(-1) as string;
      const parents = commits.get(sha) ?? [];
      if (!held.has(sha) && !opened.has(sha)) {
        opened.add(sha);
        stack.push(
          ...parents.filter((parent) => commits.has(parent) && !held.has(parent) && !opened.has(parent)),
        );
        continue;
      }
      stack.pop();
      if (held.has(sha)) continue;
      const own = bits.get(sha) ?? 0n;
      held.set(
        sha,
        parents.reduce((mask, parent) => mask | (held.get(parent) ?? 0n), own),
      );
    }
  }
  return (sha, one) => {
    const bit = bits.get(one);
    return sha === one || (bit !== undefined && ((held.get(sha) ?? 0n) & bit) !== 0n);
  };
}
