import { and, eq, inArray, sql } from "drizzle-orm";
import { connections } from "#db/schema/core.ts";
import { accounts, sessions } from "#db/schema/identity.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { ensureRecentSignIn } from "#server/core/recent-sign-in.ts";
import { applyGroups } from "../apply-groups.ts";
import "../events.ts";
import type { ProviderId, SetProviderState } from "./inputs.ts";
import { ensureOwnWayIn } from "./own-way-in.ts";
import { manageProvidersRefusal } from "./policy.ts";
import { lockProviders } from "./save-provider.ts";
import { findProvider, type StoredProvider } from "./stored-provider.ts";

/**
 * Removes a provider with its secret; sessions that came through it end. The accounts stay, so that people are who they
 * were when the same issuer is added again.
 */
export async function removeProvider(ctx: Ctx, input: ProviderId): Promise<void> {
  await takeAway(ctx, input.id, async (tx, provider, endedSessions) => {
    await ensureNoDirectory(tx, provider);
    await tx.db.delete(connections).where(eq(connections.id, provider.id));
    await record(tx, {
      type: "provider.removed",
      subjectId: provider.id,
      payload: { name: provider.name, endedSessions },
    });
  });
}

/** Switches a provider off, which ends the sessions that came through it at once, or on again. */
export async function setProviderState(ctx: Ctx, input: SetProviderState): Promise<void> {
  if (!input.isOn)
    return takeAway(ctx, input.id, async (tx, provider, endedSessions) => {
      const disabledAt = provider.disabledAt ?? tx.now();
      await tx.db.update(connections).set({ disabledAt }).where(eq(connections.id, provider.id));
      await record(tx, {
        type: "provider.switched-off",
        subjectId: provider.id,
        payload: { name: provider.name, endedSessions },
      });
    });
  ensureManaged(ctx);
  await inTransaction(ctx, async (tx) => {
    const provider = await getProvider(tx, input.id);
    await tx.db.update(connections).set({ disabledAt: null }).where(eq(connections.id, provider.id));
    await record(tx, {
      type: "provider.switched-on",
      subjectId: provider.id,
      payload: { name: provider.name },
    });
    await applyGroups(tx, "everybody");
  });
}

/** A directory finds people among the accounts of its provider: without that it could not switch anybody off. */
async function ensureNoDirectory(tx: Ctx, provider: StoredProvider): Promise<void> {
  const [directory] = await tx.db
    .select({ name: connections.name })
    .from(connections)
    .where(and(eq(connections.kind, "scim"), sql`${connections.settings} ->> 'providerId' = ${provider.id}`));
  if (directory)
    throw conflict(`The directory ${directory.name} writes people of ${provider.name}: disconnect it first`);
}

function ensureManaged(ctx: Ctx): void {
  ensure(manageProvidersRefusal(ctx.actor));
  ensureRecentSignIn(ctx.actor, ctx.now());
}

async function getProvider(tx: Ctx, id: string): Promise<StoredProvider> {
  const provider = await findProvider(tx, id);
  if (!provider) throw notFound("There is no such sign-in provider: somebody may have removed it");
  return provider;
}

async function takeAway(
  ctx: Ctx,
  id: string,
  work: (tx: Ctx, provider: StoredProvider, endedSessions: number) => Promise<void>,
): Promise<void> {
  ensureManaged(ctx);
  await inTransaction(ctx, async (tx) => {
    await lockProviders(tx);
    const provider = await getProvider(tx, id);
    await ensureOwnWayIn(tx, provider);
    const throughIt = tx.db
      .select({ id: accounts.id })
      .from(accounts)
      .where(eq(accounts.connectionId, provider.id));
    const ended = await tx.db
      .delete(sessions)
      .where(inArray(sessions.accountId, throughIt))
      .returning({ id: sessions.id });
    await work(tx, provider, ended.length);
    // Its groups give no role any more.
    await applyGroups(tx, "everybody");
  });
}
