import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { enqueueAll } from "#server/core/jobs.ts";

/**
 * Jobs of domains above this one that go on from webhooks of some events; each is handed `{ deliveryId }`. Known here by
 * name alone, since webhooks do not know who builds on them.
 */
const followers: readonly {
  job: string;
  events: ReadonlySet<string>;
  /** All that it needs stands in the webhook: it is also told where there is no host to ask. */
  asksNobody?: boolean;
}[] = [
  {
    job: "discovery-follow-delivery",
    events: new Set([
      "push",
      "repository",
      "installation",
      "installation_repositories",
      "team",
      "team_add",
      "membership",
      "member",
      "organization",
    ]),
  },
  {
    job: "discovery-follow-gitlab",
    events: new Set([
      "gitlab push",
      "gitlab merge request",
      "gitlab project",
      "gitlab member",
      "gitlab subgroup",
      "gitlab system",
    ]),
  },
  { job: "discovery-check-delivery", events: new Set(["push", "pull_request"]) },
  { job: "trust-read-push", events: new Set(["push"]), asksNobody: true },
];

/** Whether anybody goes on from webhooks of this event. */
export const isFollowed = (event: string): boolean => followers.some(({ events }) => events.has(event));

/** A webhook that could be read, whatever else became of it. */
type Followed = { id: number; event: string; isDemo: boolean };

/**
 * To be called in the transaction that writes what became of these webhooks. Those of the demo organisation have no host
 * to ask, and those of a connection that only receives (no credentials, so nothing to read with) are not followed either.
 */
export async function tellFollowers(tx: Ctx, deliveries: readonly Followed[]): Promise<void> {
  for (const { job, events, asksNobody = false } of followers) {
    const meant = deliveries.filter(({ event, isDemo }) => !isDemo && events.has(event));
    if (meant.length === 0) continue;
    const rows = await tx.db.execute<{ id: string }>(sql`
      select d.id from webhook_deliveries d
      where d.id = any(${sql.param(meant.map(({ id }) => id))}::bigint[])
        and (${asksNobody} or exists (select 1 from connection_secrets s
          where s.connection_id = d.connection_id and s.purpose <> 'webhook' and s.retired_at is null))
      order by d.id`);
    await enqueueAll(
      tx,
      { name: job },
      rows.map(({ id }) => ({ deliveryId: Number(id) })),
    );
  }
}
