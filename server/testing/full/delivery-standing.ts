import { connections } from "#db/schema/core.ts";
import { repositories } from "#db/schema/delivery.ts";
import { deliveryBadges } from "#db/schema/delivery-badges.ts";
import { deliveryCommentSettings, deliveryComments } from "#db/schema/delivery-comments.ts";
import { deliveryServices } from "#db/schema/delivery-figures.ts";
import { deliveryLooks } from "#db/schema/delivery-looks.ts";
import {
  deliveryCalendar,
  deliveryDays,
  deliveryMarks,
  deliveryStanding,
} from "#db/schema/delivery-standing.ts";
import { users } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { awkward } from "./awkward.ts";

/** Kept figures, a service whose figures are due, and how the organisation counts weeks. */
export async function fillStanding(db: Db): Promise<void> {
  const at = new Date("2026-01-02T03:04:05.678Z");
  const [service] = await db
    .insert(deliveryServices)
    .values({ entityRef: "component:default/figured" })
    .returning({ id: deliveryServices.id });
  await db.insert(deliveryMarks).values({ serviceId: service?.id ?? "", from: at });
  await db.insert(deliveryStanding).values({
    scope: "organisation:",
    span: "90",
    day: "2026-01-03",
    basis: awkward,
    body: { awkward, value: 0.1 },
    computedAt: at,
    touchedFrom: at,
  });
  const numbers = { sizes: Buffer.alloc(4, 0xfe), leads: Buffer.alloc(8, 0xfe), gaps: Buffer.alloc(0) };
  const stages = {
    coding: Buffer.alloc(8),
    pickup: Buffer.alloc(8),
    review: Buffer.alloc(8),
    deploy: Buffer.alloc(8),
  };
  await db.insert(deliveryDays).values({
    scope: "organisation:",
    day: "2026-01-02",
    basis: awkward,
    counts: { total: 1, oldest: null },
    ...numbers,
    ...stages,
  });
  const [user] = await db.select({ id: users.id }).from(users).limit(1);
  await db.insert(deliveryLooks).values({
    userId: user?.id ?? "",
    asked: awkward,
    list: "frequency.deployments",
    count: 3,
    value: 0.1,
    seenAt: at,
  });
  const [connection] = await db
    .insert(connections)
    .values({ kind: "github", name: "Told of deployments" })
    .returning({ id: connections.id });
  await db
    .insert(deliveryCommentSettings)
    .values({ connectionId: connection?.id ?? "", isOn: true, changedAt: at });
  const stamp = { observedSince: at, asOf: at, asOfGuid: "told" };
  await db.insert(repositories).values({
    id: "github.com:told",
    fullName: "acme/told",
    slug: "acme/told",
    defaultBranch: "main",
    isDemo: false,
    ...stamp,
  });
  await db
    .insert(deliveryComments)
    .values({ repositoryId: "github.com:told", number: 1, words: awkward, toldAt: at, failure: awkward });
  await db.insert(deliveryBadges).values({
    entityRef: "component:default/figured",
    kind: "lead_time",
    tokenHash: Buffer.alloc(32, 0xfe),
    hint: awkward,
    createdAt: at,
    createdBy: user?.id ?? null,
    createdByName: awkward,
    revokedAt: at,
  });
  await db.insert(deliveryCalendar).values({ weekStartsOn: 7, fiscalYearStartsIn: 4 }).onConflictDoNothing();
}
