import { sql } from "drizzle-orm";
import { openConnection } from "#server/connections/open-connection.ts";
import type { SourceHost } from "#server/connections/source-host.ts";
import { findDomainError } from "#server/core/errors.ts";
import type { JobTools } from "#server/core/jobs.ts";
import { readWhere } from "#server/delivery/where/read-where.ts";
import { commentMarker, commentWords } from "./comment-words.ts";

export const tellPullRequestsJobName = "delivery-tell-pull-requests";

/** A change is followed for so long after it came to production; later rollbacks stand in the portal alone. */
const daysFollowed = 7;
const mostAtOnce = 50;

type Due = {
  connectionId: string;
  repositoryId: string;
  repository: string;
  number: number;
  words: string | null;
};

type Options = { open?: typeof openConnection; publicUrl?: string | null };

/**
 * Tells pull requests that came to production where they run: one comment each, which is changed when that changes. Only
 * through connections that were switched on for it, of what came since then, and never in public repositories, where names
 * of services and environments would be read by anybody. A host that is down or asks to wait is asked again by the next run.
 */
export async function tellPullRequests(
  { ctx, outside }: Pick<JobTools, "ctx" | "outside">,
  { open = openConnection, publicUrl = null }: Options = {},
): Promise<void> {
  const due = await readDue({ ctx });
  for (const [connectionId, ofOne] of Map.groupBy(due, (one) => one.connectionId)) {
    let host: SourceHost | null = null;
    try {
      for (const one of ofOne) {
        const { changes } = await readWhere(ctx, { repository: one.repository, pull: one.number });
        const change = changes[0];
        const text = `${one.repository}#${one.number}`;
        const url = publicUrl
          ? new URL(`/delivery/where?text=${encodeURIComponent(text)}`, publicUrl).href
          : null;
        const words = change ? commentWords(change, url) : null;
        if (words === null || words === one.words) continue;
        host ??= await open(ctx, outside, connectionId);
        await keepTold({ ctx }, one, words, await tell(host, one, words));
      }
    } catch (error) {
      if (!findDomainError(error)) throw error;
    } finally {
      await host?.close();
    }
  }
}

/** The newest first, each pull request once, with what it was told last. */
async function readDue({ ctx }: Pick<JobTools, "ctx">): Promise<Due[]> {
  const since = new Date(ctx.now().getTime() - daysFollowed * 86_400_000).toISOString();
  const rows = await ctx.db.execute<Due>(sql`
    select s.connection_id as "connectionId", r.id as "repositoryId", r.full_name as repository,
      c.pull_request as number, t.words
    from delivery_comment_settings s
    join connections n on n.id = s.connection_id and n.disabled_at is null
    join source_repositories h on h.connection_id = s.connection_id and h.visibility <> 'public'
    join repositories r on r.slug = h.slug and not r.is_demo and lower(rtrim(r.url, '/')) = lower(rtrim(h.url, '/'))
    join service_deployments d on d.repository_id = r.id and d.tier = 'production'
      and d.at >= ${since}::timestamptz and d.succeeded_at >= s.changed_at
    join deployment_changes c on c.deployment_id = d.id and c.pull_request is not null
    left join delivery_comments t on t.repository_id = r.id and t.number = c.pull_request
    where s.is_on
    group by 1, 2, 3, 4, 5 order by max(d.at) desc limit ${mostAtOnce}`);
  return [...rows];
}

/** Answers why it could not be told; null when it was. Throws where the host is down or asks to wait. */
async function tell(host: SourceHost, { repository, number }: Due, words: string): Promise<string | null> {
  const abilities = await host.readAbilities();
  if (abilities.writePullRequests === false)
    return "The connection lacks the permission to write to pull requests";
  try {
    await host.upsertComment(repository, number, commentMarker, words);
    return null;
  } catch (error) {
    const told = findDomainError(error);
    if (told?.code !== "forbidden" && told?.code !== "not_found") throw error;
    return told.message.slice(0, 500);
  }
}

async function keepTold(
  { ctx }: Pick<JobTools, "ctx">,
  { repositoryId, number }: Due,
  words: string,
  failure: string | null,
): Promise<void> {
  await ctx.db.execute(sql`
    insert into delivery_comments as t (repository_id, number, words, told_at, failure)
    values (${repositoryId}, ${number}, ${words}, ${ctx.now().toISOString()}::timestamptz, ${failure})
    on conflict (repository_id, number) do update
      set words = excluded.words, told_at = excluded.told_at, failure = excluded.failure`);
}
