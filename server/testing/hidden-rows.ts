import { randomUUID } from "node:crypto";
import { users } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { createToken } from "#server/identity/create-token.ts";
import { notifyPeople } from "#server/notifications/notify-people.ts";
import { as } from "./database.ts";
import { deploy } from "./world.ts";

/**
 * Adds what developers and leaders may not see: events, tokens, webhooks that wait in the log, another person and that
 * person's inbox. Nothing that they may ask for, count, sort or filter may change by it.
 */
export async function addHiddenRows(db: Db): Promise<void> {
  const ctx = as(db);
  const name = `service ${randomUUID()}`;
  await createToken(ctx, { name, role: "developer", scopes: ["read"] });
  await db.insert(users).values({ id: randomUUID(), name, role: "admin", personRef: "user:default/zoe" });
  const news = { subject: `secret:${name}`, title: name, reason: name, href: "/", at: new Date() };
  await notifyPeople(ctx, ["user:default/zoe"], news);
  await deploy(ctx, "acme/our-service");
}
