import "server-only";
import { randomUUID } from "node:crypto";
import { cookies, headers } from "next/headers";
import { cache } from "react";
import { sharedPool } from "#db/client.ts";
import { makeLogger } from "#server/core/log.ts";
import type { TrpcContext } from "#server/trpc/init.ts";
import { sessionCookieName } from "./cookie.ts";
import { resolveActor } from "./resolve-actor.ts";
import { setupCookieName } from "./setup-session.ts";

const log = makeLogger("pages");

/** The context of a request, for pages and route handlers: who acts, by cookie or bearer token. Once a request. */
export const requestContext = cache(async (): Promise<TrpcContext> => {
  const [carried, jar] = await Promise.all([headers(), cookies()]);
  const { db } = sharedPool();
  const now = () => new Date();
  const session = jar.get(sessionCookieName())?.value;
  const requestId = carried.get("x-request-id") ?? randomUUID();
  const actor = await resolveActor(
    db,
    {
      cookie: session ? `${sessionCookieName()}=${session}` : null,
      authorization: carried.get("authorization"),
    },
    now(),
  );
  const reportBug = (error: unknown) => log.error({ err: error, requestId }, "A request failed");
  return { db, actor, now, requestId, reportBug, setupSession: jar.get(setupCookieName())?.value ?? null };
});
