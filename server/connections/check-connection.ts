import { and, eq, inArray } from "drizzle-orm";
import { connectionInstallations } from "#db/schema/connections.ts";
import { connections } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { JobTools } from "#server/core/jobs.ts";
import { currentKeyring, type Keyring } from "#server/core/keyring.ts";
import { namedOf, noteFailure, noteSuccess } from "./health.ts";
import { notesOf } from "./identity-notes.ts";
import { openConnection } from "./open-connection.ts";
import type { HostIdentity, HostInstallation, SourceHost } from "./source-host.ts";
import { findSourceConnection, type StoredConnection } from "./stored-connection.ts";

/**
 * Asks the host who we are and what we may, lists where an App is installed, and looks whether every owner is still seen.
 * What it finds stands in the row of the connection's health. Idempotent. Throws only what is a bug.
 */
export async function checkConnection(
  { ctx, outside }: Pick<JobTools, "ctx" | "outside">,
  { connectionId }: { connectionId: string },
  keyring: () => Keyring = currentKeyring,
): Promise<void> {
  const connection = await findSourceConnection(ctx, connectionId);
  if (!connection || connection.disabledAt) return;
  try {
    const host = await openConnection(ctx, outside, connectionId, { keyring, isUrgent: true });
    try {
      const identity = await host.readIdentity();
      await inTransaction(ctx, (tx) => keepApp(tx, connection, identity));
      await lookForOwners(host, connection);
      await noteSuccess(ctx, connectionId, { identity, notes: notesOf(identity, ctx.now()) });
    } finally {
      await host.close();
    }
  } catch (error) {
    if (!(await noteFailure(ctx, connectionId, error))) throw error;
  }
}

async function lookForOwners(host: SourceHost, { settings }: StoredConnection): Promise<void> {
  if (settings.auth === "app") return;
  for (const { login } of settings.owners)
    if (!(await host.findOwner(login)))
      throw notFound(`${login} is not there any more, or hidden from this connection: was it renamed?`);
}

/** What GitHub says of the App and of its installations; each that comes or goes is an event. */
async function keepApp(
  tx: Ctx,
  connection: StoredConnection,
  { app, installations }: HostIdentity,
): Promise<void> {
  const { id, settings } = connection;
  if (!app || !installations || !settings.app) return;
  const own = { ...settings, app: { id: settings.app.id, slug: app.slug, clientId: app.clientId } };
  if (JSON.stringify(own.app) !== JSON.stringify(settings.app))
    await tx.db.update(connections).set({ settings: own }).where(eq(connections.id, id));
  const table = connectionInstallations;
  const former = await tx.db
    .select({ externalId: table.externalId, account: table.account })
    .from(table)
    .where(eq(table.connectionId, id))
    .for("update");
  const present = installations.map(({ externalId }) => externalId);
  const gone = former.filter(({ externalId }) => !present.includes(externalId));
  if (gone.length > 0)
    await tx.db.delete(table).where(
      and(
        eq(table.connectionId, id),
        inArray(
          table.externalId,
          gone.map(({ externalId }) => externalId),
        ),
      ),
    );
  for (const installation of installations) await keepInstallation(tx, id, installation);
  const named = namedOf(connection);
  for (const { account } of gone)
    await record(tx, { type: "connection.uninstalled", subjectId: id, payload: { ...named, account } });
  for (const { externalId, account, selection } of installations)
    if (!former.some((row) => row.externalId === externalId))
      await record(tx, {
        type: "connection.installed",
        subjectId: id,
        payload: { ...named, account, selection },
      });
}

async function keepInstallation(
  tx: Ctx,
  connectionId: string,
  installation: HostInstallation,
): Promise<void> {
  const { externalId, account, accountType, selection, permissions, suspendedAt } = installation;
  const values = {
    account,
    accountType,
    selection,
    permissions: { ...permissions },
    suspendedAt,
    listedAt: tx.now(),
  };
  await tx.db
    .insert(connectionInstallations)
    .values({ connectionId, externalId, ...values })
    .onConflictDoUpdate({
      target: [connectionInstallations.connectionId, connectionInstallations.externalId],
      set: values,
    });
}
