import type { Db } from "#db/types.ts";
import { resolveActor } from "#server/auth/resolve-actor.ts";
import { answerRoute, makeMatcher } from "#server/http/router.ts";
import { httpRoutes } from "#server/http/routes.ts";
import { createCaller } from "#server/trpc/init.ts";
import { appRouter } from "#server/trpc/router.ts";
import type { Carried } from "./callers.ts";

/** Calls a tRPC procedure as somebody who carries these credentials; throws its TRPCError. */
export async function askProcedure(db: Db, carried: Carried, path: string, input: unknown): Promise<unknown> {
  const now = () => new Date();
  const actor = await resolveActor(db, carried, now());
  const caller = createCaller(appRouter)({ db, actor, now, requestId: "test", reportBug: () => {} });
  let found: unknown = caller;
  for (const name of path.split(".")) found = (found as Record<string, unknown>)[name];
  return (found as (input: unknown) => Promise<unknown>)(input);
}

export type RestAnswer = { status: number; headers: Record<string, string>; text: string };

const match = makeMatcher(httpRoutes);

/** Sends a request through the REST table, with its whole answer read. Throws where no row is found. */
export async function askRest(
  db: Db,
  carried: Carried,
  request: { method: string; path: string; body?: unknown },
): Promise<RestAnswer> {
  const url = new URL(request.path, "http://127.0.0.1:3000");
  const matched = match(request.method, url.pathname);
  if (matched === null || matched === "wrong method")
    throw new Error(`No row answers ${request.method} ${request.path}`);
  const headers = new Headers({ "content-type": "application/json" });
  if (carried.cookie) headers.set("cookie", carried.cookie);
  if (carried.authorization) headers.set("authorization", carried.authorization);
  const bugs: unknown[] = [];
  const deps = { db, now: () => new Date(), reportBug: (error: unknown) => void bugs.push(error) };
  const { method } = request;
  const readJson = () => Promise.resolve(request.body);
  const about = { method, url, headers, requestId: "test", address: null, readJson };
  const answer = await answerRoute(deps, matched, about);
  if (bugs.length > 0) throw bugs[0];
  return { status: answer.status, headers: answer.headers ?? {}, text: await textOf(answer.body) };
}

async function textOf(body: string | Buffer | AsyncIterable<string | Buffer> | null): Promise<string> {
  if (body === null || typeof body === "string" || Buffer.isBuffer(body)) return String(body ?? "");
  let text = "";
  for await (const part of body) text += part.toString();
  return text;
}
