import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { readCursor, writeCursor } from "#server/core/pagination.ts";
import type { ListUnmatched } from "#server/delivery/inputs.ts";
import type { Outcome, Page, UnmatchedDeployment } from "#server/delivery/model.ts";
import { readUnmatchedRefusal } from "#server/delivery/policy.ts";
import { namedRepositories } from "#server/delivery/repositories/named-repositories.ts";
import { deploymentOfScope, readServices, type ServiceScope, scopeRows } from "./service-scopes.ts";
import { webAddress } from "./web-address.ts";

type Raw = {
  repository_id: string;
  number: string;
  repository: string;
  repository_url: string | null;
  is_demo: boolean;
  environment: string;
  task: string;
  sha: string;
  at: string;
  outcome: Outcome;
  components: number;
};

/** What GitHub told of deployments that belong to no Component of the catalogue, the newest first, each with what would change that. */
export async function readUnmatchedDeployments(
  ctx: Ctx,
  input: ListUnmatched,
): Promise<Page<UnmatchedDeployment>> {
  ensure(readUnmatchedRefusal(ctx.actor));
  const scopes = (await readAllServices(ctx)).flatMap((service) => service.scopes);
  // Most repositories belong to one Component as a whole: nothing of theirs can be unmatched.
  const isWhole = (scope: ServiceScope) =>
    !scope.task && !scope.environment && scope.others.length === 0 && !scope.from && !scope.until;
  const covered = scopes.filter(isWhole).map((scope) => scope.repositoryId);
  const rows = await ctx.db.execute<Raw>(sql`
    with page as (
      select d.* from repositories r cross join lateral (
        select d.* from deployments d
        where d.repository_id = r.id ${beforeCursor(input.cursor)}
          and not exists (
            select 1 from ${scopeRows(scopes.filter((scope) => !isWhole(scope)))} where ${deploymentOfScope})
        order by d.at desc, d.number desc limit ${input.limit + 1}
      ) d
      where r.id not in (select jsonb_array_elements_text(${JSON.stringify(covered)}::jsonb))
      order by d.at desc, d.number desc, d.repository_id desc limit ${input.limit + 1}
    )
    select d.repository_id, d.number, d.environment, d.task, d.sha, d.at, d.outcome, r.full_name as repository,
      r.url as repository_url, r.is_demo, (
        select count(*)::int from entities e
        where e.project_slug in (select z.named from ${namedRepositories} z where z.id = r.id and z.until_at is null)
          and e.kind_key = 'component' and e.file_gone_at is null
      ) as components
    from page d join repositories r on r.id = d.repository_id
    order by d.at desc, d.number desc, d.repository_id desc`);
  const last = rows.length > input.limit ? rows[input.limit - 1] : undefined;
  return {
    items: rows.slice(0, input.limit).map(toUnmatched),
    nextCursor: last
      ? writeCursor([new Date(last.at).toISOString(), Number(last.number), last.repository_id])
      : null,
  };
}

function beforeCursor(cursor: string | undefined): SQL {
  if (!cursor) return sql``;
  const [at, number, repositoryId] = readCursor(cursor, ["time", "whole", "text"]);
  return sql`and (d.at, d.number, d.repository_id)
    < (${String(at)}::timestamptz, ${Number(number)}::bigint, ${String(repositoryId)})`;
}

async function readAllServices(ctx: Ctx) {
  const rows = await ctx.db.execute<{ ref: string }>(sql`
    select e.ref from entities e
    where e.kind_key = 'component' and e.file_gone_at is null
      and e.project_slug in (select named from ${namedRepositories} known)
    order by e.ref limit 20000`);
  return readServices(
    ctx,
    rows.map(({ ref }) => ref),
  );
}

const toUnmatched = (row: Raw): UnmatchedDeployment => ({
  id: `${row.repository_id}:${row.number}`,
  repository: row.repository,
  environment: row.environment,
  task: row.task,
  sha: row.sha,
  at: new Date(row.at),
  outcome: row.outcome,
  url: webAddress(row, `/commit/${row.sha}`),
  reason: reasonOf(row),
});

function reasonOf({ components, repository, task, environment }: Raw): string {
  if (components === 0)
    return `No Component of the catalog has the annotation github.com/project-slug: ${repository}`;
  return `${components} Components share ${repository}, and none of them claims the task "${task}" or the environment "${environment}": add milepost.dev/deployment-task or milepost.dev/deployment-environment`;
}
