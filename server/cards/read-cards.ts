import { asc, eq, inArray, sql } from "drizzle-orm";
import { cardAnswers, cards } from "#db/schema/cards.ts";
import { connections } from "#db/schema/core.ts";
import type { EntityRefInput } from "#server/catalog/inputs.ts";
import { getEntity } from "#server/catalog/reads/entity.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import type { Refusal } from "#server/core/refusal.ts";
import {
  type Card,
  type CardFacts,
  type CardField,
  fillPattern,
  freshForSeconds,
  isForKind,
} from "./model.ts";
import { changeCardsRefusal, readCardSettingsRefusal } from "./policy.ts";
import { type CardPreset, cardPresets } from "./presets.ts";
import type { CardDoorSettings } from "./save-card.ts";

export type CardOnEntry = {
  /** Null for what comes with the program and nobody changed. */
  id: string | null;
  name: string;
  url: string;
  /** Null for a link. */
  values: {
    items: { label: string; text: string | null }[];
    answeredAt: Date | null;
    failure: string | null;
    isStale: boolean;
  } | null;
};

/** The cards of an entry: those that its annotations complete. Throws not found as the entry itself. */
export async function readCardsOf(ctx: Ctx, input: EntityRefInput): Promise<CardOnEntry[]> {
  const entity = await getEntity(ctx, input);
  const known = await activeCards(ctx);
  const annotations = new Map(entity.annotations.map(({ key, value }) => [key, value]));
  const shown = known.flatMap((card) => {
    if (!isForKind(card, entity.kind)) return [];
    const value = card.annotation === null ? null : (annotations.get(card.annotation) ?? null);
    if (card.annotation !== null && value === null) return [];
    const url = fillPattern(card.urlPattern, { ...factsOf(entity), value });
    return url === null ? [] : [{ ...card, url }];
  });
  const answers = await readAnswers(
    ctx,
    entity.ref,
    shown.flatMap(({ id, kind }) => (kind === "values" && id ? [id] : [])),
  );
  return shown.map(({ id, name, url, kind }) => ({
    id,
    name,
    url,
    values: kind === "values" ? (answers.get(id ?? "") ?? noAnswer) : null,
  }));
}

type Shown = Card & { id: string | null };
const noAnswer = { items: [], answeredAt: null, failure: null, isStale: true };

/** What this portal was set up with, and after it the ready presets that no row replaces. There are few, all by hand. */
export async function activeCards(ctx: Ctx): Promise<Shown[]> {
  const rows = await ctx.db
    .select({
      id: cards.id,
      name: cards.name,
      preset: cards.preset,
      kind: cards.kind,
      annotation: cards.annotation,
      entityKinds: cards.entityKinds,
      urlPattern: cards.urlPattern,
      isOn: cards.isOn,
    })
    .from(cards)
    .orderBy(asc(cards.position), asc(cards.name))
    .limit(mostCards);
  const replaced = new Set(rows.map(({ preset }) => preset));
  const presets = cardPresets.filter(({ isReady, preset }) => isReady && !replaced.has(preset));
  return [...rows.filter(({ isOn }) => isOn), ...presets.map((preset) => ({ ...preset, id: null }))];
}

const mostCards = 200;

type Described = {
  name: string;
  namespace: string;
  kind: string;
  projectSlug: string | null;
  owner: { name: string } | null;
  system: { name: string } | null;
};

export function factsOf(entity: Described): CardFacts {
  const { name, namespace, kind, projectSlug, owner, system } = entity;
  return {
    ...{ value: null, name, namespace, kind },
    owner: owner?.name ?? null,
    system: system?.name ?? null,
    repository: projectSlug,
  };
}

async function readAnswers(
  ctx: Ctx,
  ref: string,
  ids: string[],
): Promise<Map<string, NonNullable<CardOnEntry["values"]>>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.db
    .select({
      cardId: cardAnswers.cardId,
      askedAt: cardAnswers.askedAt,
      answeredAt: cardAnswers.answeredAt,
      values: cardAnswers.values,
      failure: cardAnswers.failure,
    })
    .from(cardAnswers)
    .where(sql`${cardAnswers.entityRef} = ${ref} and ${inArray(cardAnswers.cardId, ids)}`);
  const staleBefore = ctx.now().getTime() - freshForSeconds * 1000;
  return new Map(
    rows.map((row) => [
      row.cardId,
      {
        items: row.values ?? [],
        answeredAt: row.answeredAt,
        failure: row.failure,
        isStale: row.askedAt.getTime() < staleBefore,
      },
    ]),
  );
}

export type CardRow = Card & {
  id: string;
  fields: CardField[];
  position: number;
  isOn: boolean;
  headerName: string | null;
  privateRanges: string[];
};

/** All cards and presets, for the page where they are set up. */
export async function readCardSettings(
  ctx: Ctx,
): Promise<{ items: CardRow[]; presets: CardPreset[]; may: { change: Refusal | null } }> {
  ensure(readCardSettingsRefusal(ctx.actor));
  const rows = await ctx.db
    .select({
      id: cards.id,
      name: cards.name,
      preset: cards.preset,
      kind: cards.kind,
      annotation: cards.annotation,
      entityKinds: cards.entityKinds,
      urlPattern: cards.urlPattern,
      fields: cards.fields,
      position: cards.position,
      isOn: cards.isOn,
      settings: connections.settings,
    })
    .from(cards)
    .leftJoin(connections, eq(connections.id, cards.connectionId))
    .orderBy(asc(cards.position), asc(cards.name))
    .limit(mostCards);
  const items = rows.map(({ settings, ...row }) => {
    const door = settings as CardDoorSettings | null;
    return { ...row, headerName: door?.headerName ?? null, privateRanges: [...(door?.privateRanges ?? [])] };
  });
  const replaced = new Set(items.map(({ preset }) => preset));
  return {
    items,
    presets: cardPresets.filter(({ preset }) => !replaced.has(preset)),
    may: { change: changeCardsRefusal(ctx.actor) },
  };
}
