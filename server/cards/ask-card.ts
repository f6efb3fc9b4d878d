import { and, eq, isNull } from "drizzle-orm";
import { cardAnswers, cards } from "#db/schema/cards.ts";
import { connectionSecrets, connections } from "#db/schema/core.ts";
import { getEntity } from "#server/catalog/reads/entity.ts";
import type { Ctx } from "#server/core/context.ts";
import { open } from "#server/core/crypto.ts";
import { DomainError, findDomainError } from "#server/core/errors.ts";
import { currentKeyring, type Keyring } from "#server/core/keyring.ts";
import type { Outside } from "#server/core/outside.ts";
import { connectionSecretPlace } from "#server/core/sealed-columns.ts";
import { fillPattern, textAt } from "./model.ts";
import { factsOf } from "./read-cards.ts";
import type { CardDoorSettings } from "./save-card.ts";

const limits = { maxBytes: 1_000_000, timeoutMs: 10_000 };

type Asked = { cardId: string; ref: string };

/** Asks what a card of values asks, and keeps the answer; what cannot be read leaves the last answer with the reason. */
export async function askCard(
  { ctx, outside, keyring = currentKeyring }: { ctx: Ctx; outside: Outside; keyring?: () => Keyring },
  asked: Asked,
): Promise<void> {
  const mine = and(eq(cardAnswers.cardId, asked.cardId), eq(cardAnswers.entityRef, asked.ref));
  try {
    const values = await readValues(ctx, outside, keyring, asked);
    await ctx.db.update(cardAnswers).set({ values, answeredAt: ctx.now(), failure: null }).where(mine);
  } catch (error) {
    const known = findDomainError(error);
    if (!known) throw error;
    await ctx.db.update(cardAnswers).set({ failure: known.message }).where(mine);
  }
}

async function readValues(ctx: Ctx, outside: Outside, keyring: () => Keyring, asked: Asked) {
  const [card] = await ctx.db
    .select({
      name: cards.name,
      annotation: cards.annotation,
      urlPattern: cards.urlPattern,
      fields: cards.fields,
      connectionId: connections.id,
      settings: connections.settings,
    })
    .from(cards)
    .innerJoin(connections, eq(connections.id, cards.connectionId))
    .where(and(eq(cards.id, asked.cardId), eq(cards.isOn, true)));
  if (!card) throw new DomainError("not_found", "This card was removed or switched off");
  const entity = await getEntity(ctx, { ref: asked.ref });
  const value = entity.annotations.find(({ key }) => key === card.annotation)?.value ?? null;
  const url = fillPattern(card.urlPattern, { ...factsOf(entity), value });
  if (url === null) throw new DomainError("invalid", "The entry lacks what the card's address names");
  const door = card.settings as CardDoorSettings;
  const document = await fetchDocument(
    outside,
    url,
    door,
    await headersOf(ctx, card.connectionId, door, keyring),
  );
  return card.fields.map(({ label, pointer }) => ({ label, text: textAt(document, pointer) }));
}

async function headersOf(
  ctx: Ctx,
  connectionId: string,
  door: CardDoorSettings,
  keyring: () => Keyring,
): Promise<Record<string, string>> {
  const accept = { accept: "application/json" };
  if (!door.headerName) return accept;
  const [secret] = await ctx.db
    .select({ id: connectionSecrets.id, sealed: connectionSecrets.sealed })
    .from(connectionSecrets)
    .where(and(eq(connectionSecrets.connectionId, connectionId), isNull(connectionSecrets.retiredAt)));
  if (!secret) return accept;
  return { ...accept, [door.headerName]: open(keyring(), connectionSecretPlace(secret.id), secret.sealed) };
}

/** Redirects are not followed: the header would go along, and the answer would be somebody else's. */
async function fetchDocument(
  outside: Outside,
  url: string,
  door: CardDoorSettings,
  headers: Record<string, string>,
): Promise<unknown> {
  const { host } = new URL(url);
  const own = outside.open({ hosts: [host], privateRanges: [...door.privateRanges] });
  try {
    const answer = await own.send({ method: "GET", url, headers, ...limits });
    if (answer.status !== 200)
      throw new DomainError("unavailable", `${host} answered ${answer.status} instead of 200`);
    return JSON.parse(answer.body.toString("utf8"));
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new DomainError("unavailable", `${host} answered with something that is not JSON`);
    throw error;
  } finally {
    await own.close();
  }
}
