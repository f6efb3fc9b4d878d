import { z } from "zod";

const sha = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[0-9a-f]{7,64}$/, "Write at least seven characters of the commit, such as 4f1c2ab");
const repository = z.string().trim().min(1).max(300);
const pull = z.coerce.number().int().min(1).max(2_000_000_000);

/** A commit by the beginning of its name (in one repository, or in any), or a pull request of a repository. */
export const AskWhere = z.union(
  [z.object({ sha, repository: repository.optional() }).strict(), z.object({ repository, pull }).strict()],
  "Ask with sha, or with repository and pull",
);
export type AskWhere = z.infer<typeof AskWhere>;

/** What somebody types or pastes: the beginning of a commit, `owner/name#12`, or the address of either. */
export const SearchWhere = z.object({ text: z.string().trim().min(1).max(500) });
export type SearchWhere = z.infer<typeof SearchWhere>;

export const AskMatrix = z.object({ entityRef: z.string().min(1).max(400) });
export type AskMatrix = z.infer<typeof AskMatrix>;

const inAddress =
  /^https?:\/\/[^/\s]+\/([\w.-]+(?:\/[\w.-]+)+?)(?:\/-)?\/(pull|pulls|merge_requests|commit)\/([0-9a-f]+)(?:[/?#].*)?$/i;
const inWords = /^([\w.-]+(?:\/[\w.-]+)+)(?:[#!]|\s+#?)(\d+)$/;
const shaInWords = /^(?:([\w.-]+(?:\/[\w.-]+)+)@)?([0-9a-f]{7,64})$/i;

/** What a text asks for; null where it is none of the forms. Pure. */
export function readAsked(text: string): AskWhere | null {
  const trimmed = text.trim();
  const [, slug, kind, value] = inAddress.exec(trimmed) ?? [];
  if (slug && value) {
    const isCommit = kind?.toLowerCase() === "commit";
    return parse(isCommit ? { sha: value, repository: slug } : { repository: slug, pull: value });
  }
  const [, named, number] = inWords.exec(trimmed) ?? [];
  if (named && number) return parse({ repository: named, pull: number });
  const [, of, beginning] = shaInWords.exec(trimmed) ?? [];
  return beginning ? parse({ sha: beginning, ...(of ? { repository: of } : {}) }) : null;
}

function parse(asked: object): AskWhere | null {
  const parsed = AskWhere.safeParse(asked);
  return parsed.success ? parsed.data : null;
}
