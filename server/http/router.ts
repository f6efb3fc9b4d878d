import type { Db } from "#db/types.ts";
import { resolveActor } from "#server/auth/resolve-actor.ts";
import { type Actor, hasRole, isKnown, type Role } from "#server/core/actor.ts";
import { DomainError, findDomainError, httpStatus } from "#server/core/errors.ts";
import { backstageError, milepostError } from "./errors.ts";
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

function refuseAccess(route: HttpRoute, actor: Actor): void {
  if (route.access === "anyone") return;
  if (!isKnown(actor))
    throw new DomainError(
      "unauthenticated",
      "This needs a session or an API token: Authorization: Bearer <token>",
    );
  const scope = route.method === "GET" || route.isRead ? "read" : "write";
  if (actor.kind === "token" && !actor.scopes.includes(scope))
    throw new DomainError("forbidden", `This token lacks the scope "${scope}"`);
  const wanted = roleList(route.access);
  if (wanted.length > 0 && !hasRole(actor, ...wanted))
    throw new DomainError("forbidden", `This needs the role ${wanted.join(" or ")}`);
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
  const translate = matched.route.errorStyle === "backstage" ? backstageError : milepostError;
  try {
    const carried = {
      cookie: request.headers.get("cookie"),
      authorization: request.headers.get("authorization"),
    };
    const actor = await resolveActor(deps.db, carried, deps.now());
    refuseAccess(matched.route, actor);
    return await matched.route.handle(
      { db: deps.db, actor, now: deps.now },
      { ...request, params: matched.params },
    );
  } catch (error) {
    const told = findDomainError(error);
    if (!told) deps.reportBug(error, request.requestId);
    return translate(told, told ? httpStatus[told.code] : 500, request);
  }
}
