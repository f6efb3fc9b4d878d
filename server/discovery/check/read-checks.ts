import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Ctx } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { readDiscoveryRefusal, repositoryVisibleTo } from "../policy.ts";
import { type CheckDetail, type CheckItem, type CheckResult, summaryOf } from "./model.ts";

export const CheckId = z.object({ id: z.uuid() });
export type CheckId = z.infer<typeof CheckId>;

type Row = Omit<CheckDetail, "createdAt" | "finishedAt" | "summary" | "pullRequest"> & {
  pullRequest: number;
  createdAt: number;
  finishedAt: number | null;
};

const query = (ctx: Ctx, where: SQL, limit: number) =>
  ctx.db.execute<Row>(sql`
    select c.id, r.full_name as repository, r.url as "repositoryUrl", c.pull_request as "pullRequest", c.branch,
      c.head_sha as "headSha", c.state, c.conclusion, c.failure, c.untold, c.result,
      extract(epoch from c.created_at)::float8 * 1000 as "createdAt",
      extract(epoch from c.finished_at)::float8 * 1000 as "finishedAt"
    from catalogue_checks c join source_repositories r on r.id = c.repository_id
    where ${repositoryVisibleTo(ctx.actor)} and c.state <> 'outdated' and ${where}
    order by c.created_at desc, c.id limit ${limit}`);

/** The newest checks, at most 100. */
export async function readChecks(ctx: Ctx): Promise<{ items: CheckItem[] }> {
  ensure(readDiscoveryRefusal(ctx.actor));
  const rows = await query(ctx, sql`true`, 100);
  return {
    items: rows.map((row) => {
      const { result: _, ...item } = detailOf(row);
      return item;
    }),
  };
}

/** One check with all it found. Throws "not_found" also where its repository is not for the actor. */
export async function getCheck(ctx: Ctx, input: CheckId): Promise<CheckDetail> {
  ensure(readDiscoveryRefusal(ctx.actor));
  const [row] = await query(ctx, sql`c.id = ${input.id}`, 1);
  if (!row) throw notFound("There is no such check, or it is of a repository that you may not read");
  return detailOf(row);
}

function detailOf({ pullRequest, createdAt, finishedAt, ...row }: Row): CheckDetail {
  return {
    ...row,
    pullRequest: pullRequest || null,
    summary: row.result ? summaryOf(row.result as CheckResult) : null,
    createdAt: new Date(createdAt),
    finishedAt: finishedAt === null ? null : new Date(finishedAt),
  };
}
