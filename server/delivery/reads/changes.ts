import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { Change, DeploymentRow } from "#server/delivery/model.ts";
import { webAddress } from "./deployment-rows.ts";

const mostPushes = 200;
const mostCommits = 300;

type Walked = { after_sha: string; before_sha: string; commits: string[] };
export type ReadChanges = { changes: Change[] | null; note: string | null };

/**
 * What a deployment brought beyond the one before it: merged pull requests and direct commits, the newest first.
 * Follows the pushes back from one commit to the other, never the clock. Null, with the reason, where that way is
 * not known in full: guessing would make everything look new.
 */
export async function readChanges(
  ctx: Ctx,
  repositoryId: string,
  deployment: DeploymentRow,
  previous: DeploymentRow | null,
): Promise<ReadChanges> {
  if (!previous)
    return {
      changes: null,
      note: "The first known deployment here: what it brought beyond the one before is not known",
    };
  if (previous.sha === deployment.sha) return { changes: [], note: "The same version was deployed again" };
  if (deployment.kind === "rollback")
    return { changes: [], note: "It went back to a version that ran before" };
  const pushes = await walkBack(ctx, repositoryId, deployment.sha, previous.sha);
  const found = between(pushes, deployment.sha, previous.sha);
  if (!found)
    return {
      changes: null,
      note: "Not all pushes between the two versions were seen, so what changed is not known",
    };
  return { changes: await nameChanges(ctx, repositoryId, found), note: null };
}

/** The newest push first, along one branch, up to the one that brought the earlier commit. */
async function walkBack(ctx: Ctx, repositoryId: string, from: string, to: string): Promise<Walked[]> {
  return ctx.db.execute<Walked & Record<string, unknown>>(sql`
    with recursive walk as (
      (
        select p.repository_id, p.ref, p.after_sha, p.before_sha, p.commits, 1 as depth
        from pushes p join repositories r on r.id = p.repository_id
        where p.repository_id = ${repositoryId} and (p.after_sha = ${from} or ${from} = any(p.commits))
          and p.ref like 'refs/heads/%'
        order by p.ref = 'refs/heads/' || r.default_branch desc, p.after_sha = ${from} desc, p.pushed_at limit 1
      )
      union all
      select p.repository_id, p.ref, p.after_sha, p.before_sha, p.commits, w.depth + 1
      from walk w join pushes p on p.repository_id = w.repository_id and p.ref = w.ref and p.after_sha = w.before_sha
      where w.before_sha <> ${to} and not ${to} = any(w.commits) and w.depth < ${mostPushes}
    )
    select after_sha, before_sha, commits from walk order by depth`);
}

/** The commits after the earlier one, push by push, the newest first; null when the walk did not get there. */
function between(pushes: readonly Walked[], from: string, to: string): string[][] | null {
  const groups: string[][] = [];
  for (const [index, push] of pushes.entries()) {
    const newestFirst = push.commits.toReversed();
    const start = index === 0 ? Math.max(0, newestFirst.indexOf(from)) : 0;
    const end = newestFirst.indexOf(to);
    groups.push(newestFirst.slice(start, end === -1 ? undefined : end));
    if (end !== -1 || push.before_sha === to) return groups;
  }
  return null;
}

type Named = { sha: string; title: string | null };
type Merged = { merge_sha: string; number: number; title: string; merged_at: string };

async function nameChanges(ctx: Ctx, repositoryId: string, groups: readonly string[][]): Promise<Change[]> {
  const shas = sql.param(groups.flat().slice(0, mostCommits * 10));
  const commits = await ctx.db.execute<Named>(sql`
    select sha, title from commits where repository_id = ${repositoryId} and sha = any(${shas}::text[])`);
  const merged = await ctx.db.execute<Merged>(sql`
    select merge_sha, number, title, merged_at from pull_requests
    where repository_id = ${repositoryId} and merge_sha = any(${shas}::text[])`);
  const [repository] = await ctx.db.execute<{ repository_url: string | null; is_demo: boolean }>(sql`
    select url as repository_url, is_demo from repositories where id = ${repositoryId}`);
  const address = (path: string) => (repository ? webAddress(repository, path) : null);
  const titles = new Map(commits.map((commit) => [commit.sha, commit.title]));
  const pulls = new Map(merged.map((pull) => [pull.merge_sha, pull]));
  const toChange = (sha: string): Change => {
    const pull = pulls.get(sha);
    if (pull)
      return {
        kind: "pull request",
        number: pull.number,
        sha,
        title: pull.title,
        mergedAt: new Date(pull.merged_at),
        url: address(`/pull/${pull.number}`),
      };
    const title = titles.get(sha) || "Commit without a message";
    return { kind: "commit", number: null, sha, title, mergedAt: null, url: address(`/commit/${sha}`) };
  };
  // A merge brings the pull request's own commits in the same push: they are that change, not changes of their own.
  const ends = groups.flatMap((group) => {
    const merge = group.find((sha) => pulls.has(sha));
    return merge ? [merge] : group;
  });
  return ends.slice(0, mostCommits).map(toChange);
}
