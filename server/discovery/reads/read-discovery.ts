import { sql } from "drizzle-orm";
import type { SourceKind } from "#server/connections/model.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import type { ConnectionId } from "../inputs.ts";
import {
  type DiscoveryItem,
  type DiscoveryState,
  type DiscoveryStep,
  type Scope,
  type TroubledRepository,
  usualScope,
} from "../model.ts";
import {
  definePeopleRefusal,
  manageDiscoveryRefusal,
  readDiscoveryRefusal,
  repositoryVisibleTo,
} from "../policy.ts";
import { everyMinutes, isReadable, isTold } from "../schedule-discovery.ts";

type Moment = string | null;
type Row = Omit<
  DiscoveryItem,
  | "startedAt"
  | "completedAt"
  | "resumeAt"
  | "peopleAt"
  | "lastToldAt"
  | "repositories"
  | "scope"
  | "may"
  | "webUrl"
> &
  DiscoveryItem["repositories"] & {
    webUrl: string | null;
    startedAt: Moment;
    completedAt: Moment;
    resumeAt: Moment;
    peopleAt: Moment;
    lastToldAt: Moment;
    scope: Scope | null;
  };

/** How the search of every connection goes: what was found, how old that may be, and what is wrong. */
export async function readDiscovery(ctx: Ctx): Promise<{ items: DiscoveryItem[] }> {
  ensure(readDiscoveryRefusal(ctx.actor));
  const rows = await ctx.db.execute<Row>(sql`
    select c.id as "connectionId", c.name, c.kind, c.settings ->> 'webUrl' as "webUrl",
      coalesce(d.state, 'waiting') as state, d.step, coalesce(d.done, 0) as done, coalesce(d.total, 0) as total,
      d.started_at as "startedAt", d.completed_at as "completedAt", d.resume_at as "resumeAt", d.failure,
      d.people_at as "peopleAt", d.people_trouble as "peopleTrouble", d.readers_trouble as "readersTrouble",
      ${isTold} as "isTold", (${everyMinutes})::int as "everyMinutes",
      (select max(w.received_at) from webhook_deliveries w
        where w.connection_id = c.id and w.received_at > now() - interval '1 day') as "lastToldAt",
      found.*, case when s.connection_id is null then null else jsonb_build_object('paths', s.paths, 'branch', s.branch,
        'included', s.included, 'excluded', s.excluded, 'withArchived', s.with_archived, 'withForks', s.with_forks,
        'withPeople', s.with_people, 'withProposals', s.with_proposals) end as scope
    from connections c left join discovery_runs d on d.connection_id = c.id
    left join discovery_scopes s on s.connection_id = c.id
    cross join lateral (
      select count(*) filter (where r.gone_at is null)::int as "all",
        count(*) filter (where l.id is not null and r.gone_at is null)::int as "withFile",
        count(*) filter (where r.gone_at is null and f.commit is null and f.trouble is null)::int as "leftOut",
        count(*) filter (where r.gone_at is not null)::int as gone,
        count(*) filter (where r.gone_at is null and f.trouble is not null)::int as troubled,
        coalesce(sum((select count(*) from proposals p where p.repository_id = r.id and p.state = 'open')), 0)::int
          as "openProposals"
      from source_repositories r left join discovered_repositories f on f.repository_id = r.id
      left join locations l on l.repository_id = r.id where r.connection_id = c.id) as found
    where ${isReadable} or (d.connection_id is not null and c.kind in ('github', 'gitlab'))
    order by c.created_at, c.id`);
  return { items: rows.map((row) => toItem(ctx, row)) };
}

const dateOf = (text: Moment) => (text === null ? null : new Date(text));

function toItem(ctx: Ctx, row: Row): DiscoveryItem {
  const {
    all,
    withFile,
    leftOut,
    gone,
    troubled,
    scope,
    startedAt,
    completedAt,
    resumeAt,
    peopleAt,
    lastToldAt,
    ...rest
  } = row;
  const refused = manageDiscoveryRefusal(ctx.actor);
  return {
    ...rest,
    webUrl: row.webUrl ?? "",
    startedAt: dateOf(startedAt),
    completedAt: dateOf(completedAt),
    resumeAt: dateOf(resumeAt),
    peopleAt: dateOf(peopleAt),
    lastToldAt: dateOf(lastToldAt),
    repositories: { all, withFile, leftOut, gone, troubled },
    scope: scope ?? usualScope,
    may: { manage: refused, run: refused },
  };
}

