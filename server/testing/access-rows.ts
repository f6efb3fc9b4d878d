import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { Who } from "./access-expected.ts";
import type { Caller } from "./callers.ts";
import type { World } from "./world.ts";

export type ProcedureRow = {
  who: Who;
  /** What is asked for belongs to our team, so that guests of others do not find it. */
  isOurs?: boolean;
  /** An input that only the actor can make fail. */
  input?: (world: World, caller: Caller) => unknown;
  /** What a caller who may gets to see, where that depends on who asks. */
  sees?: (answer: never, caller: Caller, world: World) => void;
};

const platform: Who = ["platform"];
const adminOnly: Who = { peopleOnly: ["admin"] };
const seeingPeople: Who = { roles: ["platform"], orMaintainers: "any" };
const ofOurTeam: Who = { peopleOnly: ["platform"], orMaintainers: "ours" };
const everything = () => ({});
const ours = (world: World) => ({ ref: world.ours });
const ourService = (world: World) => ({ entityRef: world.ours });
const bothServices = (world: World) => ({ refs: [world.ours, world.theirs] });

/** Nothing listens there, so that a test of it ends at once. */
const unreachableProvider = {
  slug: "openid",
  name: "Nobody",
  settings: {
    protocol: "openid",
    issuer: "http://127.0.0.1:1",
    clientId: "milepost",
    scopes: ["openid"],
    admits: "everyone",
    privateRanges: ["127.0.0.0/8"],
  },
};

/** Of whoever has none, an id that nothing has. */
const sessionOf = (caller: Caller) => (caller.kind === "person" ? caller.sessionId : randomUUID());
const accountOf = (caller: Caller) => (caller.kind === "person" ? caller.accountId : randomUUID());

/** Null for tokens, which belong to no team. */
export const teamOf = (caller: Caller) => (caller.kind === "person" ? caller.team : null);

