import type { Author } from "../repository-row.ts";
import type { CodeOwnersRule } from "./code-owners.ts";
import { rulesFor } from "./code-owners.ts";

/** Who in the catalogue a name at the host is. All keys are lower case. */
export type Directory = {
  /** `organisation/slug` → ref of the Group; of one that no annotation ties to a team, its name after a star: `*` and slug. */
  groupOfTeam: ReadonlyMap<string, string>;
  /** login → ref of the User. */
  userOfLogin: ReadonlyMap<string, string>;
  /** login → refs of the Groups that the person is in. */
  groupsOfLogin: ReadonlyMap<string, readonly string[]>;
};

export type OwnerGuess = {
  ref: string | null;
  isKnown: boolean;
  /** Of a hundred. */
  confidence: number;
  says: { what: string; says: string; line: number | null }[];
};

type Voice = { ref: string; isKnown: boolean; share: number; said: string; line: number | null };

const mostPaths = 400;

/**
 * Who probably owns a folder. CODEOWNERS speaks first, weighed by how many of the files each owner has; recent authors
 * by the team that most of their commits come from. Both agreeing is the surest; one who is not in the catalogue counts
 * for less.
 */
export function guessOwner(
  paths: readonly string[],
  rules: readonly CodeOwnersRule[],
  authors: { people: readonly Author[]; of: number } | undefined,
  directory: Directory,
): OwnerGuess {
  const stated = statedOwner(paths, rules, directory);
  const working = workingOwner(authors, directory);
  const says = [stated, working].flatMap((voice, index) =>
    voice
      ? [{ what: index === 0 ? "CODEOWNERS" : "Recent commits", says: voice.said, line: voice.line }]
      : [],
  );
  const chosen = stated ?? working;
  if (!chosen) return { ref: null, isKnown: false, confidence: 0, says };
  const base = stated ? 45 + 35 * stated.share : 15 + 40 * (working?.share ?? 0);
  const agreement = stated && working && stated.ref === working.ref ? 15 : 0;
  const doubt = chosen.isKnown ? 0 : 25;
  const confidence = Math.max(5, Math.min(95, Math.round(base + agreement - doubt)));
  return { ref: chosen.ref, isKnown: chosen.isKnown, confidence, says };
}

function statedOwner(
  paths: readonly string[],
  rules: readonly CodeOwnersRule[],
  directory: Directory,
): Voice | null {
  if (rules.length === 0 || paths.length === 0) return null;
  // Evenly spread, so that a large folder does not speak for the others.
  const step = Math.max(1, Math.floor(paths.length / mostPaths));
  const looked = paths.filter((_, index) => index % step === 0);
  const votes = new Map<string, { files: number; rule: CodeOwnersRule; name: string; isKnown: boolean }>();
  for (const path of looked)
    for (const rule of rulesFor(rules, path))
      for (const name of rule.owners) {
        const owner = ownerOf(name, directory);
        if (!owner) continue;
        const known = votes.get(owner.ref);
        if (known) known.files += 1;
        else votes.set(owner.ref, { files: 1, rule, name, isKnown: owner.isKnown });
      }
  const [best] = [...votes].sort(
    ([a, left], [b, right]) =>
      Number(right.isKnown) - Number(left.isKnown) || right.files - left.files || (a < b ? -1 : 1),
  );
  if (!best) return null;
  const [ref, { files, rule, name, isKnown }] = best;
  const share = files / looked.length;
  const percent = Math.round(share * 100);
  const unknown = isKnown ? "" : "; nobody of that name is in the catalog";
  return {
    ref,
    isKnown,
    share,
    line: rule.line,
    said: `"${rule.pattern}" gives ${percent}% of the files to ${name}${unknown}`,
  };
}

/** Teams before people: a person may leave. An e-mail address names nobody here. */
function ownerOf(name: string, directory: Directory): { ref: string; isKnown: boolean } | null {
  if (!name.startsWith("@")) return null;
  const at = name.slice(1).toLowerCase();
  if (at.includes("/")) {
    const slug = at.slice(at.lastIndexOf("/") + 1);
    const known = directory.groupOfTeam.get(at) ?? directory.groupOfTeam.get(`*/${slug}`);
    return { ref: known ?? `group:default/${slug}`, isKnown: known !== undefined };
  }
  const person = directory.userOfLogin.get(at);
  return { ref: person ?? `user:default/${at}`, isKnown: person !== undefined };
}

function workingOwner(
  authors: { people: readonly Author[]; of: number } | undefined,
  directory: Directory,
): Voice | null {
  if (!authors || authors.of === 0) return null;
  const votes = new Map<string, { commits: number; people: string[] }>();
  for (const { login, commits } of authors.people)
    for (const ref of (login && directory.groupsOfLogin.get(login)) || []) {
      const known = votes.get(ref) ?? { commits: 0, people: [] };
      votes.set(ref, { commits: known.commits + commits, people: [...known.people, login ?? ""] });
    }
  const [best] = [...votes].sort(([a, left], [b, right]) => right.commits - left.commits || (a < b ? -1 : 1));
  if (!best) return null;
  const [ref, { commits, people }] = best;
  const who = people.slice(0, 3).join(", ") + (people.length > 3 ? ` and ${people.length - 3} more` : "");
  return {
    ref,
    isKnown: true,
    share: commits / authors.of,
    line: null,
    said: `${commits} of the newest ${authors.of} commits are by ${who} of ${ref.slice(ref.indexOf("/") + 1)}`,
  };
}
