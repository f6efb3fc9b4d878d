import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installation } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { SaveSink } from "#server/audit/inputs.ts";
import { saveSink } from "#server/audit/save-sink.ts";
import { registerLocation } from "#server/catalog/register-location.ts";
import { roles } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { saveCalendarDay } from "#server/delivery/calendar/save-calendar-day.ts";
import { readDeployments } from "#server/delivery/reads/deployments.ts";
import { createToken } from "#server/identity/create-token.ts";
import { makeSignInLink } from "#server/identity/sign-in/make-sign-in-link.ts";
import { notifyPeople } from "#server/notifications/notify-people.ts";
import { type Caller, makeCallers, personOf } from "./callers.ts";
import { as } from "./database.ts";
import { followDefinitions } from "./definitions.ts";
import type { DiscoveredWorld } from "./discovered.ts";
import { followDocs, writeDocs } from "./documentation.ts";
import { addTrust, type TrustWorld } from "./trust-world.ts";
import { addDeliverySources } from "./world/delivery-sources.ts";
import { deploySomething } from "./world/deployments.ts";
import { type JudgedWorld, judgeSomething } from "./world/judged-deployments.ts";
import { organisationTexts } from "./world/organisation-files.ts";
import { addDemoPerson, addPeopleMatters, addSignIn } from "./world/people.ts";
import {
  addConnection,
  addSentEntries,
  followBackstage,
  importFolder,
  importWebFile,
} from "./world/sources.ts";
import { addWhere } from "./world/where.ts";

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
  theirDeployment: number;
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
  /** An image of a figure of ours. */
  badge: { id: string; path: string };
  /** A freeze in the organisation's calendar. */
  calendarDay: number;
  judged: JudgedWorld;
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
  /** Where an Alertmanager sends to, an open incident of ours, one that nobody knows whose it is, and a version of rules. */
  receiver: string;
  ownIncident: string;
  lostIncident: string;
  /** Other rules of the organisation: tried on every service, and waiting to be tried. */
  simulations: { done: string; open: string };
  externalFile: string;
  sourceVersion: number;
  folder: string;
  remove: () => void;
};

/** Makes the world in this database. `db` is the pool: an import writes its progress beside its transaction. */
export async function makeWorld(db: Db): Promise<World> {
  const ctx = as(db);
  await db.insert(installation).values({ mode: "evaluation", demoState: "loaded" });
  const folder = mkdtempSync(join(tmpdir(), "milepost-world-"));
  mkdirSync(join(folder, "secrets"));
  writeDocs(folder);
  let importedLocation = "";
  for (const text of organisationTexts()) {
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
    (await readDeployments(ctx, { entityRef, limit: 1 })).items[0]?.id ?? 0;
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
    calendarDay: await addCalendarDay(ctx),
    judged: await judgeSomething(ctx, ours),
    badge: await addWhere(ctx, ours),
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
    ...(await addDeliverySources(ctx, ours)),
    folder,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function addCalendarDay(ctx: Ctx): Promise<number> {
  const freeze = { kind: "freeze" as const, from: "2026-12-20", to: "2027-01-02", title: "Year's end" };
  return (await saveCalendarDay(ctx, freeze)).id;
}
