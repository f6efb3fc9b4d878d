import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { entities } from "#db/schema/catalog.ts";
import { catalogueChecks } from "#db/schema/catalog-sources.ts";
import { sourceRepositories } from "#db/schema/connections.ts";
import { connections, installation } from "#db/schema/core.ts";
import { users } from "#db/schema/identity.ts";
import { searchMisses } from "#db/schema/search.ts";
import { shadowEntities } from "#db/schema/shadow.ts";
import type { Db } from "#db/types.ts";
import { SaveSink } from "#server/audit/inputs.ts";
import { saveSink } from "#server/audit/save-sink.ts";
import { SaveCard } from "#server/cards/inputs.ts";
import { saveCard } from "#server/cards/save-card.ts";
import { importLocation } from "#server/catalog/import-location.ts";
import { savePortalEntries } from "#server/catalog/portal-entries/save-portal-entries.ts";
import { saveReadingRule } from "#server/catalog/reading/save-reading-rule.ts";
import { ensureLocation, registerLocation } from "#server/catalog/register-location.ts";
import { runImport } from "#server/catalog/run-import.ts";
import { createCustomSource } from "#server/catalog/sources/create-custom-source.ts";
import { memoryTree } from "#server/catalog/trees/memory-tree.ts";
import { saveTokenConnection } from "#server/connections/save-connection.ts";
import { roles } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { makeOutside } from "#server/core/outside.ts";
import { deliveryInterpreter } from "#server/delivery/interpreter.ts";
import { readDeployments } from "#server/delivery/reads/deployments.ts";
import { requestCheck } from "#server/discovery/check/request-check.ts";
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
import { saveSynonyms } from "#server/search/save-synonyms.ts";
import { connectShadow } from "#server/shadow/connect-shadow.ts";
import { ConnectShadow } from "#server/shadow/inputs.ts";
import { type Caller, makeCallers, personOf } from "./callers.ts";
import { as } from "./database.ts";
import { followDefinitions } from "./definitions.ts";
import { addDiscovered, type DiscoveredWorld } from "./discovered.ts";
import { followDocs, writeDocs } from "./documentation.ts";
import {
  deploymentPayload,
  deploymentStatusPayload,
  randomSha,
  repositoryPayload,
} from "./github-payloads.ts";
import { testKeyring } from "./keyring.ts";
import { addTrust, type TrustWorld } from "./trust-world.ts";

/** Two teams with a service each, made through the same verbs as in life, and everybody who may look at them. */
export type World = {
  callers: Caller[];
  ours: string;
  theirs: string;
  api: string;
  importedLocation: string;
  waitingLocation: string;
  /** A location at a web address, and an entry of it by its uid. */
  webLocation: { id: string; target: string; uid: string };
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
  readingRule: string;
  card: string;
  /** Synonyms of the organisation; "looked for in vain" is what somebody did not find. */
  synonyms: string;
  tokenToRevoke: string;
  demoPerson: string;
  /** The id of a sign-in provider that is switched on, and a sign-in link's token. */
  provider: string;
  /** The id of a connected directory. */
  directory: string;
  signInLink: string;
  auditSink: string;
  /** The name of a source that sends its entries by REST, and an entry of ours that is kept in the portal. */
  customSource: string;
  kept: string;
  /** What a pull request to a public repository would do. */
  check: string;
  trust: TrustWorld;
  /** The connection of the Backstage that is followed. */
  shadow: string;
  /** A host of repositories that is connected by a token. */
  connection: string;
  discovered: DiscoveredWorld;
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
metadata: { name: our-service, annotations: { github.com/project-slug: acme/our-service, backstage.io/techdocs-ref: "dir:." } }
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
spec: { type: openapi, lifecycle: production, owner: ours, definition: "DEFINITION" }
`;

/** As it was, and as it is: one parameter more that callers have to send. */
const definitions = [
  "",
  "parameters: [{ name: page, in: query, required: true, schema: { type: integer } }], ",
].map(
  (parameters) =>
    `openapi: 3.0.0, info: { title: Ours, version: 1.0.0 }, paths: { /things: { get: { operationId: listThings, ${parameters}responses: { 200: { description: Things, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } } } } } }, components: { schemas: { Thing: { type: object } } }`,
);

/** Makes the world in this database. `db` is the pool: an import writes its progress beside its transaction. */
export async function makeWorld(db: Db): Promise<World> {
  const ctx = as(db);
  await db.insert(installation).values({ mode: "evaluation", demoState: "loaded" });
  const folder = mkdtempSync(join(tmpdir(), "milepost-world-"));
  mkdirSync(join(folder, "secrets"));
  writeDocs(folder);
  let importedLocation = "";
  for (const definition of definitions) {
    const text = [files.replace("DEFINITION", `{ ${definition} }`), ...callerEntries()].join("---\n");
    writeFileSync(join(folder, "catalog-info.yaml"), text);
    importedLocation = await importFolder(ctx, folder);
    await followDefinitions(ctx, importedLocation);
  }
  await followDocs(ctx, importedLocation);
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
    webLocation: await importWebFile(ctx),
    webhook,
    deployment: await deploymentOf(ours),
    theirDeployment: await deploymentOf(theirs),
    tokenToRevoke: token.id,
    demoPerson,
    ...(await addSignIn(ctx)),
    ...(await addSentEntries(ctx)),
    auditSink: (await saveSink(ctx, SaveSink.parse({ name: "Sink", address: "https://logs.example.com/" })))
      .id,
    signInLink: (await makeSignInLink(ctx, { user: demoPerson })).token,
    ...(await addPeopleMatters(ctx)),
    trust: await addTrust(ctx, callers, { ours, api: "api:default/our-api" }),
    shadow: await followBackstage(ctx),
    ...(await addConnection(ctx)),
    folder,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function addConnection(ctx: Ctx): Promise<Pick<World, "connection" | "discovered">> {
  const { id } = await saveTokenConnection(ctx, connected, testKeyring);
  return { connection: id, discovered: await addDiscovered(ctx, id) };
}

const connected = {
  kind: "github" as const,
  name: "Connected",
  webUrl: "https://github.com",
  token: "ghp_of_nobody",
};

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

async function addSentEntries(ctx: Ctx): Promise<{ customSource: string; kept: string; check: string }> {
  const { id } = await createCustomSource(ctx, { id: "machines", title: "Machines", guardPercent: 20 });
  const text = `apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: { name: kept }
