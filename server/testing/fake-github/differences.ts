import type { FakeCommit } from "./state.ts";

/** Files that differ between two commits, as GitHub lists them. */
export function differences(base: FakeCommit, head: FakeCommit) {
  const paths = [...new Set([...base.files.keys(), ...head.files.keys()])].sort();
  return paths.flatMap((filename) => {
    const [before, after] = [base.files.get(filename), head.files.get(filename)];
    if (before?.sha === after?.sha) return [];
    return [{ filename, status: before ? (after ? "modified" : "removed") : "added" }];
  });
}
