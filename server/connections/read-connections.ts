import { asc, inArray, sql } from "drizzle-orm";
import { connectionBudgets, connectionHealth, connectionInstallations } from "#db/schema/connections.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { recentSignInRefusal } from "#server/core/recent-sign-in.ts";
import { installUrlOf } from "./hosts/github/identity.ts";
import {
  abilitiesOfApp,
  type ConnectionItem,
  type ConnectionList,
  type ConnectionState,
  type HostAbility,
  hostAbilities,
  type InstallationRow,
} from "./model.ts";
import { manageConnectionsRefusal, readConnectionsRefusal } from "./policy.ts";
import { listSourceConnections, type StoredConnection } from "./stored-connection.ts";

/** Every connection to a host of repositories, with how it does. */
export async function readConnections(ctx: Ctx): Promise<ConnectionList> {
  ensure(readConnectionsRefusal(ctx.actor));
  const stored = await listSourceConnections(ctx);
  const about = await readAbout(
    ctx,
    stored.map(({ id }) => id),
  );
  const items = stored.map((connection) => toItem(connection, about));
  const manage = manageConnectionsRefusal(ctx.actor) ?? recentSignInRefusal(ctx.actor, ctx.now());
  return { items, may: { manage } };
}

/** The newest of so many webhooks are looked at: enough to tell whether a connection's come in at all. */
const lookedAtWebhooks = 20_000;

type Counted = {
  id: string;
  repositories: number;
  listedAt: string | null;
  entries: number;
  webhookAt: string | null;
  hasWebhookSecret: boolean;
  secretSetAt: string | null;
};

type About = Awaited<ReturnType<typeof readAbout>>;

async function readAbout(ctx: Ctx, ids: readonly string[]) {
  const mine = (column: Parameters<typeof inArray>[0]) => inArray(column, ids.length > 0 ? [...ids] : [none]);
  const health = await ctx.db
    .select({
      connectionId: connectionHealth.connectionId,
      checkedAt: connectionHealth.checkedAt,
      succeededAt: connectionHealth.succeededAt,
      failure: connectionHealth.failure,
      failedAt: connectionHealth.failedAt,
      identity: connectionHealth.identity,
      abilities: connectionHealth.abilities,
      notes: connectionHealth.notes,
    })
    .from(connectionHealth)
    .where(mine(connectionHealth.connectionId));
  const budgets = await ctx.db
    .select({
      connectionId: connectionBudgets.connectionId,
      holder: connectionBudgets.holder,
      limit: connectionBudgets.limit,
      remaining: connectionBudgets.remaining,
      resetAt: connectionBudgets.resetAt,
      pausedUntil: connectionBudgets.pausedUntil,
    })
    .from(connectionBudgets)
    .where(mine(connectionBudgets.connectionId));
  const installations = await ctx.db
    .select({
      connectionId: connectionInstallations.connectionId,
      externalId: connectionInstallations.externalId,
      account: connectionInstallations.account,
      accountType: connectionInstallations.accountType,
      selection: connectionInstallations.selection,
      permissions: connectionInstallations.permissions,
      suspendedAt: connectionInstallations.suspendedAt,
    })
    .from(connectionInstallations)
    .where(mine(connectionInstallations.connectionId))
    .orderBy(asc(connectionInstallations.account));
  return { health, budgets, installations, counted: await readCounts(ctx), now: ctx.now() };
}

const none = "00000000-0000-0000-0000-000000000000";

async function readCounts(ctx: Ctx): Promise<Counted[]> {
  const rows = await ctx.db.execute<Counted>(sql`
    select c.id::text as id,
      (select count(*)::int from source_repositories r where r.connection_id = c.id and r.gone_at is null)
        as repositories,
      (select max(r.listed_at) from source_repositories r where r.connection_id = c.id) as "listedAt",
      (select count(*)::int from source_repositories r
        join locations l on l.repository_id = r.id join entities e on e.location_id = l.id
        where r.connection_id = c.id) as entries,
      (select max(d.received_at) from webhook_deliveries d where d.connection_id = c.id
        and d.id > (select coalesce(max(id), 0) - ${lookedAtWebhooks} from webhook_deliveries)) as "webhookAt",
      exists (select 1 from connection_secrets s where s.connection_id = c.id and s.purpose = 'webhook'
        and s.retired_at is null) as "hasWebhookSecret",
      (select max(s.created_at) from connection_secrets s where s.connection_id = c.id
        and s.purpose in ('token', 'private-key') and s.retired_at is null) as "secretSetAt"
    from connections c where c.kind in ('github', 'gitlab')`);
  return [...rows];
}

const dateOf = (text: string | null | undefined) => (text ? new Date(text) : null);

function toItem(connection: StoredConnection, about: About): ConnectionItem {
  const { id, kind, name, settings } = connection;
  const health = about.health.find(({ connectionId }) => connectionId === id);
  const counted = about.counted.find((row) => row.id === id);
  const installations = about.installations.filter(({ connectionId }) => connectionId === id);
  const accountOf = (holder: string) =>
    installations.find(({ externalId }) => externalId === holder)?.account ?? holder;
  const { app, isSeeded: _, ...shown } = settings;
  return {
    id,
    kind,
    name,
    ...shown,
    app: app && { ...app, installUrl: app.slug && installUrlOf(settings.webUrl, app.slug) },
    state: stateOf(connection, health),
    checkedAt: health?.checkedAt ?? null,
    succeededAt: health?.succeededAt ?? null,
    failure: health?.failure ?? null,
    failedAt: health?.failure ? health.failedAt : null,
    identity: health?.identity ?? null,
    abilities: (health?.abilities ?? {}) as ConnectionItem["abilities"],
    notes: health?.notes ?? [],
    budgets: about.budgets
      .filter(
        (row) => row.connectionId === id && row.holder !== "app" && (row.resetAt ?? about.now) >= about.now,
      )
      .map(({ connectionId: _, holder, ...row }) => ({ holder: accountOf(holder), ...row })),
    installations: installations.map(toInstallation),
    webhookAt: dateOf(counted?.webhookAt),
    hasWebhookSecret: counted?.hasWebhookSecret ?? false,
    webhookPath: `/api/webhooks/${connection.kind}/${id}`,
    repositories: counted?.repositories ?? 0,
    listedAt: dateOf(counted?.listedAt),
    entries: counted?.entries ?? 0,
    secretSetAt: dateOf(counted?.secretSetAt),
  };
}

function stateOf(
  { disabledAt }: StoredConnection,
  health: { checkedAt: Date | null; failure: string | null } | undefined,
): ConnectionState {
  if (disabledAt) return "off";
  if (!health?.checkedAt) return "unchecked";
  return health.failure === null ? "working" : "failing";
}

function toInstallation(row: About["installations"][number]): InstallationRow {
  const { connectionId: _, permissions, ...shown } = row;
  const abilities = abilitiesOfApp(permissions);
  return { ...shown, missing: hostAbilities.filter((ability: HostAbility) => !abilities[ability]) };
}
