import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installation } from "#db/schema/core.ts";
import { users } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { SaveSink } from "#server/audit/inputs.ts";
import { saveSink } from "#server/audit/save-sink.ts";
import { importLocation } from "#server/catalog/import-location.ts";
import { ensureLocation, registerLocation } from "#server/catalog/register-location.ts";
import { roles } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { makeOutside } from "#server/core/outside.ts";
import { deliveryInterpreter } from "#server/delivery/interpreter.ts";
import { readDeployments } from "#server/delivery/reads/deployments.ts";
import { addWebhookSecret, ensureConnection } from "#server/github/ensure-webhook-secret.ts";
import { interpretDeliveries } from "#server/github/interpret-deliveries.ts";
import { receiveDelivery } from "#server/github/receive-delivery.ts";
import { signBody } from "#server/github/signature.ts";
import { createToken } from "#server/identity/create-token.ts";
import { disablePerson } from "#server/identity/people/disable-person.ts";
import { readGroupRoles } from "#server/identity/people/read-group-roles.ts";
import { readReviews } from "#server/identity/people/reviews.ts";
import { saveGroupRole } from "#server/identity/people/save-group-role.ts";
import { protocolDefaults } from "#server/identity/providers/model.ts";
import { saveProvider } from "#server/identity/providers/save-provider.ts";
import { connectScim } from "#server/identity/scim/connections.ts";
import { createServiceAccount } from "#server/identity/service-accounts/create-service-account.ts";
import { createServiceToken } from "#server/identity/service-accounts/create-service-token.ts";
import { disableServiceAccount } from "#server/identity/service-accounts/switch-service-account.ts";
import { makeSignInLink } from "#server/identity/sign-in/make-sign-in-link.ts";
import { notifyPeople } from "#server/notifications/notify-people.ts";
import { type Caller, makeCallers, personOf } from "./callers.ts";
import { as } from "./database.ts";
import {
  deploymentPayload,
  deploymentStatusPayload,
  randomSha,
  repositoryPayload,
} from "./github-payloads.ts";
import { testKeyring } from "./keyring.ts";

