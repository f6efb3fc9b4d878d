import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { events } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { resolveActor } from "#server/auth/resolve-actor.ts";
import { makeSignInTools, type SignInTools } from "#server/auth/sign-in-tools.ts";
import { type Actor, systemActor } from "#server/core/actor.ts";
import { signInRoutesWith } from "#server/http/sign-in.ts";
import { saveProvider } from "#server/identity/providers/save-provider.ts";
import { as, copyDatabase, type DatabaseCopy } from "./database.ts";
import { testKeyring } from "./keyring.ts";
import { startOpenidProvider, type TestProvider } from "./openid-provider.ts";
import { serveRoutes } from "./serve-routes.ts";
import type { Visitor } from "./sign-in-journey.ts";

/** A portal's sign-in routes on a real listener, and two real providers that it knows as "ours" and "theirs". */
export type SignInPortal = {
  address: string;
  db: Db;
  ours: TestProvider;
  theirs: TestProvider;
  /** How far the portal's clock is off, in milliseconds. */
  skew: number;
  beginAt: (slug: string, returnTo?: string) => string;
  /** Goes to the provider and comes back as far as the portal's callback, which is not called yet. */
  toCallback: (visitor: Visitor, slug?: string, login?: string) => Promise<string>;
  /** Where the portal leads to at the end of a sign-in. */
  signIn: (visitor: Visitor, slug?: string, login?: string) => Promise<string>;
  actorOf: (visitor: Visitor) => Promise<Actor>;
  /** What stands in the event log of the refusal before. */
  lastRefusal: () => Promise<Record<string, unknown>>;
};

/** Makes one for the tests of a file. With each test the clocks go right, and nothing is remembered of a provider. */
export function serveSignIn(): SignInPortal {
  const portal = {} as SignInPortal;
  let copy: DatabaseCopy;
  let tools: SignInTools;
  let served: { address: string; close: () => Promise<void> };
  beforeAll(async () => {
    copy = await copyDatabase();
    const now = () => new Date(Date.now() + portal.skew);
    served = await serveRoutes(
      copy.pool.db,
      signInRoutesWith(() => tools),
      now,
    );
    const callback = (slug: string) => [`${served.address}/api/auth/callback/${slug}`];
    const ours = await startOpenidProvider(callback("ours"));
    const theirs = await startOpenidProvider(callback("theirs"));
    Object.assign(portal, { db: copy.pool.db, address: served.address, ours, theirs });
    await addProvider(portal.db, "ours", ours);
    await addProvider(portal.db, "theirs", theirs);
  });
  afterAll(async () => {
    await served?.close();
    await portal.ours?.stop();
    await portal.theirs?.stop();
    await copy?.drop();
  });
  beforeEach(() => {
    portal.skew = 0;
    for (const provider of [portal.ours, portal.theirs]) provider.tampering = {};
    tools = makeSignInTools({ MILEPOST_URL: portal.address, NO_PROXY: [] }, () => testKeyring);
  });
  return Object.assign(portal, journeysOf(portal));
}

function journeysOf(portal: SignInPortal) {
  const beginAt = (slug: string, returnTo = "/catalog") =>
    `${portal.address}/api/auth/sign-in/${slug}?returnTo=${encodeURIComponent(returnTo)}`;
  const toCallback: SignInPortal["toCallback"] = async (visitor, slug = "ours", login) => {
    const begun = await visitor.get(beginAt(slug));
    const sent = new URL(begun.headers.get("location") ?? "");
    if (login) sent.searchParams.set("login_hint", login);
    return (await visitor.follow(sent.href, `${portal.address}/api/auth/callback/`)).url;
  };
  const signIn: SignInPortal["signIn"] = async (visitor, slug = "ours", login) => {
    const response = await visitor.get(await toCallback(visitor, slug, login));
    return response.headers.get("location") ?? `status ${response.status}`;
  };
  const actorOf = (visitor: Visitor) => {
    const carried = { cookie: visitor.cookie(portal.address), authorization: null };
    return resolveActor(portal.db, carried, new Date(Date.now() + portal.skew));
  };
  const lastRefusal = async () => {
    const rows = await portal.db
      .select({ payload: events.payload })
      .from(events)
      .where(eq(events.type, "session.refused"))
      .orderBy(events.id);
    return rows.at(-1)?.payload as Record<string, unknown>;
  };
  return { beginAt, toCallback, signIn, actorOf, lastRefusal };
}

function addProvider(db: Db, slug: string, { issuer, clientId, clientSecret }: TestProvider) {
  const scopes = ["openid", "profile", "email", "groups"];
  const settings = {
    protocol: "openid",
    issuer,
    clientId,
    scopes,
    admits: "everyone",
    groupsClaim: "groups",
    privateRanges: ["127.0.0.0/8"],
  } as const;
  const input = {
    slug,
    name: `Provider ${slug}`,
    clientSecret,
    settings: { ...settings, privateRanges: ["127.0.0.0/8"] },
  };
  return saveProvider(as(db, systemActor("Setup")), input, testKeyring);
}

export const refusedWith = (failure: string, slug = "ours") => `/sign-in?failure=${failure}&provider=${slug}`;