/** Who may call what, as it is meant: written by hand and apart from the router, so that either can be wrong. */
export const procedureRows: Readonly<Record<string, ProcedureRow>> = {
  "audit.check": { who: platform },
  "audit.list": { who: platform, input: everything },
  "audit.removeSink": { who: { peopleOnly: ["admin"] }, input: (world) => ({ id: world.auditSink }) },
  "audit.requestCheck": { who: platform },
  "audit.saveSink": {
    who: { peopleOnly: ["admin"] },
    input: () => ({ name: "Logs", address: "syslog+tls://logs.example.com:6514" }),
  },
  "audit.sinks": { who: platform },
  "audit.types": { who: platform },
  "catalog.byRef": { who: "signed in", isOurs: true, input: ours },
  "catalog.cancelImport": { who: platform, input: (world) => ({ id: world.waitingLocation }) },
  "catalog.count": { who: "signed in", input: everything },
  "catalog.definition": { who: "signed in", isOurs: true, input: (world) => ({ ref: world.api }) },
  "catalog.facets": { who: "signed in", input: everything },
  "catalog.list": { who: "signed in", input: everything },
  "catalog.location": { who: "insiders", input: (world) => ({ id: world.importedLocation }) },
  "catalog.locations": { who: "insiders" },
  "catalog.myServices": {
    who: "signed in",
    sees: (answer: { items: { ref: string }[]; total: number }, caller, world) => {
      const team = teamOf(caller);
      const mine = team === "own team" ? [world.ours] : team === "other team" ? [world.theirs] : [];
      expect(answer.items.map((item) => item.ref)).toEqual(mine);
      expect(answer.total).toBe(mine.length);
    },
  },
  "catalog.problems": { who: "insiders", input: everything },
  "catalog.raw": { who: "signed in", isOurs: true, input: ours },
  "catalog.register": { who: platform, input: (world) => ({ target: `${world.folder}/another` }) },
  "catalog.reimport": { who: platform, input: (world) => ({ id: world.importedLocation }) },
  "catalog.related": { who: "signed in", input: (world) => ({ ref: world.ours, type: "ownedBy" }) },
  "catalog.removeLocation": { who: platform, input: (world) => ({ id: world.importedLocation }) },
  "catalog.search": { who: "signed in", input: () => ({ query: "service" }) },
  "catalog.unowned": { who: "signed in", input: everything },
  "delivery.deployment": { who: "signed in", isOurs: true, input: (world) => ({ id: world.deployment }) },
  "delivery.deployments": { who: "signed in", input: ourService },
  "delivery.incidents": { who: "signed in", input: ourService },
  "delivery.lastDeployments": { who: "signed in", input: bothServices },
  "delivery.openIncidents": { who: "signed in", input: bothServices },
  "delivery.runs": { who: "signed in", input: ourService },
  "delivery.service": { who: "signed in", input: ourService },
  "delivery.unmatched": { who: platform, input: everything },
  "delivery.weekly": { who: "signed in", input: ourService },
  "demo.remove": { who: platform },
  "demo.state": { who: "anyone" },
  "github.count": { who: platform, input: everything },
  "github.deliveries": { who: platform, input: everything },
  "github.delivery": { who: platform, input: (world) => ({ id: world.webhook }) },
  "github.facets": { who: platform },
  "github.makeSecret": { who: { peopleOnly: ["platform"] }, input: () => ({ retiresOthers: false }) },
  "github.replay": { who: platform, input: (world) => ({ id: world.webhook }) },
  "github.status": { who: platform },
  "identity.people": {
    who: seeingPeople,
    input: everything,
    sees: (
      answer: { items: { email: string | null; personRef: string | null; isDemo: boolean }[] },
      caller,
    ) => {
      if (caller.kind !== "person" || !caller.maintains) return;
      const hidden = caller.maintains === "own team" ? /-theirs$/ : /-ours$/;
      expect(answer.items.length).toBeGreaterThan(0);
      expect(answer.items.filter(({ personRef, isDemo }) => isDemo || hidden.test(personRef ?? ""))).toEqual(
        [],
      );
    },
  },
  "identity.personChoices": {
    who: seeingPeople,
    input: everything,
    sees: (answer: { ref: string }[], caller) => {
      if (caller.kind !== "person" || !caller.maintains) return;
      expect(answer.map(({ ref }) => ref).filter((ref) => /-ours$/.test(ref)).length > 0).toBe(
        caller.maintains === "own team",
      );
    },
  },
  "identity.linkPerson": {
    who: ofOurTeam,
    input: (world) => ({ userId: world.unmatched, personRef: world.person }),
  },
  "identity.setRole": { who: adminOnly, input: (world) => ({ userId: world.unmatched, role: "leader" }) },
  "identity.disablePerson": {
    who: adminOnly,
    input: (world) => ({ userId: world.unmatched, reason: "Left" }),
  },
  "identity.enablePerson": { who: adminOnly, input: (world) => ({ userId: world.disabled }) },
  "identity.groupRoles": { who: platform },
  "identity.saveGroupRole": {
    who: adminOnly,
    input: () => ({ source: "catalog", groupName: "group:default/theirs", role: "leader" }),
  },
  "identity.removeGroupRole": { who: adminOnly, input: (world) => ({ id: world.groupRole }) },
  "identity.teams": {
    who: seeingPeople,
    sees: (answer: { groupRef: string }[], caller) => {
      const all = ["group:default/ours", "group:default/theirs"];
      const own =
        caller.kind === "person" && caller.maintains === "own team" ? all.slice(0, 1) : all.slice(1);
      const isMaintainer = caller.kind === "person" && caller.maintains !== null;
      expect(answer.map(({ groupRef }) => groupRef)).toEqual(isMaintainer ? own : all);
    },
  },
  "identity.setMaintainer": {
    who: ofOurTeam,
    input: (world) => ({ groupRef: "group:default/ours", userId: world.unmatched, isOn: true }),
  },
  "identity.reviews": {
    who: seeingPeople,
    sees: (answer: unknown[], caller) =>
      expect(answer.length).toBe(caller.kind === "person" && caller.maintains === "other team" ? 0 : 1),
  },
  "identity.resolveReview": { who: ofOurTeam, input: (world) => ({ id: world.review, note: "The team" }) },
  "identity.granters": {
    who: "signed in",
    input: () => ({ grantedBy: ["admin", "maintainer:group:default/ours"] }),
  },
  "identity.serviceAccounts": {
    who: { peopleOnly: ["platform"], orMaintainers: "any" },
    sees: (answer: { name: string }[], caller, world) => {
      const isOthers = caller.kind === "person" && caller.maintains === "other team";
      expect(
        answer.some(({ name }) => name === "Robot"),
        world.serviceAccount,
      ).toBe(!isOthers);
    },
  },
  "identity.createServiceAccount": {
    who: ofOurTeam,
    input: () => ({ name: "Another", role: "developer", groupRefs: ["group:default/ours"] }),
  },
  "identity.disableServiceAccount": { who: ofOurTeam, input: (world) => ({ id: world.serviceAccount }) },
  "identity.enableServiceAccount": {
    who: ofOurTeam,
    input: (world) => ({ id: world.disabledServiceAccount }),
  },
  "identity.createServiceToken": {
    who: ofOurTeam,
    input: (world) => ({ serviceAccountId: world.serviceAccount, name: "Its second", scopes: ["read"] }),
  },
  "identity.revokeServiceToken": { who: ofOurTeam, input: (world) => ({ id: world.serviceToken }) },
  "identity.createToken": {
    who: { peopleOnly: ["platform"] },
    input: () => ({ name: "New", role: "developer", scopes: ["read"] }),
  },
  "identity.accounts": { who: "people only" },
  "identity.endOwnSessions": { who: "people only", input: () => ({ which: "others" }) },
  "identity.endSession": { who: "people only", input: (_, caller) => ({ id: sessionOf(caller) }) },
  "identity.endSessionsOf": {
    who: { peopleOnly: ["admin"] },
    input: (world) => ({ userId: world.demoPerson }),
  },
  "identity.directories": { who: ["admin"] },
  "identity.connectDirectory": {
    who: { peopleOnly: ["admin"] },
    input: (world) => ({ name: "New", providerId: world.provider }),
  },
  "identity.renewDirectoryToken": {
    who: { peopleOnly: ["admin"] },
    input: (world) => ({ id: world.directory }),
  },
  "identity.disconnectDirectory": {
    who: { peopleOnly: ["admin"] },
    input: (world) => ({ id: world.directory }),
  },
  "identity.offeredProviders": { who: "anyone" },
  "identity.signInSettings": { who: ["admin"] },
  "identity.removeProvider": { who: { peopleOnly: ["admin"] }, input: (world) => ({ id: world.provider }) },
  "identity.saveProvider": {
    who: { peopleOnly: ["admin"] },
    input: (world) => ({ ...unreachableProvider, confirmsProduction: world.provider !== "" }),
  },
  "identity.sessions": {
    who: "people only",
    sees: (answer: { isCurrent: boolean }[]) =>
      expect(answer.map(({ isCurrent }) => isCurrent)).toEqual([true]),
  },
  "identity.setProviderState": {
    who: { peopleOnly: ["admin"] },
    input: (world) => ({ id: world.provider, isOn: false }),
  },
  "identity.unlinkAccount": { who: "people only", input: (_, caller) => ({ id: accountOf(caller) }) },
  "identity.finishTour": { who: "people only" },
  "identity.me": {
    who: "signed in",
    sees: (answer: { id: string; groupRefs: string[] } | null, caller) => {
      if (caller.kind !== "person") return expect(answer).toBeNull();
      const teams = { "own team": ["ours"], "other team": ["theirs"], "no team": [] }[caller.team];
      const above = teams.length > 0 ? ["engineering"] : [];
      expect(answer?.id).toBe(caller.userId);
      expect([...(answer?.groupRefs ?? [])].sort()).toEqual(
        [...above, ...teams].map((name) => `group:default/${name}`),
      );
    },
  },
  "identity.revokeToken": {
    who: { peopleOnly: ["platform"] },
    input: (world) => ({ id: world.tokenToRevoke }),
  },
  "identity.setShortcuts": { who: "people only", input: () => ({ isOn: false }) },
  "identity.tokens": { who: platform },
  "installation.current": { who: "anyone" },
  "installation.settings": { who: ["admin"] },
  "installation.setTimeZone": {
    who: { peopleOnly: ["admin"] },
    input: () => ({ timeZone: "Europe/Berlin" }),
  },
  "notifications.inbox": {
    who: "signed in",
    sees: (answer: { rows: unknown[]; unread: number }, caller) => {
      const count = teamOf(caller) === "own team" ? 1 : 0;
      expect([answer.rows.length, answer.unread]).toEqual([count, count]);
    },
  },
  "notifications.markRead": { who: "people only" },
  "recovery.backups": { who: platform },
  "recovery.requestBackup": { who: platform },
  "setup.answer": { who: "setup", input: () => ({ step: "github" }) },
  "setup.finish": { who: "setup" },
  "setup.makeWebhookSecret": { who: "setup" },
  "setup.providers": { who: "setup" },
  "setup.saveProvider": { who: "setup", input: () => ({}) },
  "setup.setTimeZone": { who: "setup", input: () => ({ timeZone: "UTC" }) },
  "setup.state": { who: "setup" },
};

