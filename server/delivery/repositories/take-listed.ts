import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { hostRepositoryFact, type Repository } from "#server/delivery/back-fill/host-facts.ts";
import type { DeliveryFacts, TurnFact } from "#server/delivery/facts.ts";
import { writeFacts } from "#server/delivery/write-facts.ts";
import { keyOfListed } from "#server/github/names-of-listed.ts";

type Row = Repository & {
  key: string;
  listedAt: string;
  goneAt: string | null;
  isRenamed: boolean;
  turn: TurnFact["turn"] | null;
};

/**
 * What the host lists of repositories that something is known of, where that is newer than what webhooks said: other names,
 * an end, a return. It is all that is known of those that send no webhooks about it, as GitLab's projects.
 */
export async function takeListed(ctx: Ctx, connectionId: string): Promise<void> {
  const rows = await ctx.db.execute<Row>(sql`
    select * from (
      select r.id, r.external_id as "externalId", r.full_name as "fullName", r.url, r.default_branch as "defaultBranch",
        k.id as key, r.listed_at as "listedAt", r.gone_at as "goneAt",
        k.slug <> r.slug and k.as_of < r.listed_at and r.gone_at is null as "isRenamed",
        case when t.at >= coalesce(r.gone_at, r.listed_at) then null
          when r.gone_at is not null then case when ${isGone} and t.turn is distinct from 'deleted' then 'gone' end
          when r.is_archived then 'archived'
          when t.turn in ('archived', 'deleted', 'gone') then 'back' end as turn,
        t.turn as "before"
      from source_repositories r join repositories k on k.id = ${keyOfListed}
      left join lateral (
        select u.turn, u.at from repository_turns u where u.repository_id = k.id order by u.at desc, u.turn limit 1
      ) t on true
      where r.connection_id = ${connectionId}
    ) listed
    where "isRenamed" or turn <> coalesce("before", '') order by key`);
  if (rows.length === 0) return;
  await inTransaction(ctx, (tx) => writeFacts(tx, rows.map(toFacts)));
}

/** No other connection is shown it. */
const isGone = sql`not exists (
  select from source_repositories o where o.external_id = r.external_id and o.url = r.url and o.gone_at is null)`;

function toFacts({ key, listedAt, goneAt, isRenamed, turn, ...listed }: Row): DeliveryFacts {
  const at = new Date(listedAt);
  const known = hostRepositoryFact(listed, at);
  return {
    repository: isRenamed ? { ...known, asOf: at } : known,
    turns: turn ? [{ repositoryId: key, at: goneAt ? new Date(goneAt) : at, turn }] : [],
  };
}
