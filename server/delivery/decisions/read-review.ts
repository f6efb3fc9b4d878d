import { type SQL, sql } from "drizzle-orm";
import { knownRef } from "#server/catalog/reads/links.ts";
import { isVisible } from "#server/catalog/visible-entities.ts";
import type { Ctx } from "#server/core/context.ts";
import { readCursor, writeCursor } from "#server/core/pagination.ts";
import type { AskReview, AskReviewCount } from "./inputs.ts";
import type { ReviewCount, ReviewItem, ReviewPage } from "./model.ts";
import { decideRefusal } from "./policy.ts";
import { failureColumns, type RawFailure, wordsOf } from "./read-failures.ts";

/**
 * Suggested failures that nobody has judged, of services that the actor may see, the oldest first: those that widen the
 * range of a change fail rate. What a deployment is confirmed to have failed by already, or one that is left out, is not
 * asked about.
 */
export async function readReview(ctx: Ctx, asked: AskReview): Promise<ReviewPage> {
  const [items, count, teams] = await Promise.all([
    readItems(ctx, asked),
    readReviewCount(ctx, asked),
    readTeams(ctx),
  ]);
  const shown = items.slice(0, asked.limit);
  const last = shown.at(-1);
  return {
    ...count,
    teams,
    items: shown,
    nextCursor: last && items.length > asked.limit ? writeCursor([last.seenAt.toISOString(), last.id]) : null,
  };
}

/** How much waits, and since when. */
export async function readReviewCount(ctx: Ctx, asked: AskReviewCount): Promise<ReviewCount> {
  const [row] = await ctx.db.execute<{
    suggestions: number;
    deployments: number;
    oldestAt: string | null;
  }>(sql`
    ${teamsBelow(asked.team)}
    select count(*)::int as suggestions, count(distinct f.deployment_id)::int as deployments,
      min(f.seen_at) as "oldestAt"
    from ${waiting} where ${isWaiting} and ${isVisible(ctx.actor)} and ${isAsked(ctx, asked)}`);
  return {
    suggestions: row?.suggestions ?? 0,
    deployments: row?.deployments ?? 0,
    oldestAt: row?.oldestAt ? new Date(row.oldestAt) : null,
  };
}

const waiting = sql`deployment_failures f join service_deployments d on d.id = f.deployment_id
  join delivery_services v on v.id = f.service_id join entities e on e.ref = v.entity_ref`;

const isWaiting = sql`f.state = 'suggested' and d.tier = 'production' and not d.is_excluded
  and d.fail_state = 'suggested' and e.file_gone_at is null`;

const seenAt = sql`date_trunc('milliseconds', f.seen_at)`;

const teamsBelow = (team: string | undefined): SQL =>
  team === undefined
    ? sql``
    : sql`with recursive below(ref) as (
        select ${knownRef(team)}::text collate "C"
        union
        select r.target_ref from below join entity_relations r on r.source_ref = below.ref and r.type = 'parentOf'
      )`;

function isAsked({ actor }: Ctx, { team, service, mine }: AskReviewCount): SQL {
  const ofTeam = team === undefined ? sql`true` : sql`e.owner_ref in (select ref from below)`;
  const asked = service === undefined ? ofTeam : sql`${ofTeam} and e.ref = ${knownRef(service)}`;
  if (!mine) return asked;
  const held =
    actor.kind === "user"
      ? [...actor.groupRefs, ...actor.maintains, ...(actor.personRef ? [actor.personRef] : [])]
      : [];
  return sql`${asked} and e.owner_ref = any(${sql.param(held)}::text[])`;
}

type RawItem = RawFailure & {
  deploymentId: number;
  serviceRef: string;
  serviceName: string;
  ownerRef: string | null;
  at: string;
  environment: string;
  sha: string | null;
};

async function readItems(ctx: Ctx, asked: AskReview): Promise<ReviewItem[]> {
  const rows = await ctx.db.execute<RawItem>(sql`
    ${teamsBelow(asked.team)}
    select ${failureColumns}, d.id::float8 as "deploymentId", e.ref as "serviceRef",
      coalesce(e.title, e.name) as "serviceName", e.owner_ref as "ownerRef", d.at, d.environment, d.sha
    from ${waiting}
    where ${isWaiting} and ${isVisible(ctx.actor)} and ${isAsked(ctx, asked)} ${afterCursor(asked.cursor)}
    order by ${seenAt}, f.id limit ${asked.limit + 1}`);
  return rows.map((raw) => ({
    id: raw.id,
    deploymentId: raw.deploymentId,
    serviceRef: raw.serviceRef,
    serviceName: raw.serviceName,
    ownerRef: raw.ownerRef,
    at: new Date(raw.at),
    environment: raw.environment,
    sha: raw.sha,
    seenAt: new Date(raw.seenAt),
    signal: raw.signal,
    ...wordsOf(raw),
    may: decideRefusal(ctx.actor, raw),
  }));
}

function afterCursor(cursor: string | undefined): SQL {
  if (!cursor) return sql``;
  const [when, id] = readCursor(cursor, ["time", "whole"]);
  return sql`and (${seenAt}, f.id) > (${String(when)}::timestamptz, ${Number(id)}::bigint)`;
}

/** Of people who own something there is no count. */
function readTeams(ctx: Ctx): Promise<ReviewPage["teams"]> {
  return ctx.db.execute<ReviewPage["teams"][number]>(sql`
    select e.owner_ref as ref, count(*)::int as suggestions from ${waiting}
    where ${isWaiting} and ${isVisible(ctx.actor)} and e.owner_ref like 'group:%'
    group by e.owner_ref order by e.owner_ref limit 500`);
}
