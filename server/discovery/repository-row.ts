import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { CodeOwnersRule } from "./evidence/code-owners.ts";

/** A file that the last import read, with git's name of its contents; an empty one: it was asked for and not there. */
export type ReadFile = { path: string; sha: string };

export type Author = { login: string | null; name: string; commits: number };

/** What was found in a repository besides catalogue files, for owners and proposals. */
export type Found = {
  codeOwners?: { path: string; sha: string; rules: Omit<CodeOwnersRule, "isMatch">[] };
  /** Who made the newest commits of the last 90 days; `of` says how many commits were looked at. */
  authors?: { people: Author[]; of: number };
  /** The host did not list all files: what is deep down may have been missed. */
  isCut?: boolean;
};

/** A repository with what is known of it: by its host, by the last look, and where its entries lie. */
export type RepositoryRow = {
  id: string;
  connectionId: string;
  externalId: string;
  fullName: string;
  url: string;
  defaultBranch: string;
  visibility: "public" | "internal" | "private";
  isArchived: boolean;
  isFork: boolean;
  language: string | null;
  description: string | null;
  topics: string[];
  pushedAt: Date | null;
  goneAt: Date | null;
  seenCommit: string | null;
  seenUrl: string | null;
  seenPushedAt: Date | null;
  lookedAt: Date | null;
  trouble: string | null;
  files: ReadFile[];
  evidence: Found;
  locationId: string | null;
  locationState: string | null;
};

type Raw = Omit<RepositoryRow, "pushedAt" | "goneAt" | "seenPushedAt" | "lookedAt"> & {
  pushedAt: string | null;
  goneAt: string | null;
  seenPushedAt: string | null;
  lookedAt: string | null;
};

export async function readRepository(ctx: Ctx, id: string): Promise<RepositoryRow | null> {
  const [row] = await ctx.db.execute<Raw>(sql`
    select r.id, r.connection_id as "connectionId", r.external_id as "externalId", r.full_name as "fullName", r.url,
      r.default_branch as "defaultBranch", r.visibility, r.is_archived as "isArchived", r.is_fork as "isFork",
      r.language, r.description, r.topics, r.pushed_at as "pushedAt", r.gone_at as "goneAt", d.commit as "seenCommit",
      d.url as "seenUrl", d.pushed_at as "seenPushedAt", d.looked_at as "lookedAt", d.trouble,
      coalesce(d.files, '[]') as files, coalesce(d.evidence, '{}') as evidence, l.id as "locationId",
      l.state as "locationState"
    from source_repositories r left join discovered_repositories d on d.repository_id = r.id
    left join lateral (select id, state from locations where repository_id = r.id order by created_at limit 1) l on true
    where r.id = ${id}`);
  if (!row) return null;
  const dateOf = (text: string | null) => (text === null ? null : new Date(text));
  return {
    ...row,
    pushedAt: dateOf(row.pushedAt),
    goneAt: dateOf(row.goneAt),
    seenPushedAt: dateOf(row.seenPushedAt),
    lookedAt: dateOf(row.lookedAt),
  };
}
