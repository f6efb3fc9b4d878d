import type { Db } from "#db/types.ts";
import { resolveActor } from "#server/auth/resolve-actor.ts";
import { resolveCaller } from "#server/auth/resolve-caller.ts";
import { noteVersion } from "#server/catalog/reads/cached-answer.ts";
import { type Actor, anonymous, hasRole, isKnown, type Role } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { findDatabaseAway } from "#server/core/database-away.ts";
import { DomainError, type ErrorCode, findDomainError, httpStatus } from "#server/core/errors.ts";
import { logRefusal } from "#server/core/log-refusal.ts";
import { limitSubject, takeFromRule } from "#server/core/rate-limit.ts";
import { type Rule, refusal, roleNeeded, signInFirst, tokenScope } from "#server/core/refusal.ts";
import { backstageError, milepostError, scimError } from "./errors.ts";
import type { HttpAccess, HttpAnswer, HttpRequest, HttpRoute } from "./route.ts";

type Compiled = { route: HttpRoute; pattern: RegExp; names: string[] };

export type MatchedRoute = { route: HttpRoute; params: Record<string, string> };
export type MatchPath = (method: string, path: string) => MatchedRoute | "wrong method" | null;

/** Compiles a table of routes; the answer finds the row for a method and path, its parameters decoded. */
export function makeMatcher(routes: readonly HttpRoute[]): MatchPath {
  const compiled: Compiled[] = routes.map((route) => {
    const names: string[] = [];
    const source = route.path.replace(/:(\w+)/g, (_, name: string) => {
      names.push(name);
      return "([^/]+)";
    });
    return { route, pattern: new RegExp(`^${source}$`), names };
  });
  return (method, path) => {
    let isKnownPath = false;
    for (const { route, pattern, names } of compiled) {
      const found = pattern.exec(path);
      if (!found) continue;
      isKnownPath = true;
      if (route.method !== method && !(method === "HEAD" && route.method === "GET")) continue;
      const params = Object.fromEntries(
        names.map((name, index) => [name, decodeSegment(found[index + 1] ?? "")]),
      );
      return { route, params };
    }
    return isKnownPath ? "wrong method" : null;
  };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new DomainError("invalid", `The address has a part that cannot be read: "${segment.slice(0, 40)}"`);
  }
}

const roleList = (access: HttpAccess): Role[] =>
  access.startsWith("role: ") ? (access.slice(6).split(", ") as Role[]) : [];

function refuseAccess(route: HttpRoute, actor: Actor, hasToken: boolean): void {
  if (route.access === "anyone" || route.access === "SCIM client") return;
  if (!isKnown(actor))
    refuse(
      "unauthenticated",
      hasToken
        ? "This token is not known, has ended or was revoked: make a new one"
        : "This needs a session or an API token: Authorization: Bearer <token>",
      signInFirst,
    );
  const scope = route.scope ?? (route.method === "GET" || route.isRead ? "read" : "write");
  if (actor.kind === "token" && !actor.scopes.includes(scope))
    refuse("forbidden", `This token lacks the scope "${scope}"`, tokenScope);
  const wanted = roleList(route.access);
  if (wanted.length > 0 && !hasRole(actor, ...wanted))
    refuse("forbidden", `This needs the role ${wanted.join(" or ")}`, roleNeeded);
}

function refuse(code: ErrorCode, sentence: string, rule: Rule): never {
  throw new DomainError(code, sentence, undefined, refusal(rule, sentence));
}

const translators = { milepost: milepostError, backstage: backstageError, scim: scimError };

const isStream = ({ body }: HttpAnswer) =>
  body !== null && typeof body === "object" && !Buffer.isBuffer(body);

/** Somebody whose role or limits changed meanwhile would not get the same answer. */
function isSameReach(before: Actor, after: Actor): boolean {
  const reachOf = (actor: Actor) =>
    actor.kind === "user" || actor.kind === "token"
      ? [actor.kind, actor.id, actor.role, actor.limitedTo]
      : [actor.kind];
  return JSON.stringify(reachOf(before)) === JSON.stringify(reachOf(after));
}

export type Answering = {
  db: Db;
  now: () => Date;
  reportBug: (error: unknown, requestId: string) => void;
};

/** Runs one matched route: who acts, whether they may, the handler, and the one translation of what it throws. */
export async function answerRoute(
  deps: Answering,
  matched: MatchedRoute,
  request: Omit<HttpRequest, "params">,
): Promise<HttpAnswer> {
  const translate = translators[matched.route.errorStyle ?? "milepost"];
  let actor: Actor = anonymous;
  try {
    const carried = {
      cookie: request.headers.get("cookie"),
      authorization: request.headers.get("authorization"),
    };
    const isDirectory = matched.route.access === "SCIM client";
    const caller = isDirectory
      ? { actor, catalogueVersion: null }
      : await resolveCaller(deps.db, carried, deps.now(), request.address);
    actor = caller.actor;
    refuseAccess(matched.route, actor, Boolean(carried.authorization));
    const { limit } = matched.route;
    if (limit) await takeFromRule(deps.db, limit, limitSubject(actor, request.address));
    const ctx: Ctx = { db: deps.db, actor, now: deps.now };
    // A body may come long after who sent it was looked up.
    if (matched.route.method === "GET") noteVersion(ctx, caller.catalogueVersion);
    const answer = await matched.route.handle(ctx, { ...request, params: matched.params });
    if (!isStream(answer) || matched.route.access === "anyone") return answer;
    const before = actor;
    return {
      ...answer,
      mayGoOn: async () => isSameReach(before, await resolveActor(deps.db, carried, deps.now())),
    };
  } catch (error) {
    const known = findDomainError(error);
    if (!known) deps.reportBug(error, request.requestId);
    const { method, path } = matched.route;
    const told = known ?? findDatabaseAway(error);
    if (known) logRefusal(known, { actor, what: `${method} ${path}`, requestId: request.requestId });
    return translate(told, told ? httpStatus[told.code] : 500, request);
  }
}
