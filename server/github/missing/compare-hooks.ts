import { and, eq, notInArray, sql } from "drizzle-orm";
import { webhookHooks } from "#db/schema/github.ts";
import { openConnection } from "#server/connections/open-connection.ts";
import type { HostHook, HostHooks, SourceHost } from "#server/connections/source-host.ts";
import type { Ctx } from "#server/core/context.ts";
import { findDomainError } from "#server/core/errors.ts";
import type { Keyring } from "#server/core/keyring.ts";
import type { Outside } from "#server/core/outside.ts";
import { webhookPath } from "../model.ts";
import { namesOfListed } from "../names-of-listed.ts";
import { askAgain } from "./ask-again.ts";
import { findMisses } from "./find-misses.ts";
import { noteMissing, settleMisses } from "./settle-misses.ts";

export const compareHooksJobName = "github-compare-hooks";

export type CompareTools = {
  ctx: Ctx;
  outside: Outside;
  signal: AbortSignal;
  keyring?: () => Keyring;
  /** Between two requests for a redelivery: hosts take some eighty a minute. */
  pauseMs?: number;
};

const hookKeyOf = (hook: HostHook) => (hook.kind === "app" ? `app:${hook.id}` : `hook:${hook.id}`);
const day = 86_400_000;
/** Deliveries that are under way, and a host's list that lags behind. */
const overlapMs = 10 * 60_000;

/**
 * Compares what the hooks of a connection have sent with what is here, and has delivered again what is missing: GitHub
 * itself repeats nothing ("Handling failed webhook deliveries"). A webhook that is here needs no repetition, whatever the
 * host heard from us; one that is not does, also one that the host holds for delivered, as after a restored backup.
 * Hooks that send elsewhere are left alone.
 */
export async function compareHooks(
  tools: CompareTools,
  { connectionId }: { connectionId: string },
): Promise<void> {
  const { ctx, outside } = tools;
  const options = tools.keyring ? { keyring: tools.keyring } : {};
  const host = await openConnection(ctx, outside, connectionId, options);
  try {
    if (!host.hooks) return;
    const listed = await host.hooks.list(await readRepositories(ctx, connectionId));
    const ours = listed.hooks.filter(({ url }) => isOurs(url));
    await keepHooks(ctx, connectionId, ours);
    for (const hook of ours) await compareHook(tools, host, host.hooks, hook);
  } finally {
    await host.close();
  }
}

/** The path is the portal's own, under whatever name it is reached. */
function isOurs(url: string): boolean {
  const path = URL.parse(url)?.pathname;
  return path === webhookPath || (path?.startsWith(`${webhookPath}/`) ?? false);
}

/** Those that the catalogue has a service of. */
async function readRepositories(ctx: Ctx, connectionId: string): Promise<string[]> {
  const rows = await ctx.db.execute<{ fullName: string }>(sql`
    select r.full_name as "fullName" from source_repositories r
    where r.connection_id = ${connectionId} and r.gone_at is null
      and exists (select 1 from ${namesOfListed} join entities e on e.project_slug = own.slug where e.kind_key = 'component')
    order by r.full_name`);
  return rows.map(({ fullName }) => fullName);
}

async function keepHooks(ctx: Ctx, connectionId: string, hooks: readonly HostHook[]): Promise<void> {
  for (const hook of hooks) {
    const told = { owner: hook.owner, isActive: hook.isActive, listedAt: ctx.now() };
    await ctx.db
      .insert(webhookHooks)
      .values({ connectionId, hookKey: hookKeyOf(hook), kind: hook.kind, ...told })
      .onConflictDoUpdate({ target: [webhookHooks.connectionId, webhookHooks.hookKey], set: told });
  }
  const keys = hooks.map(hookKeyOf);
  await ctx.db
    .delete(webhookHooks)
    .where(
      and(
        eq(webhookHooks.connectionId, connectionId),
        keys.length > 0 ? notInArray(webhookHooks.hookKey, keys) : undefined,
      ),
    );
}

/** One hook; what goes wrong is noted with it, and does not keep the others. */
async function compareHook(
  tools: CompareTools,
  host: SourceHost,
  hooks: HostHooks,
  hook: HostHook,
): Promise<void> {
  const { ctx } = tools;
  const at = { connectionId: host.connectionId, hookKey: hookKeyOf(hook) };
  const row = and(eq(webhookHooks.connectionId, at.connectionId), eq(webhookHooks.hookKey, at.hookKey));
  const [known] = await ctx.db
    .select({ comparedFrom: webhookHooks.comparedFrom })
    .from(webhookHooks)
    .where(row);
  const beganAt = ctx.now();
  const oldest = new Date(beganAt.getTime() - hooks.keptDays * day);
  const last = known?.comparedFrom ?? null;
  const since = last && last > oldest ? new Date(last.getTime() - overlapMs) : oldest;
  try {
    await findMisses(tools, hooks, { ...at, hook, since });
    await settleMisses(ctx, { ...at, oldest });
    if (last && last < oldest) await noteMissing(ctx, { ...at, from: last, until: oldest });
    await askAgain(tools, hooks, { ...at, hook });
    const done = { comparedFrom: beganAt, comparedAt: ctx.now(), failure: null, failedAt: null };
    await ctx.db.update(webhookHooks).set(done).where(row);
  } catch (error) {
    const told = findDomainError(error);
    if (!told) throw error;
    await ctx.db.update(webhookHooks).set({ failure: told.message, failedAt: ctx.now() }).where(row);
  }
}
