import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installation } from "#db/schema/core.ts";
import { users } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { importLocation } from "#server/catalog/import-location.ts";
import { ensureLocation, registerLocation } from "#server/catalog/register-location.ts";
import type { Ctx } from "#server/core/context.ts";
import { makeOutside } from "#server/core/outside.ts";
import { deliveryInterpreter } from "#server/delivery/interpreter.ts";
import { readDeployments } from "#server/delivery/reads/deployments.ts";
import { addWebhookSecret, ensureConnection } from "#server/github/ensure-webhook-secret.ts";
import { interpretDeliveries } from "#server/github/interpret-deliveries.ts";
import { receiveDelivery } from "#server/github/receive-delivery.ts";
import { signBody } from "#server/github/signature.ts";
import { createToken } from "#server/identity/create-token.ts";
import { notifyPeople } from "#server/notifications/notify-people.ts";
import { type Caller, makeCallers, type TeamPeople } from "./callers.ts";
import { as } from "./database.ts";
import {
  deploymentPayload,
  deploymentStatusPayload,
  randomSha,
  repositoryPayload,
} from "./github-payloads.ts";

/** Two teams with a service each, made through the same verbs as in life, and everybody who may look at them. */
export type World = {
  callers: Caller[];
  people: TeamPeople;
  ours: string;
  theirs: string;
  api: string;
  importedLocation: string;
  waitingLocation: string;
  webhook: number;
  deployment: string;
  tokenToRevoke: string;
  demoPerson: string;
  folder: string;
  remove: () => void;
};

const files = `
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: engineering }
spec: { type: department, children: [] }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: ours }
spec: { type: team, parent: engineering, children: [] }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: theirs }
spec: { type: team, parent: engineering, children: [] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: ana }
spec: { memberOf: [ours] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: ben }
spec: { memberOf: [theirs] }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: our-service, annotations: { github.com/project-slug: acme/our-service } }
spec: { type: service, lifecycle: production, owner: ours, providesApis: [our-api] }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: their-service, annotations: { github.com/project-slug: acme/their-service } }
spec: { type: service, lifecycle: production, owner: theirs, dependsOn: [component:our-service] }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: lost-service }
spec: { type: service, lifecycle: production, owner: nobody }
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: { name: our-api }
spec: { type: openapi, lifecycle: production, owner: ours, definition: "openapi: 3.0.0" }
`;

/** Makes the world in this database. `db` is the pool: an import writes its progress beside its transaction. */
export async function makeWorld(db: Db): Promise<World> {
  const ctx = as(db);
  await db.insert(installation).values({ mode: "evaluation", demoState: "loaded" });
  const folder = mkdtempSync(join(tmpdir(), "milepost-world-"));
  writeFileSync(join(folder, "catalog-info.yaml"), files);
  const people = { "own team": "user:default/ana", "other team": "user:default/ben", "no team": null };
  const importedLocation = await importFolder(ctx, folder);
  const waiting = await registerLocation(ctx, { target: join(folder, "not-there-yet") });
  const token = await createToken(ctx, { name: "To be revoked", role: "developer", scopes: ["read"] });
  const callers = await makeCallers(db, people);
  const news = {
    subject: "deployment:1",
    title: "A deployment failed",
    reason: "You are in ours",
    href: "/",
    at: new Date(),
  };
  await notifyPeople(ctx, [people["own team"]], news);
  const webhook = await deploySomething(ctx);
  const ours = "component:default/our-service";
  const deployments = await readDeployments(ctx, { entityRef: ours, limit: 1 });
  return {
    callers,
    people,
    ours,
    theirs: "component:default/their-service",
    api: "api:default/our-api",
    importedLocation,
    waitingLocation: waiting.id,
    webhook,
    deployment: deployments.items[0]?.id ?? "",
    tokenToRevoke: token.id,
    demoPerson: await addDemoPerson(db),
    folder,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function importFolder(ctx: Ctx, target: string): Promise<string> {
  const { id } = await ensureLocation(ctx, { type: "folder", target, isDemo: false });
  await importLocation({ ctx, outside: makeOutside([]) }, { locationId: id });
  return id;
}

async function addDemoPerson(db: Db): Promise<string> {
  const id = randomUUID();
  await db
    .insert(users)
    .values({ id, name: "Demo", role: "developer", isDemo: true, demoTitle: "Developer", demoRank: "1" });
  return id;
}

/** One deployment each of our service, of theirs and of a repository that no service names; answers with a webhook's id. */
async function deploySomething(ctx: Ctx): Promise<number> {
  const ids: number[] = [];
  for (const name of ["acme/our-service", "acme/their-service", "acme/of-nobody"])
    ids.push(await deploy(ctx, name));
  while ((await interpretDeliveries(ctx, deliveryInterpreter)) > 0);
  return ids[0] ?? 0;
}

const secretKey = "a key for tests that nobody keeps anything behind";

/** Stores the signed webhooks of a successful production deployment; they wait to be interpreted. */
export async function deploy(ctx: Ctx, repositoryName: string): Promise<number> {
  const connection = await ensureConnection(ctx, { name: "Tests" });
  const secret = await addWebhookSecret(ctx, secretKey, connection, randomUUID());
  const at = new Date(ctx.now().getTime() - 60_000);
  const repository = repositoryPayload(repositoryName);
  const deployment = deploymentPayload({ repository, sha: randomSha(), environment: "production", at });
  const send = (event: string, payload: object) => {
    const body = Buffer.from(JSON.stringify(payload));
    const signature = signBody(secret.value, body);
    return receiveDelivery(ctx, [secret], {
      hookKey: "hook:1",
      guid: randomUUID(),
      event,
      signature,
      headers: {},
      body,
    });
  };
  await send("deployment", deployment);
  const { id } = await send("deployment_status", deploymentStatusPayload(deployment, "success", ctx.now()));
  return id;
}