/** Two teams with a service each, made through the same verbs as in life, and everybody who may look at them. */
export type World = {
  callers: Caller[];
  ours: string;
  theirs: string;
  api: string;
  importedLocation: string;
  waitingLocation: string;
  webhook: number;
  deployment: string;
  theirDeployment: string;
  /** Somebody who signs in and is not linked to a person; `person` is one of ours whom nobody is yet. */
  unmatched: string;
  person: string;
  /** Somebody whom an admin disabled, and the question who takes over what they own in our team. */
  disabled: string;
  review: string;
  serviceAccount: string;
  serviceToken: string;
  disabledServiceAccount: string;
  groupRole: string;
  tokenToRevoke: string;
  demoPerson: string;
  /** The id of a sign-in provider that is switched on, and a sign-in link's token. */
  provider: string;
  /** The id of a connected directory. */
  directory: string;
  signInLink: string;
  auditSink: string;
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
metadata: { name: leaver-ours }
spec: { memberOf: [ours] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: nobody-yet-ours }
spec: { memberOf: [ours] }
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: { name: left-behind }
spec: { type: database, owner: "user:leaver-ours" }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: our-service, annotations: { github.com/project-slug: acme/our-service } }
spec: { type: service, lifecycle: production, owner: ours, providesApis: [our-api], dependsOn: ["component:ghost"] }
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
  mkdirSync(join(folder, "secrets"));
  writeFileSync(join(folder, "catalog-info.yaml"), [files, ...callerEntries()].join("---\n"));
  const importedLocation = await importFolder(ctx, folder);
  const waiting = await registerLocation(ctx, { target: join(folder, "not-there-yet") });
  const token = await createToken(ctx, { name: "To be revoked", role: "developer", scopes: ["read"] });
  const callers = await makeCallers(db);
  const news = {
    subject: "deployment:1",
    title: "A deployment failed",
    reason: "You are in ours",
    href: "/",
    ownerRef: "group:default/ours",
    at: new Date(),
  };
  const ourPeople = [...roles, "maintainer" as const].map((role) => personOf(role, "own team") ?? "");
  await notifyPeople(ctx, ourPeople, news);
  const webhook = await deploySomething(ctx);
  const ours = "component:default/our-service";
  const theirs = "component:default/their-service";
  const deploymentOf = async (entityRef: string) =>
    (await readDeployments(ctx, { entityRef, limit: 1 })).items[0]?.id ?? "";
  const demoPerson = await addDemoPerson(db);
  return {
    callers,
    ours,
    theirs,
    api: "api:default/our-api",
    importedLocation,
    waitingLocation: waiting.id,
    webhook,
    deployment: await deploymentOf(ours),
    theirDeployment: await deploymentOf(theirs),
    tokenToRevoke: token.id,
    demoPerson,
    ...(await addSignIn(ctx)),
    auditSink: (await saveSink(ctx, SaveSink.parse({ name: "Sink", address: "https://logs.example.com/" })))
      .id,
    signInLink: (await makeSignInLink(ctx, { user: demoPerson })).token,
    ...(await addPeopleMatters(ctx)),
    folder,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A User of the catalogue for each caller who is one. */
const callerEntries = () =>
  [...roles, "maintainer" as const].flatMap((role) =>
    (["ours", "theirs"] as const).map(
      (team) => `apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: ${role}-${team} }
spec: { memberOf: [${team}] }
`,
    ),
  );

async function addPeopleMatters(ctx: Ctx) {
  const addUser = async (personRef: string | null) => {
    const id = randomUUID();
    await ctx.db.insert(users).values({ id, name: "Somebody", role: "developer", personRef });
    return id;
  };
  const [unmatched, disabled] = [await addUser(null), await addUser("user:default/leaver-ours")];
  await disablePerson(ctx, { userId: disabled, reason: "Left the company" });
  const [review] = await readReviews(ctx);
  const groupRefs = ["group:default/ours"];
  const account = await createServiceAccount(ctx, { name: "Robot", role: "guest", groupRefs });
  const token = await createServiceToken(ctx, {
    serviceAccountId: account.id,
    name: "Robot's",
    scopes: ["read"],
  });
  const off = await createServiceAccount(ctx, { name: "Robot that rests", role: "guest", groupRefs });
  await disableServiceAccount(ctx, off);
  await saveGroupRole(ctx, { source: "catalog", groupName: "group:default/nobody", role: "leader" });
  const { items } = await readGroupRoles(ctx);
  return {
    unmatched,
    person: "user:default/nobody-yet-ours",
    disabled,
    review: review?.id ?? "",
    serviceAccount: account.id,
    serviceToken: token.id,
    disabledServiceAccount: off.id,
    groupRole: items[0]?.id ?? "",
  };
}

export async function importFolder(ctx: Ctx, target: string): Promise<string> {
  const { id } = await ensureLocation(ctx, { type: "folder", target, isDemo: false });
  await importLocation({ ctx, outside: makeOutside({ hosts: [] }) }, { locationId: id });
  return id;
}

async function addDemoPerson(db: Db): Promise<string> {
  const id = randomUUID();
  await db
    .insert(users)
    .values({ id, name: "Demo", role: "developer", isDemo: true, demoTitle: "Developer", demoRank: "1" });
  return id;
}

async function addSignIn(ctx: Ctx): Promise<{ provider: string; directory: string }> {
  const provider = await addProvider(ctx, "github", "GitHub");
  // Another one: a provider whose people a directory writes cannot be removed.
  const written = await addProvider(ctx, "github-2", "GitHub Enterprise");
  const { id } = await connectScim(ctx, { name: "Company directory", providerId: written });
  return { provider, directory: id };
}

async function addProvider(ctx: Ctx, slug: string, name: string): Promise<string> {
  const settings = { ...protocolDefaults.github, protocol: "github", clientId: "milepost" } as const;
  const { id } = await saveProvider(
    ctx,
    {
      slug,
      name,
      settings: { ...settings, scopes: [...settings.scopes], admits: "known" },
      clientSecret: randomUUID(),
    },
    testKeyring,
  );
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

/** Stores the signed webhooks of a successful production deployment; they wait to be interpreted. */
export async function deploy(ctx: Ctx, repositoryName: string): Promise<number> {
  const connection = await ensureConnection(ctx, { name: "Tests" });
  const secret = await addWebhookSecret(ctx, testKeyring, connection, randomUUID());
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
