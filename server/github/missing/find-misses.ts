import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { webhookDeliveries, webhookMisses } from "#db/schema/github.ts";
import type { HostDelivery, HostHook, HostHooks } from "#server/connections/source-host.ts";
import type { Ctx } from "#server/core/context.ts";
import { storableText } from "../read-body.ts";
import type { CompareTools } from "./compare-hooks.ts";

/** One that was sent a moment ago may still be on its way. */
const graceMs = 2 * 60_000;

/** Notes what the hook has sent since, and what is not in the inbox. Of several attempts at one GUID the newest counts. */
export async function findMisses(
  { ctx, signal }: CompareTools,
  hooks: HostHooks,
  at: { connectionId: string; hookKey: string; hook: HostHook; since: Date },
): Promise<void> {
  const latest = new Date(ctx.now().getTime() - graceMs);
  const seen = new Set<string>();
  for await (const page of hooks.listDeliveries(at.hook, at.since)) {
    signal.throwIfAborted();
    const newest = page.filter(({ guid }) => !seen.has(guid));
    for (const { guid } of page) seen.add(guid);
    const settled = onePerGuid(newest).filter(({ deliveredAt }) => deliveredAt <= latest);
    const here = await readHere(ctx, at.hookKey, settled);
    await note(
      ctx,
      at,
      settled.filter(({ guid }) => !here.has(guid)),
    );
  }
}

const onePerGuid = (newestFirst: readonly HostDelivery[]) => [
  ...new Map(newestFirst.toReversed().map((one) => [one.guid, one])).values(),
];

async function readHere(
  ctx: Ctx,
  hookKey: string,
  sent: readonly Pick<HostDelivery, "guid">[],
): Promise<Set<string>> {
  const rows = await ctx.db
    .select({ guid: webhookDeliveries.guid })
    .from(webhookDeliveries)
    .where(
      and(
        eq(webhookDeliveries.hookKey, hookKey),
        inArray(
          webhookDeliveries.guid,
          sent.map(({ guid }) => guid),
        ),
        isNull(webhookDeliveries.conflictOf),
      ),
    );
  return new Set(rows.map(({ guid }) => guid));
}

async function note(
  ctx: Ctx,
  { connectionId, hookKey }: { connectionId: string; hookKey: string },
  missing: readonly HostDelivery[],
): Promise<void> {
  if (missing.length === 0) return;
  const rows = missing.map((one) => ({
    connectionId,
    hookKey,
    guid: storableText(one.guid).slice(0, 100),
    externalId: one.id,
    event: storableText(one.event).slice(0, 100),
    action: one.action && storableText(one.action).slice(0, 100),
    repositoryNumber: one.repositoryNumber,
    deliveredAt: one.deliveredAt,
    status: storableText(one.status).slice(0, 200),
    foundAt: ctx.now(),
  }));
  await ctx.db
    .insert(webhookMisses)
    .values(rows)
    .onConflictDoUpdate({
      target: [webhookMisses.connectionId, webhookMisses.hookKey, webhookMisses.guid],
      // It was here once, and is no more: the database was set back.
      set: { externalId: sql`excluded.external_id`, status: sql`excluded.status`, arrivedAt: null },
    });
}
