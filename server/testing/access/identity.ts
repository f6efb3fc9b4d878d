import { expect } from "vitest";
import {
  accountOf,
  adminOnly,
  everything,
  ofOurTeam,
  type ProcedureRow,
  platform,
  seeingPeople,
  sessionOf,
  unreachableProvider,
} from "./row.ts";

export const identityProcedures: Readonly<Record<string, ProcedureRow>> = {
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
};