/** What an answer tells a guest of the world that they are not to know. Their service's own file names ours. */
export function leaksTo(caller: Caller, answer: string): string[] {
  const team = caller.kind === "nobody" ? "no team" : caller.team;
  const hidden = {
    "own team": /their-\w+|\w+-theirs|default\/theirs|lost-service|left-behind/g,
    "other team": /our-api|\w+-ours|default\/ours|lost-service|left-behind/g,
    "no team": /(their|our)-(service|api)|\w+-(theirs|ours)|default\/(theirs|ours)|lost-service|left-behind/g,
  }[team];
  return [...new Set(answer.match(hidden) ?? [])];
}

export type RestRow = {
  who: Who;
  isOurs?: boolean;
  path: (world: World) => string;
  body?: (world: World) => unknown;
};

/** The same for REST: the row's name is that of the table, its path one that is answered. */
/** What a directory writes: none of the callers holds a directory's token, so nobody gets through. */
const directoryOnly = (path: string, body?: object): RestRow => ({
  who: "SCIM client",
  path: () => `/api/scim/v2${path}`,
  ...(body ? { body: () => body } : {}),
});

export const restRows: Readonly<Record<string, RestRow>> = {
  "GET /api/scim/v2/ServiceProviderConfig": directoryOnly("/ServiceProviderConfig"),
  "GET /api/scim/v2/ResourceTypes": directoryOnly("/ResourceTypes"),
  "GET /api/scim/v2/ResourceTypes/:id": directoryOnly("/ResourceTypes/User"),
  "GET /api/scim/v2/Schemas": directoryOnly("/Schemas"),
  "GET /api/scim/v2/Schemas/:id": directoryOnly("/Schemas/urn:ietf:params:scim:schemas:core:2.0:User"),
  "GET /api/scim/v2/Users": directoryOnly("/Users"),
  "POST /api/scim/v2/Users": directoryOnly("/Users", { userName: "new" }),
  "GET /api/scim/v2/Users/:id": directoryOnly("/Users/x"),
  "PUT /api/scim/v2/Users/:id": directoryOnly("/Users/x", { userName: "new" }),
  "PATCH /api/scim/v2/Users/:id": directoryOnly("/Users/x", { Operations: [] }),
  "DELETE /api/scim/v2/Users/:id": directoryOnly("/Users/x"),
  "GET /api/scim/v2/Groups": directoryOnly("/Groups"),
  "POST /api/scim/v2/Groups": directoryOnly("/Groups", { displayName: "new" }),
  "GET /api/scim/v2/Groups/:id": directoryOnly("/Groups/x"),
  "PUT /api/scim/v2/Groups/:id": directoryOnly("/Groups/x", { displayName: "new" }),
  "PATCH /api/scim/v2/Groups/:id": directoryOnly("/Groups/x", { Operations: [] }),
  "DELETE /api/scim/v2/Groups/:id": directoryOnly("/Groups/x"),
  "POST /api/auth/demo": {
    who: "anyone",
    path: () => "/api/auth/demo",
    body: (world) => ({ personId: world.demoPerson }),
  },
  "GET /api/auth/sign-in/:slug": { who: "anyone", path: () => "/api/auth/sign-in/github?returnTo=/catalog" },
  "GET /api/auth/callback/:slug": { who: "anyone", path: () => "/api/auth/callback/github?state=x&code=y" },
  "POST /api/auth/prove/:slug": {
    who: "people only",
    path: () => "/api/auth/prove/github",
    body: () => ({ purpose: "link" }),
  },
  "POST /api/setup/open": {
    who: "setup",
    path: () => "/api/setup/open",
    body: () => ({ token: "not the setup token" }),
  },
  "POST /api/setup/sign-in/:slug": {
    who: "setup",
    path: () => "/api/setup/sign-in/github",
    body: everything,
  },
  "POST /api/auth/sign-in-link": {
    who: "anyone",
    path: () => "/api/auth/sign-in-link",
    body: (world) => ({ token: world.signInLink }),
  },
  "GET /api/auth/provider-sign-out/:slug": {
    who: "anyone",
    path: () => "/api/auth/provider-sign-out/github",
  },
  "POST /api/auth/test-provider": {
    who: { peopleOnly: ["admin"] },
    path: () => "/api/auth/test-provider",
    body: () => unreachableProvider,
  },
  "POST /api/setup/test-provider": {
    who: "setup",
    path: () => "/api/setup/test-provider",
    body: () => unreachableProvider,
  },
  "POST /api/auth/sign-out": { who: "anyone", path: () => "/api/auth/sign-out", body: everything },
  "GET /api/catalog/entities/by-name/:kind/:namespace/:name": {
    who: "signed in",
    isOurs: true,
    path: () => "/api/catalog/entities/by-name/component/default/our-service",
  },
  "GET /api/catalog/entities/by-query": {
    who: "signed in",
    path: () => "/api/catalog/entities/by-query?filter=kind=component&orderField=metadata.name,desc&limit=2",
  },
  "POST /api/catalog/entities/by-query": {
    who: "signed in",
    path: () => "/api/catalog/entities/by-query",
    body: () => ({ query: { kind: "component" }, limit: 2 }),
  },
  "GET /api/catalog/entity-facets": {
    who: "signed in",
    path: () => "/api/catalog/entity-facets?facet=spec.owner&facet=kind",
  },
  "POST /api/catalog/entity-facets": {
    who: "signed in",
    path: () => "/api/catalog/entity-facets",
    body: () => ({ facets: ["spec.owner"] }),
  },
  "GET /api/v1/audit/events.jsonl": {
    who: platform,
    path: () => "/api/v1/audit/events.jsonl?stream=token",
  },
  "GET /api/v1/catalog/entities.csv": {
    who: "signed in",
    path: () => "/api/v1/catalog/entities.csv?query=service",
  },
};
