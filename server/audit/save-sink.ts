import { randomUUID } from "node:crypto";
import { and, eq, isNull } from "drizzle-orm";
import { auditSinks, connectionSecrets, connections } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { seal } from "#server/core/crypto.ts";
import { conflict, ensure, invalid, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { currentKeyring, type Keyring } from "#server/core/keyring.ts";
import { connectionSecretPlace } from "#server/core/sealed-columns.ts";
import { readHeads } from "./anchors.ts";
import type { SaveSink } from "./inputs.ts";
import { manageSinksRefusal } from "./policy.ts";
import type { SinkSettings } from "./sinks.ts";
import "./events.ts";

/** Adds a sink for the audit log, or changes one; a changed sink is tried again at once. */
export async function saveSink(
  ctx: Ctx,
  input: SaveSink,
  keyring: () => Keyring = currentKeyring,
): Promise<{ id: string }> {
  ensure(manageSinksRefusal(ctx.actor));
  if (input.token && !input.address.startsWith("http"))
    throw invalid("A token is sent to http addresses only: leave it empty for syslog", "token");
  const { address, ca, privateRanges } = input;
  const settings: SinkSettings = { address, ca: ca || null, privateRanges };
  return inTransaction(ctx, async (tx) => {
    await refuseTakenName(tx, input);
    const id = input.id
      ? await change(tx, { ...input, id: input.id }, settings)
      : await add(tx, input, settings);
    if (input.token) await replaceToken(tx, id, input.token, keyring());
    return { id };
  });
}

async function refuseTakenName(tx: Ctx, { id, name }: SaveSink): Promise<void> {
  const [taken] = await tx.db
    .select({ id: connections.id })
    .from(connections)
    .where(and(eq(connections.kind, "audit-sink"), eq(connections.name, name)));
  if (taken && taken.id !== id) throw conflict(`There is a sink named "${name}" already`, "name");
}

async function add(tx: Ctx, input: SaveSink, settings: SinkSettings): Promise<string> {
  const { name, sendsPast, isOn } = input;
  const id = randomUUID();
  const disabledAt = isOn ? null : tx.now();
  await tx.db
    .insert(connections)
    .values({ id, kind: "audit-sink", name, settings, createdAt: tx.now(), disabledAt });
  const heads = sendsPast ? [] : await readHeads(tx);
  const positions = Object.fromEntries(heads.map(({ stream, position }) => [stream, position]));
  await tx.db.insert(auditSinks).values({ connectionId: id, positions });
  const payload = { name, address: settings.address, sendsPast };
  await record(tx, { type: "audit-sink.added", subjectId: id, payload });
  return id;
}

async function change(tx: Ctx, input: SaveSink & { id: string }, settings: SinkSettings): Promise<string> {
  const { id, name, isOn } = input;
  await refuseMovedToken(tx, input);
  const [changed] = await tx.db
    .update(connections)
    .set({ name, settings, updatedAt: tx.now(), disabledAt: isOn ? null : tx.now() })
    .where(and(eq(connections.id, id), eq(connections.kind, "audit-sink")))
    .returning({ id: connections.id });
  if (!changed) throw notFound("This sink was removed");
  await tx.db.update(auditSinks).set({ retryAt: null, failures: 0 }).where(eq(auditSinks.connectionId, id));
  const payload = { name, address: settings.address, isOn, hasNewToken: Boolean(input.token) };
  await record(tx, { type: "audit-sink.changed", subjectId: id, payload });
  return id;
}

/** A stored token goes to the host that it was entered for and nowhere else. */
async function refuseMovedToken(tx: Ctx, input: SaveSink & { id: string }): Promise<void> {
  if (input.token) return;
  const [former] = await tx.db
    .select({ settings: connections.settings })
    .from(connections)
    .innerJoin(connectionSecrets, eq(connectionSecrets.connectionId, connections.id))
    .where(and(eq(connections.id, input.id), isNull(connectionSecrets.retiredAt)))
    .for("update");
  if (!former) return;
  const originOf = (address: string) => `${URL.parse(address)?.protocol}//${URL.parse(address)?.host}`;
  if (originOf((former.settings as SinkSettings).address) !== originOf(input.address))
    throw invalid("Enter the token: the stored one belongs to the former address", "token");
}

async function replaceToken(tx: Ctx, connectionId: string, token: string, keyring: Keyring): Promise<void> {
  await tx.db
    .update(connectionSecrets)
    .set({ retiredAt: tx.now() })
    .where(and(eq(connectionSecrets.connectionId, connectionId), isNull(connectionSecrets.retiredAt)));
  const id = randomUUID();
  const sealed = seal(keyring, connectionSecretPlace(id), token);
  await tx.db
    .insert(connectionSecrets)
    .values({ id, connectionId, purpose: "token", sealed, createdAt: tx.now() });
}
