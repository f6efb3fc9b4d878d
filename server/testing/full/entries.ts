import { randomUUID } from "node:crypto";
import { cardAnswers, cards } from "#db/schema/cards.ts";
import { searchMisses, searchPicks, searchSynonyms } from "#db/schema/search.ts";
import { catalogueCommits, entityConfirmations, entityTrust, repositoryTeams } from "#db/schema/trust.ts";
import type { Db } from "#db/types.ts";
import { awkward } from "./awkward.ts";

export async function fillTrust(db: Db): Promise<void> {
  const about = { entityUid: randomUUID(), ref: "component:default/our-service" };
  const at = new Date("2026-01-02T03:04:05.678Z");
  await db.insert(entityConfirmations).values({ ...about, fact: "", at, byName: awkward });
  await db.insert(entityTrust).values({ ...about, confidence: 0.25, state: "stale", computedAt: at });
  await db
    .insert(catalogueCommits)
    .values({ slug: "acme/filled", sha: "b", author: awkward, title: awkward, at, paths: [awkward] });
  await db
    .insert(repositoryTeams)
    .values({ slug: "acme/filled", groupRef: "group:default/ours", lastMonth: "2026-01" });
}

export async function fillSearch(db: Db): Promise<void> {
  const at = new Date("2026-01-02T03:04:05.678Z");
  await db.insert(searchSynonyms).values({ words: [awkward, "a,b"], changedAt: at, changedByName: awkward });
  await db.insert(searchPicks).values({ target: awkward, weight: 1.25, pickedAt: at });
  await db.insert(searchMisses).values({ query: awkward, count: 2, firstAt: at, lastAt: at });
}

/** A card of values, and what it was last answered. */
export async function fillCards(db: Db): Promise<void> {
  const [card] = await db
    .insert(cards)
    .values({
      name: awkward,
      kind: "values",
      annotation: awkward,
      entityKinds: ["component"],
      urlPattern: "https://quality.example.com/{name}",
      fields: [{ label: awkward, pointer: "/a" }],
      createdAt: new Date(),
      updatedAt: new Date(),
    })
    .returning({ id: cards.id });
  const values = [{ label: awkward, text: null }];
  await db.insert(cardAnswers).values({
    cardId: card?.id ?? "",
    entityRef: "component:default/our-service",
    askedAt: new Date(),
    values,
  });
}
