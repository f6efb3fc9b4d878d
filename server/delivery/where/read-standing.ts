import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { containedIn, type PartCommit } from "./contained.ts";
import type { Wanted } from "./judge-place.ts";

/** With which deployment each wanted commit first came to a tier of a service. */
export type FirstCame = { at: Date; isBaseline: boolean; sha: string | null };

export type Standing = {
  firstCame: (serviceId: string, tier: string, sha: string) => FirstCame | null;
  contains: (sha: string, one: string) => boolean;
  /** Whether all that came with the tier's first known deployment is known, back to the beginning. */
  isBaselineWhole: (serviceId: string, tier: string) => boolean;
};

/** Beyond so many commits since the oldest wanted one came, its own deployments tell, and the oldest are left out. */
const mostCommits = 50_000;

/**
 * What is known of these commits in these services: where each came first, and which commits hold it. Read are the commits
 * that came with a deployment since the oldest wanted one did: a commit that holds it cannot have come before.
 */
export async function readStanding(
  ctx: Ctx,
  repositoryId: string,
  serviceIds: readonly string[],
  shas: readonly string[],
): Promise<Standing> {
  const services = sql`any(${sql.param([...serviceIds])}::uuid[])`;
  const first = await ctx.db.execute<{
    serviceId: string;
    tier: string;
    sha: string;
    at: string;
    isBaseline: boolean;
    deployed: string | null;
  }>(sql`
    select m.service_id as "serviceId", m.tier, m.sha, d.succeeded_at as at, d.kind = 'baseline' as "isBaseline",
      d.sha as deployed
    from service_commits m join service_deployments d on d.id = m.deployment_id
    where m.service_id = ${services} and m.sha = any(${sql.param([...shas])}::text[])`);
  const came = new Map(
    first.map((row) => [
      `${row.serviceId} ${row.tier} ${row.sha}`,
      { at: new Date(row.at), isBaseline: row.isBaseline, sha: row.deployed },
    ]),
  );
  const oldest = Math.min(...[...came.values()].map(({ at }) => at.getTime()));
  const part = Number.isFinite(oldest)
    ? await ctx.db.execute<PartCommit & Record<string, unknown>>(sql`
        select b.sha, coalesce(c.parents, c.push_parents) as parents from (
          select m.sha, max(d.succeeded_at) as at
          from service_deployments d join service_commits m on m.deployment_id = d.id
          where d.service_id = ${services} and d.succeeded_at >= ${new Date(oldest).toISOString()}::timestamptz
          group by m.sha order by 2 desc limit ${mostCommits}
        ) b join commits c on c.repository_id = ${repositoryId} and c.sha = b.sha`)
    : [];
  const torn = await readTornBaselines(ctx, repositoryId, services);
  return {
    isBaselineWhole: (serviceId, tier) => !torn.has(`${serviceId} ${tier}`),
    firstCame: (serviceId, tier, sha) => came.get(`${serviceId} ${tier} ${sha}`) ?? null,
    contains: containedIn(part, shas),
  };
}

/** Tiers whose first known deployment has commits, or commits before them, that nobody saw. */
async function readTornBaselines(ctx: Ctx, repositoryId: string, services: SQL): Promise<Set<string>> {
  const rows = await ctx.db.execute<{ key: string }>(sql`
    select d.service_id || ' ' || d.tier as key from service_deployments d
    where d.service_id = ${services} and d.kind = 'baseline' and (
      not exists (select from service_commits m where m.deployment_id = d.id)
      or exists (
        select from service_commits m
        left join commits c on c.repository_id = ${repositoryId} and c.sha = m.sha
        where m.deployment_id = d.id and (
          c.sha is null or c.parents is null and c.push_parents = '{}'
          or exists (
            select from unnest(coalesce(c.parents, c.push_parents)) as p(sha)
            where not exists (
              select from service_commits k where k.service_id = d.service_id and k.tier = d.tier and k.sha = p.sha))))
    )`);
  return new Set(rows.map(({ key }) => key));
}

