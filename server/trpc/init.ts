import { initTRPC, TRPCError } from "@trpc/server";
import superjson from "superjson";
import { isSetupSession } from "#server/auth/setup-session.ts";
import { hasRole, isKnown, type Role, systemActor } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { findDatabaseAway } from "#server/core/database-away.ts";
import { DomainError, type ErrorCode, findDomainError } from "#server/core/errors.ts";
import { logRefusal } from "#server/core/log-refusal.ts";
import { type Rule, refusal, roleNeeded, setupFirst, signInFirst, tokenScope } from "#server/core/refusal.ts";
import { observeProcedure } from "./observe-procedure.ts";

/** What each procedure is handed: the domain's Ctx, and the id that a person can quote when something went wrong. */
export type TrpcContext = Ctx & {
  requestId: string;
  reportBug: (error: unknown) => void;
  /** What the setup's browser shows, unchecked. */
  setupSession?: string | null;
};

/** Who may call a procedure; `surface.test.ts` lists it for every one of them. */
export type Access = "anyone" | "signed in" | "setup" | `role: ${string}`;
type Meta = { access: Access };

const trpcCode: Record<ErrorCode, TRPCError["code"]> = {
  invalid: "BAD_REQUEST",
  unauthenticated: "UNAUTHORIZED",
  forbidden: "FORBIDDEN",
  not_found: "NOT_FOUND",
  conflict: "CONFLICT",
  too_large: "PAYLOAD_TOO_LARGE",
  too_many: "TOO_MANY_REQUESTS",
  unavailable: "SERVICE_UNAVAILABLE",
};

const t = initTRPC
  .context<TrpcContext>()
  .meta<Meta>()
  .create({
    transformer: superjson,
    defaultMeta: { access: "signed in" },
    // Nothing but the sentence, the field and the request id leaves: no stack, no cause.
    errorFormatter: ({ shape, error, ctx }) => {
      const known = findDomainError(error);
      const isOurs = known !== null || error.code !== "INTERNAL_SERVER_ERROR";
      const message = known?.message ?? (isOurs ? sentenceFor(error) : "Something went wrong");
      const data = { code: shape.data.code, httpStatus: shape.data.httpStatus, path: shape.data.path };
      const why = { field: known?.field, rule: known?.rule, grantedBy: known?.grantedBy };
      return { ...shape, message, data: { ...data, ...why, requestId: ctx?.requestId } };
    },
  });

/** How zod begins the sentences that it has by itself. */
const withoutSentence = /^(?:Invalid|Too (?:small|big)|Unrecognized|Expected)\b/;

/** The page shows the first issue: a schema's own sentence as it is, zod's with the field that it is about. */
function sentenceFor(error: TRPCError): string {
  const issue = (error.cause as { issues?: { path: PropertyKey[]; message: string }[] } | undefined)
    ?.issues?.[0];
  if (!issue) return error.message;
  return withoutSentence.test(issue.message)
    ? `${issue.path.join(".") || "The input"}: ${issue.message}`
    : issue.message;
}

/** Translates what a verb throws; the only place where a tRPC error is made. */
const translated = t.middleware(async ({ next, ctx, path, getRawInput }) => {
  // PostgreSQL's text has no NUL, and nobody means one: refused here once, not in every schema.
  if (hasNul(await getRawInput())) refuse("invalid", "The input holds a NUL character: leave it out");
  const result = await next();
  if (result.ok) return result;
  const known = findDomainError(result.error);
  if (known) {
    logRefusal(known, { actor: ctx.actor, what: path, requestId: ctx.requestId });
    throw new TRPCError({ code: trpcCode[known.code], message: known.message, cause: known });
  }
  if (result.error.code !== "INTERNAL_SERVER_ERROR") return result;
  ctx.reportBug(result.error.cause ?? result.error);
  const away = findDatabaseAway(result.error);
  if (away) throw new TRPCError({ code: trpcCode[away.code], message: away.message, cause: away });
  return result;
});

function hasNul(value: unknown, depth = 0): boolean {
  if (typeof value === "string") return value.includes("\u0000");
  if (typeof value !== "object" || value === null || depth > 20) return false;
  return Object.values(value).some((part) => hasNul(part, depth + 1));
}

function refuse(code: ErrorCode, message: string, rule?: Rule): never {
  const cause = new DomainError(code, message, undefined, rule && refusal(rule, message));
  throw new TRPCError({ code: trpcCode[code], message, cause });
}

const known = t.middleware(({ ctx, next, type }) => {
  if (!isKnown(ctx.actor)) refuse("unauthenticated", "Sign in to see this", signInFirst);
  const wanted = type === "query" ? "read" : "write";
  if (ctx.actor.kind === "token" && !ctx.actor.scopes.includes(wanted))
    refuse("forbidden", `This token lacks the scope "${wanted}"`, tokenScope);
  return next();
});

export const router = t.router;
export const createCaller = t.createCallerFactory;

const observed = t.middleware(({ path, type, next }) => observeProcedure(path, type, next));

export const anyone = t.procedure.meta({ access: "anyone" }).use(observed).use(translated);
export const signedIn = t.procedure.meta({ access: "signed in" }).use(observed).use(translated).use(known);

/** For the browser that showed the setup token, which is nobody yet: verbs act as the system, named so in the audit log. */
export const inSetup = t.procedure
  .meta({ access: "setup" })
  .use(translated)
  .use(async ({ ctx, next }) => {
    if (await isSetupSession(ctx.db, ctx.setupSession ?? null, ctx.now()))
      return next({ ctx: { ...ctx, actor: systemActor("Setup") } });
    return refuse(
      "unauthenticated",
      "Enter the setup token first: the setup is open in no other browser",
      setupFirst,
    );
  });

const roleWords: Record<Role, string> = {
  guest: "guests",
  developer: "developers",
  leader: "engineering leaders",
  platform: "platform engineers",
  admin: "admins",
};

/** Procedures for these roles; an admin may always. */
export const role = (...wanted: Role[]) =>
  t.procedure
    .meta({ access: `role: ${wanted.join(", ")}` })
    .use(observed)
    .use(translated)
    .use(known)
    .use(({ ctx, next }) => {
      if (hasRole(ctx.actor, ...wanted)) return next();
      const words = wanted.map((name) => roleWords[name]).join(" and ");
      return refuse("forbidden", `Only ${words} can do this`, roleNeeded);
    });
