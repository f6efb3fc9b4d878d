import { randomUUID } from "node:crypto";
import { and, eq, isNull } from "drizzle-orm";
import { connectionSecrets, connections } from "#db/schema/core.ts";
import { shadowEntities, shadows } from "#db/schema/shadow.ts";
import { putSecret } from "#server/connections/stored-connection.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, invalid } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import { currentKeyring, type Keyring } from "#server/core/keyring.ts";
import type { ConnectShadow } from "./inputs.ts";
import { manageShadowRefusal } from "./policy.ts";
import { readShadowJobName } from "./read-job-name.ts";
import type { ShadowSettings } from "./shadow-rows.ts";
import "./events.ts";

/** Follows a Backstage from now on, or changes how the one that is followed is reached; its first reading begins at once. */
export async function connectShadow(
  ctx: Ctx,
  input: ConnectShadow,
  keyring: () => Keyring = currentKeyring,
): Promise<{ id: string }> {
  ensure(manageShadowRefusal(ctx.actor));
  const { address, token, privateRanges } = input;
  const settings: ShadowSettings = { address, ca: input.ca || null, privateRanges };
  return inTransaction(ctx, async (tx) => {
    const [known] = await tx.db
      .select({ id: connections.id, settings: connections.settings })
      .from(connections)
      .where(eq(connections.kind, "backstage"))
      .for("update");
    const before = known ? (known.settings as ShadowSettings) : null;
    if (known && before && before.address !== address) await beginAnew(tx, known.id, before, input);
    const id = known?.id ?? randomUUID();
    const row = { name: new URL(address).host.slice(0, 100), settings, updatedAt: tx.now() };
    if (known) await tx.db.update(connections).set(row).where(eq(connections.id, id));
    else await tx.db.insert(connections).values({ id, kind: "backstage", ...row, createdAt: tx.now() });
    await tx.db
      .insert(shadows)
      .values({ connectionId: id })
      .onConflictDoUpdate({ target: shadows.connectionId, set: { state: "waiting", failure: null } });
    if (token)
      await putSecret(tx, keyring(), { connectionId: id, purpose: "token", value: token, replaces: true });
    const payload = { address, hasNewToken: Boolean(token) };
    await record(tx, { type: "shadow.connected", subjectId: id, payload });
    await enqueue(tx, { name: readShadowJobName }, { connectionId: id }, { key: id });
    return { id };
  });
}

/** What was read elsewhere says nothing about the new address, and a stored token goes to no other host. */
async function beginAnew(tx: Ctx, id: string, before: ShadowSettings, input: ConnectShadow): Promise<void> {
  const [secret] = await tx.db
    .select({ id: connectionSecrets.id })
    .from(connectionSecrets)
    .where(and(eq(connectionSecrets.connectionId, id), isNull(connectionSecrets.retiredAt)));
  const isSameHost = new URL(before.address).origin === new URL(input.address).origin;
  if (secret && !input.token && !isSameHost)
    throw invalid("Enter the token: the stored one belongs to the former address", "token");
  await tx.db.delete(shadowEntities).where(eq(shadowEntities.connectionId, id));
  await tx.db.delete(shadows).where(eq(shadows.connectionId, id));
}
