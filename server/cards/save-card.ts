import { randomUUID } from "node:crypto";
import { and, eq, ne, sql } from "drizzle-orm";
import { cardAnswers, cards } from "#db/schema/cards.ts";
import { connections } from "#db/schema/core.ts";
import { putSecret } from "#server/connections/stored-connection.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, invalid, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { currentKeyring, type Keyring } from "#server/core/keyring.ts";
import { ensureRecentSignIn } from "#server/core/recent-sign-in.ts";
import { type CardId, SaveCard } from "./inputs.ts";
import { originOf } from "./model.ts";
import { approveRangesRefusal, changeCardsRefusal } from "./policy.ts";
import "./events.ts";

/** What the request of a card of values may do, as an admin approved it. The header's value lies sealed beside it. */
export type CardDoorSettings = {
  origin: string;
  headerName: string | null;
  privateRanges: readonly string[];
};

/** Adds a card or changes one. What it said so far is forgotten, since it may have asked for something else. */
export async function saveCard(
  ctx: Ctx,
  raw: SaveCard,
  keyring: () => Keyring = currentKeyring,
): Promise<{ id: string }> {
  const input = SaveCard.parse(raw);
  ensure(changeCardsRefusal(ctx.actor));
  if (input.header || input.privateRanges.length > 0) ensureRecentSignIn(ctx.actor, ctx.now());
  return inTransaction(ctx, async (tx) => {
    await refuseTakenName(tx, input);
    const former = input.id ? await lockCard(tx, input.id) : null;
    await ensureMayApprove(tx, input, former?.connectionId ?? null);
    const connectionId =
      input.kind === "values" ? await saveDoor(tx, input, former?.connectionId ?? null, keyring) : null;
    if (former?.connectionId && !connectionId)
      await tx.db.delete(connections).where(eq(connections.id, former.connectionId));
    const { header, privateRanges, id: _, ...values } = input;
    const id = input.id ?? randomUUID();
    const row = { ...values, connectionId, updatedAt: tx.now() };
    await tx.db
      .insert(cards)
      .values({ id, ...row, createdAt: tx.now() })
      .onConflictDoUpdate({ target: cards.id, set: row });
    await tx.db.delete(cardAnswers).where(eq(cardAnswers.cardId, id));
    const { name, urlPattern, isOn } = input;
    await record(tx, {
      type: "card.saved",
      subjectId: id,
      payload: { name, urlPattern, isOn, hasNewHeader: header !== null },
    });
    return { id };
  });
}

export async function removeCard(ctx: Ctx, input: CardId): Promise<void> {
  ensure(changeCardsRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const [gone] = await tx.db
      .delete(cards)
      .where(eq(cards.id, input.id))
      .returning({ name: cards.name, connectionId: cards.connectionId });
    if (!gone) throw notFound("This card was removed already");
    if (gone.connectionId) await tx.db.delete(connections).where(eq(connections.id, gone.connectionId));
    await record(tx, { type: "card.removed", subjectId: input.id, payload: { name: gone.name } });
  });
}

/** Into which private networks the portal sends requests is for admins to say. */
async function ensureMayApprove(tx: Ctx, input: SaveCard, formerId: string | null): Promise<void> {
  const approved = new Set(formerId ? (await readDoor(tx, formerId))?.privateRanges : []);
  if (input.privateRanges.some((range) => !approved.has(range))) ensure(approveRangesRefusal(tx.actor));
}

async function refuseTakenName(tx: Ctx, input: SaveCard): Promise<void> {
  const [taken] = await tx.db
    .select({ id: cards.id })
    .from(cards)
    .where(and(eq(cards.name, input.name), input.id ? ne(cards.id, input.id) : sql`true`));
  if (taken) throw conflict(`There is a card named "${input.name}" already`, "name");
}

async function lockCard(tx: Ctx, id: string): Promise<{ connectionId: string | null }> {
  const [row] = await tx.db
    .select({ connectionId: cards.connectionId })
    .from(cards)
    .where(eq(cards.id, id))
    .for("update");
  if (!row) throw notFound("This card was removed");
  return row;
}

/** The connection that a card's requests go through. A stored header goes to the host it was entered for and nowhere else. */
async function saveDoor(
  tx: Ctx,
  input: SaveCard,
  formerId: string | null,
  keyring: () => Keyring,
): Promise<string> {
  const origin = originOf(input.urlPattern) ?? "";
  const former = formerId ? await readDoor(tx, formerId) : null;
  if (former?.headerName && !input.header && former.origin !== origin)
    throw invalid("Enter the header again: the stored one belongs to the former address", "header");
  const settings: CardDoorSettings = {
    origin,
    headerName: input.header?.name ?? former?.headerName ?? null,
    privateRanges: input.privateRanges,
  };
  const id = formerId ?? randomUUID();
  const row = { kind: "card" as const, name: input.name, settings, updatedAt: tx.now() };
  await tx.db
    .insert(connections)
    .values({ id, ...row })
    .onConflictDoUpdate({ target: connections.id, set: row });
  if (input.header)
    await putSecret(tx, keyring(), {
      connectionId: id,
      purpose: "token",
      value: input.header.value,
      replaces: true,
    });
  return id;
}

async function readDoor(tx: Ctx, id: string): Promise<CardDoorSettings | null> {
  const [row] = await tx.db
    .select({ settings: connections.settings })
    .from(connections)
    .where(eq(connections.id, id));
  return (row?.settings as CardDoorSettings | undefined) ?? null;
}
