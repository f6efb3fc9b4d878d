import { randomUUID } from "node:crypto";
import { asc, eq } from "drizzle-orm";
import { incidentReceivers } from "#db/schema/delivery-sources.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { randomToken, seal } from "#server/core/crypto.ts";
import { conflict, ensure, invalid, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { Keyring } from "#server/core/keyring.ts";
import { ensureRecentSignIn } from "#server/core/recent-sign-in.ts";
import type { Refusal } from "#server/core/refusal.ts";
import { incidentReceiverPlace } from "#server/core/sealed-columns.ts";
import type { ReceiverId, SaveReceiver } from "./inputs.ts";
import { type ReceiverKind, receiverPath } from "./model.ts";
import { manageReceiversRefusal, organisationRefusal } from "./policy.ts";
import "./events.ts";

export type ReceiverRow = {
  id: string;
  kind: ReceiverKind;
  name: string;
  path: string;
  isOn: boolean;
  lastReceivedAt: Date | null;
  failure: string | null;
  failedAt: Date | null;
};

/** Everything but the secrets, which are shown once, when they are made. */
export async function readReceivers(
  ctx: Ctx,
): Promise<{ items: ReceiverRow[]; may: { change: Refusal | null } }> {
  ensure(organisationRefusal(ctx.actor));
  const rows = await ctx.db
    .select({
      id: incidentReceivers.id,
      kind: incidentReceivers.kind,
      name: incidentReceivers.name,
      isOn: incidentReceivers.isOn,
      lastReceivedAt: incidentReceivers.lastReceivedAt,
      failure: incidentReceivers.failure,
      failedAt: incidentReceivers.failedAt,
    })
    .from(incidentReceivers)
    .orderBy(asc(incidentReceivers.name));
  return {
    items: rows.map((row) => ({ ...row, path: receiverPath(row) })),
    may: { change: manageReceiversRefusal(ctx.actor) },
  };
}

/**
 * Adds a receiver or changes one. The secret of PagerDuty is PagerDuty's own; for the others one is made, and it is in this
 * answer and nowhere else. A new secret ends the one before at once.
 */
export async function saveReceiver(
  ctx: Ctx,
  input: SaveReceiver,
  keyring: Keyring,
): Promise<{ id: string; path: string; secret: string | null }> {
  ensure(manageReceiversRefusal(ctx.actor));
  ensureRecentSignIn(ctx.actor, ctx.now());
  return inTransaction(ctx, async (tx) => {
    const table = incidentReceivers;
    const [former] = input.id
      ? await tx.db.select().from(table).where(eq(table.id, input.id)).for("update")
      : [undefined];
    if (input.id && !former) throw notFound("This receiver was removed");
    const [taken] = await tx.db.select({ id: table.id }).from(table).where(eq(table.name, input.name));
    if (taken && taken.id !== input.id)
      throw conflict(`There is a receiver named "${input.name}" already`, "name");
    const id = former?.id ?? randomUUID();
    const kind = former?.kind ?? input.kind;
    const made = newSecret(input, kind, former === undefined);
    const sealed = made ? seal(keyring, incidentReceiverPlace(id), made) : former?.sealed;
    if (!sealed) throw invalid("Enter the secret of the webhook", "secret");
    const values = { kind, name: input.name, isOn: input.isOn, sealed };
    await tx.db
      .insert(table)
      .values({ id, ...values, createdAt: tx.now() })
      .onConflictDoUpdate({
        target: table.id,
        set: made ? { ...values, failure: null, failedAt: null } : values,
      });
    await record(tx, {
      type: "incident-receiver.saved",
      subjectId: id,
      payload: { kind, name: input.name, isOn: input.isOn, hasNewSecret: made !== null },
    });
    return { id, path: receiverPath({ kind, id }), secret: kind === "pagerduty" ? null : made };
  });
}

function newSecret(input: SaveReceiver, kind: ReceiverKind, isNew: boolean): string | null {
  // PagerDuty makes its secret with the webhook, which needs the address first: until it is entered nothing passes.
  if (kind === "pagerduty") return input.secret ?? (isNew ? randomToken() : null);
  return isNew || input.renews ? randomToken() : null;
}

/** What it brought so far stays. */
export async function removeReceiver(ctx: Ctx, { id }: ReceiverId): Promise<void> {
  ensure(manageReceiversRefusal(ctx.actor));
  ensureRecentSignIn(ctx.actor, ctx.now());
  await inTransaction(ctx, async (tx) => {
    const [gone] = await tx.db
      .delete(incidentReceivers)
      .where(eq(incidentReceivers.id, id))
      .returning({ kind: incidentReceivers.kind, name: incidentReceivers.name });
    if (!gone) throw notFound("This receiver was removed already");
    await record(tx, { type: "incident-receiver.removed", subjectId: id, payload: gone });
  });
}
