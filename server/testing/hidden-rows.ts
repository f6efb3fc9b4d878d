import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { users } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { createToken } from "#server/identity/create-token.ts";
import { notifyPeople } from "#server/notifications/notify-people.ts";
import { as } from "./database.ts";
import { deploy } from "./world/deployments.ts";
import { importFolder } from "./world/sources.ts";
import type { World } from "./world.ts";

/**
 * Adds what developers and leaders may not see: events, tokens, webhooks that wait in the log, another person and that
 * person's inbox. Nothing that they may ask for, count, sort or filter may change by it.
 */
export async function addHiddenRows(db: Db): Promise<void> {
  const ctx = as(db);
  const name = `service ${randomUUID()}`;
  await createToken(ctx, { name, role: "developer", scopes: ["read"] });
  await db.insert(users).values({ id: randomUUID(), name, role: "developer", personRef: "user:default/zoe" });
  const news = { subject: `secret:${name}`, title: name, reason: name, href: "/", at: new Date() };
  await notifyPeople(ctx, ["user:default/zoe"], news);
  await deploy(ctx, "acme/our-service");
}

/** Entries of the other team that name ours in every way, and one that ours has named all along. */
const secrets = `
apiVersion: backstage.io/v1alpha1
kind: System
metadata: { name: secret-system }
spec: { owner: theirs }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: secret-service, tags: [secret], annotations: { github.com/project-slug: acme/secret-service } }
spec:
  type: service
  lifecycle: production
  owner: theirs
  system: secret-system
  dependsOn: [component:our-service]
  consumesApis: [our-api]
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: ghost }
spec: { type: service, lifecycle: production, owner: theirs }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: zed }
spec: { memberOf: [theirs] }
`;

/** Adds what a guest of our team, or of none, may not see. */
export async function addHiddenEntries(db: Db, world: World): Promise<void> {
  const folder = join(world.folder, "secrets");
  writeFileSync(join(folder, "catalog-info.yaml"), secrets);
  await importFolder(as(db), folder);
}