/** Repositories of a connection that could not be looked at, or are gone; those longest in trouble last, at most 200. */
export async function readTroubled(
  ctx: Ctx,
  { connectionId }: ConnectionId,
): Promise<{ items: TroubledRepository[] }> {
  ensure(readDiscoveryRefusal(ctx.actor));
  const rows = await ctx.db.execute<
    Omit<TroubledRepository, "since" | "asOf"> & { since: string; asOf: Moment }
  >(sql`
    select r.id, r.full_name as "fullName", r.url, f.trouble as reason, f.trouble_since as since,
      l.imported_at as "asOf", l.id as "locationId"
    from source_repositories r join discovered_repositories f on f.repository_id = r.id and f.trouble is not null
    left join locations l on l.repository_id = r.id
    where r.connection_id = ${connectionId} and (l.id is not null or r.gone_at is null)
      and ${repositoryVisibleTo(ctx.actor)}
    order by f.trouble_since desc, r.slug limit 200`);
  return {
    items: rows.map(({ since, asOf, ...row }) => ({ ...row, since: new Date(since), asOf: dateOf(asOf) })),
  };
}

/** Where a source comes from, how fresh it is, and whether it may say who people are. Null: it was added by hand. */
export type FoundSource = {
  connectionId: string;
  connectionName: string;
  kind: SourceKind;
  isPeople: boolean;
  repository: {
    fullName: string;
    url: string;
    visibility: string;
    goneAt: Date | null;
    topics: string[];
  } | null;
  lookedAt: Date | null;
  trouble: string | null;
  troubleSince: Date | null;
  run: { state: DiscoveryState; step: DiscoveryStep | null; failure: string | null; resumeAt: Date | null };
  isTold: boolean;
  everyMinutes: number;
  definesPeople: boolean;
  /** People and teams in its files that were not taken. */
  refusedPeople: number;
  may: { definePeople: ReturnType<typeof definePeopleRefusal> };
};

type SourceRow = {
  connectionId: string;
  connectionName: string;
  kind: SourceKind;
  type: string;
  fullName: string | null;
  url: string;
  visibility: string;
  goneAt: Moment;
  topics: string[];
  lookedAt: Moment;
  trouble: string | null;
  troubleSince: Moment;
  state: DiscoveryState;
  step: DiscoveryStep | null;
  failure: string | null;
  resumeAt: Moment;
  isTold: boolean;
  everyMinutes: number;
  definesPeople: boolean;
  refusedPeople: number;
};

export async function readFoundSource(
  ctx: Ctx,
  { locationId }: { locationId: string },
): Promise<FoundSource | null> {
  ensure(readDiscoveryRefusal(ctx.actor));
  const [row] = await ctx.db.execute<SourceRow>(sql`
    select c.id as "connectionId", c.name as "connectionName", c.kind, l.type, r.full_name as "fullName", r.url,
      r.visibility, r.gone_at as "goneAt", coalesce(r.topics, '{}') as topics, f.looked_at as "lookedAt", f.trouble, f.trouble_since as "troubleSince",
      coalesce(d.state, 'waiting') as state, d.step, d.failure, d.resume_at as "resumeAt", ${isTold} as "isTold",
      (${everyMinutes})::int as "everyMinutes", l.defines_people as "definesPeople",
      (select count(*)::int from entity_problems p where p.location_id = l.id and p.message like ${`%${peopleRefusedWords}%`})
        as "refusedPeople"
    from locations l join connections c on c.id = l.connection_id
    left join source_repositories r on r.id = l.repository_id
    left join discovered_repositories f on f.repository_id = r.id
    left join discovery_runs d on d.connection_id = c.id
    where l.id = ${locationId}`);
  if (!row) {
    const known = await ctx.db.execute(sql`select 1 from locations where id = ${locationId}`);
    if (known.length === 0) throw notFound("This source was removed");
    return null;
  }
  const { fullName, url, visibility, goneAt, topics, state, step, failure, resumeAt, type, ...rest } = row;
  return {
    ...rest,
    isPeople: type === "people",
    repository: fullName ? { fullName, url, visibility, goneAt: dateOf(goneAt), topics } : null,
    lookedAt: dateOf(row.lookedAt),
    troubleSince: dateOf(row.troubleSince),
    run: { state, step, failure, resumeAt: dateOf(resumeAt) },
    may: { definePeople: definePeopleRefusal(ctx.actor) },
  };
}

/** As the import says it of each entry that it did not take. */
const peopleRefusedWords = "may not say who people and teams are";