type Target = { sha: string; number: number | null; title: string; committedAt: Date | null };

/**
 * What takes each of these changes back: commits whose message names it by its name, its pull request, or, where it says
 * neither, by the title of the newest change that has it. And what takes these back in turn: by name as well, or by the
 * title that `git revert` and GitHub give it (`Revert "Revert "…""`, `Reapply "…"`), since messages that bring something back
 * name nothing that they would take away.
 */
export async function readReverts(
  ctx: Ctx,
  repositoryId: string,
  targets: readonly Target[],
): Promise<Map<string, Wanted["reverts"]>> {
  const rows = await ctx.db.execute<RevertRow>(sql`
    with targets as (
      select * from jsonb_to_recordset(${JSON.stringify(
        targets.map(({ sha, number, title }) => ({ sha, number, title: plain(title) })),
      )}::jsonb) as t(sha text, number int, title text)
    ),
    reverts as materialized (
      select c.sha, c.reverts, c.pull_request as number, c.title, c.pull_request_title, c.authored_at, coalesce(c.committed_at, c.authored_at) as at
      from commits c where c.repository_id = ${repositoryId} and c.reverts <> '{}'
    ),
    named as (
      select t.sha as target, r.sha, r.number, r.at from targets t join reverts r on r.sha <> t.sha and exists (
        select from unnest(r.reverts) as w(word)
        where starts_with('sha:' || t.sha, w.word) and length(w.word) >= 11
          or w.word = 'pull:' || t.number and r.number is distinct from t.number
      )
      union
      select t.sha, r.sha, r.number, r.at from targets t
      join reverts r on r.sha <> t.sha and 'title:' || t.title = any(r.reverts)
        and not exists (select from unnest(r.reverts) as w(word) where w.word not like 'title:%')
      where t.sha = (
        select u.sha from commits u
        where u.repository_id = ${repositoryId} and u.sha <> r.sha
          and md5(regexp_replace(u.title, ' [(]#[0-9]+[)]$', '')) = md5(t.title)
          and coalesce(u.committed_at, u.authored_at) <= r.at
        order by coalesce(u.committed_at, u.authored_at) desc, u.sha limit 1)
    )
    select n.target, n.sha, n.number, array(
      select b.sha from reverts b where b.sha <> n.sha and exists (
        select from unnest(b.reverts) as w(word)
        where starts_with('sha:' || n.sha, w.word) and length(w.word) >= 11
          or n.number is not null and w.word = 'pull:' || n.number and b.number is distinct from n.number)
      union
      select b.sha from reverts r
      cross join lateral unnest(array[r.title, r.pull_request_title,
        (select p.title from pull_requests p where p.repository_id = ${repositoryId} and p.number = r.number)]) as t(title)
      cross join lateral unnest(array[t.title, ${plainSql(sql`t.title`)}]) as u(title)
      cross join lateral unnest(array['Revert "' || u.title || '"', regexp_replace(u.title, '^Revert "', 'Reapply "')]) as back(title)
      join commits b on b.repository_id = ${repositoryId} and md5(${plainSql(sql`b.title`)}) = md5(back.title)
      where r.sha = n.sha and back.title <> u.title and coalesce(b.committed_at, b.authored_at) >= n.at
    ) as backs from named n order by n.at`);
  const found = Map.groupBy(rows, ({ target }) => target);
  return new Map(
    [...found].map(([target, reverts]) => [
      target,
      reverts.map(({ sha, number, backs }) => ({
        ...{ sha, backs },
        words: `Taken back by ${number === null ? sha.slice(0, 7) : `#${number}`}`,
      })),
    ]),
  );
}

type RevertRow = { target: string; sha: string; number: number | null; backs: string[] };

/** As the index of titles has it. */
const plainSql = (title: SQL): SQL => sql`regexp_replace(${title}, ' [(]#[0-9]+[)]$', '')`;
const plain = (title: string) => title.replace(/ [(]#\d+[)]$/, "");