spec: { type: queue, owner: ours }
`;
  const { entries } = await savePortalEntries(ctx, { documents: [{ text }] });
  return { customSource: id, kept: entries[0]?.ref ?? "", check: await addCheck(ctx) };
}

async function addCheck(ctx: Ctx): Promise<string> {
  const [connection] = await ctx.db
    .insert(connections)
    .values({ kind: "github", name: "Of the checks" })
    .returning({ id: connections.id });
  const [repository] = await ctx.db
    .insert(sourceRepositories)
    .values({
      connectionId: connection?.id ?? "",
      externalId: "checks",
      fullName: "acme/public",
      slug: "acme/public",
      url: "https://github.com/acme/public",
      cloneUrl: "https://github.com/acme/public.git",
      defaultBranch: "main",
      visibility: "public",
      topics: [],
      listedAt: ctx.now(),
    })
    .returning({ id: sourceRepositories.id });
  const asked = { pullRequest: 1, branch: "topic", baseSha: randomSha(), headSha: randomSha() };
  await requestCheck(ctx, repository?.id ?? "", asked);
  const [check] = await ctx.db.select({ id: catalogueChecks.id }).from(catalogueChecks);
  return check?.id ?? "";
}

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
  const readingRule = await saveReadingRule(ctx, { pattern: "acme/ledger", groupRef: "group:default/ours" });
  const card = await saveCard(
    ctx,
    SaveCard.parse({
      name: "Logs",
      kind: "link",
      annotation: null,
      urlPattern: "https://logs.example.com/{name}",
    }),
  );
  return {
    unmatched,
    person: "user:default/nobody-yet-ours",
    disabled,
    review: review?.id ?? "",
    serviceAccount: account.id,
    serviceToken: token.id,
    disabledServiceAccount: off.id,
    groupRole: items[0]?.id ?? "",
    readingRule: readingRule.id,
    synonyms: await addSearches(ctx),
    card: card.id,
  };
}

export async function importFolder(ctx: Ctx, target: string): Promise<string> {
  const { id } = await ensureLocation(ctx, { type: "folder", target, isDemo: false });
  await importLocation({ ctx, outside: makeOutside({ hosts: [] }) }, { locationId: id });
  return id;
}

async function followBackstage(ctx: Ctx): Promise<string> {
  const input = ConnectShadow.parse({ address: "https://backstage.example.com", token: randomUUID() });
  const { id } = await connectShadow(ctx, input, () => testKeyring);
  const ref = "component:default/only-there";
  await ctx.db
    .insert(shadowEntities)
    .values({ connectionId: id, ref, kind: "component", seenRun: 1, verdict: "missing", document: "{}" });
  return id;
}

/** As if the file had been fetched: nothing leaves this machine. */
async function importWebFile(ctx: Ctx): Promise<World["webLocation"]> {
  const target = "https://git.example.com/acme/web/catalog-info.yaml";
  const { id } = await ensureLocation(ctx, { type: "file", target, isDemo: false });
  const text = documentOfTheWeb;
  const tree = memoryTree(new Map([["catalog-info.yaml", text]]));
  await runImport({ ctx, outside: makeOutside({ hosts: [] }) }, id, async () => ({
    tree,
    start: { file: "catalog-info.yaml" },
  }));
  const [entry] = await ctx.db
    .select({ uid: entities.uid })
    .from(entities)
    .where(eq(entities.locationId, id));
  return { id, target, uid: entry?.uid ?? "" };
}

const documentOfTheWeb = `apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: { name: web-ours }
spec: { type: bucket, owner: ours }
`;

async function addSearches(ctx: Ctx): Promise<string> {
  const at = ctx.now();
  await ctx.db
    .insert(searchMisses)
    .values({ query: "looked for in vain", count: 1, firstAt: at, lastAt: at });
  return (await saveSynonyms(ctx, { words: ["our word", "their word"] })).id;
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
