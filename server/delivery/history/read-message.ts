/** What a commit's message tells beside its first line. */
export type MessageFacts = {
  title: string;
  /** `sha:<commit>`, `pull:<number>`, `title:<text>`, the surest first. Empty for what brings something back. */
  reverts: string[];
  pullRequest: number | null;
  pullRequestTitle: string | null;
};

const longestTitle = 300;
/** A message can be megabytes long; what counts stands near its beginning. */
const readLength = 20_000;
const mergeOfPull = /^Merge pull request #(\d{1,9}) from (\S+)/;
const suffix = / \(#(\d{1,9})\)$/;

/**
 * Reads title, pull request and what is taken back from a message. The forms are those of `git revert`, of GitHub's
 * revert button ("Reverts owner/name#12", branches named revert-12-…) and of its merges and squashes.
 */
export function readMessage(message: string): MessageFacts {
  const text = message.slice(0, readLength).replaceAll("\r\n", "\n");
  const [subject = "", ...rest] = text.split("\n");
  const body = rest.join("\n");
  const merge = mergeOfPull.exec(subject);
  const number = merge?.[1] ?? suffix.exec(subject)?.[1];
  const pullRequestTitle = merge ? (rest.find((line) => line.trim() !== "")?.trim() ?? null) : null;
  return {
    title: subject.slice(0, longestTitle),
    reverts: readReverts(subject, body, merge?.[2] ?? "", pullRequestTitle),
    pullRequest: number ? Number(number) : null,
    pullRequestTitle: pullRequestTitle?.slice(0, longestTitle) ?? null,
  };
}

function readReverts(subject: string, body: string, branch: string, mergedTitle: string | null): string[] {
  const inner = revertedTitle(subject) ?? revertedTitle(mergedTitle ?? "");
  if (inner?.isBack || /^Reapply "/.test(subject) || /\/revert-\d+-revert-\d+-/.test(branch)) return [];
  const found: string[] = [];
  for (const [, sha] of body.matchAll(/\bThis reverts commit ([0-9a-f]{7,64})\b/gi))
    found.push(`sha:${sha?.toLowerCase()}`);
  for (const [, number] of body.matchAll(/^Reverts (?:[\w.-]+\/[\w.-]+)?#(\d{1,9})\b/gim))
    found.push(`pull:${number}`);
  const named = /\/revert-(\d{1,9})-/.exec(branch);
  if (named) found.push(`pull:${named[1]}`);
  if (inner) {
    const number = suffix.exec(inner.title)?.[1] ?? mergeOfPull.exec(inner.title)?.[1];
    if (number) found.push(`pull:${number}`);
    found.push(`title:${inner.title.slice(0, longestTitle)}`);
  }
  return [...new Set(found)];
}

/** The title inside `Revert "…"`. `isBack`: an even number of reverts, or a reverted revert, brings it back. */
function revertedTitle(subject: string): { title: string; isBack: boolean } | null {
  let title = subject.replace(suffix, "");
  let depth = 0;
  for (;;) {
    const inner = /^Revert "(.*)"$/.exec(title)?.[1];
    if (inner === undefined) break;
    title = inner;
    depth += 1;
  }
  return depth === 0 ? null : { title, isBack: depth % 2 === 0 };
}

/** Titles are compared without the number that a squash puts behind them. */
export const plainTitle = (title: string): string => title.replace(suffix, "");

/** Whether somebody who is no person wrote it, by the name that GitHub gives its apps. */
export const isBotName = (name: string): boolean => /\[bot\]$/i.test(name.trim());
