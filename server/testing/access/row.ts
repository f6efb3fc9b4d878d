import { randomUUID } from "node:crypto";
import type { Who } from "../access-expected.ts";
import type { Caller } from "../callers.ts";
import type { World } from "../world.ts";

export type ProcedureRow = {
  who: Who;
  /** What is asked for belongs to our team, so that guests of others do not find it. */
  isOurs?: boolean;
  /** An input that only the actor can make fail. */
  input?: (world: World, caller: Caller) => unknown;
  /** What a caller who may gets to see, where that depends on who asks. */
  sees?: (answer: never, caller: Caller, world: World) => void;
};

export type RestRow = {
  who: Who;
  isOurs?: boolean;
  path: (world: World) => string;
  body?: (world: World) => unknown;
};

export const platform: Who = ["platform"];
export const adminOnly: Who = { peopleOnly: ["admin"] };
export const seeingPeople: Who = { roles: ["platform"], orMaintainers: "any" };
export const ofOurTeam: Who = { peopleOnly: ["platform"], orMaintainers: "ours" };
export const everything = () => ({});
export const ours = (world: World) => ({ ref: world.ours });
export const ourService = (world: World) => ({ entityRef: world.ours });
export const bothServices = (world: World) => ({ refs: [world.ours, world.theirs] });

/** Nothing listens there, so that a test of it ends at once. */
export const unreachableProvider = {
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
export const sessionOf = (caller: Caller) => (caller.kind === "person" ? caller.sessionId : randomUUID());
export const accountOf = (caller: Caller) => (caller.kind === "person" ? caller.accountId : randomUUID());

/** Null for tokens, which belong to no team. */
export const teamOf = (caller: Caller) => (caller.kind === "person" ? caller.team : null);

/** What a directory writes: none of the callers holds a directory's token, so nobody gets through. */
export const directoryOnly = (path: string, body?: object): RestRow => ({
  who: "SCIM client",
  path: () => `/api/scim/v2${path}`,
  ...(body ? { body: () => body } : {}),
});
