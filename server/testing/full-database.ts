import { randomBytes, randomUUID } from "node:crypto";
import { entityProblems, locations } from "#db/schema/catalog.ts";
import { locationPreviews } from "#db/schema/catalog-api.ts";
import { rateLimits } from "#db/schema/core.ts";
import { docsVotes } from "#db/schema/docs.ts";
import { webhookDeliveries } from "#db/schema/github.ts";
import { users } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { sha256 } from "#server/core/crypto.ts";
import { enqueue } from "#server/core/jobs.ts";
import { interpretInboxJob } from "#server/github/wake-inbox.ts";
import { as } from "./database.ts";
import { fillDiscovered } from "./discovered.ts";
import { awkward } from "./full/awkward.ts";
import { fillDelivery } from "./full/delivery.ts";
import { fillDeliverySources } from "./full/delivery-sources.ts";
import { fillStanding } from "./full/delivery-standing.ts";
import { fillSearch, fillTrust } from "./full/entries.ts";
import { fillIdentity } from "./full/identity.ts";
import { makeWorld, type World } from "./world.ts";

const day = 86_400_000;

/**
 * A row in every table there is: through verbs where one makes it, by hand where its verb needs an outside. A webhook
 * is larger than a piece of a backup, texts hold what text formats trip over, and a job waits. Rows of one domain stand in
 * full/<domain>.ts.
 */
export async function fillDatabase(db: Db): Promise<World> {
  const world = await makeWorld(db);
  const [user] = await db.select({ id: users.id }).from(users).limit(1);
  const userId = user?.id ?? "";
  await fillIdentity(db, userId);
  await fillDelivery(db);
  await fillStanding(db);
  await fillDeliverySources(db);
  await fillTrust(db);
  await fillSearch(db);
  await fillDiscovered(as(db), awkward);
  await db.insert(docsVotes).values({
    entityRef: world.ours,
    path: "",
    userId,
    isUseful: false,
    comment: awkward,
    votedAt: new Date(),
  });
  const [location] = await db.select({ id: locations.id }).from(locations).limit(1);
  await db
    .insert(entityProblems)
    .values({ locationId: location?.id ?? "", severity: "warning", message: awkward });
  const body = randomBytes(9_000_000);
  await db.insert(webhookDeliveries).values({
    hookKey: "hook:1",
    guid: randomUUID(),
    event: "large",
    body,
    bodySha256: sha256(body),
    bodySize: body.byteLength,
    headers: { "x-awkward": awkward },
    state: "ignored",
    reason: awkward,
    receivedAt: new Date(),
  });
  await db.insert(locationPreviews).values({
    target: "https://git.example.com/a/b",
    state: "failed",
    failure: awkward,
    createdAt: new Date(),
    createdBy: awkward,
  });
  await db.insert(rateLimits).values({ key: "somebody", count: 1, endsAt: new Date(Date.now() + day) });
  await enqueue(as(db), interpretInboxJob, {}, { startAfterSeconds: 3600 });
  return world;
}
