import { and, asc, eq, isNull } from "drizzle-orm";
import { connectionSecrets, connections, installation } from "#db/schema/core.ts";
import { users } from "#db/schema/identity.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { nextStep, type SetupFacts, type SetupStep } from "./model.ts";
import { setupRefusal } from "./policy.ts";

export type SetupState = SetupFacts & { timeZone: string; next: SetupStep };

/** How far the setup is, told by what is there and not by a step number: a start in between changes nothing. */
export async function readSetup(ctx: Ctx): Promise<SetupState> {
  ensure(setupRefusal(ctx.actor));
  const [row] = await ctx.db
    .select({ answered: installation.setupAnswered, timeZone: installation.timeZone })
    .from(installation);
  const facts = { ...(await readSetupFacts(ctx)), answered: row?.answered ?? [] };
  return { ...facts, timeZone: row?.timeZone ?? "UTC", next: nextStep(facts) };
}

/** The enabled sign-in providers and the admins who can sign in, by name. */
export async function readSetupFacts(ctx: Ctx): Promise<Omit<SetupFacts, "answered">> {
  const providers = await ctx.db
    .select({ name: connections.name })
    .from(connections)
    .where(and(eq(connections.kind, "sign-in"), isNull(connections.disabledAt)))
    .orderBy(asc(connections.createdAt));
  const admins = await ctx.db
    .select({ name: users.name })
    .from(users)
    .where(and(eq(users.role, "admin"), eq(users.isDemo, false), isNull(users.disabledAt)))
    .orderBy(asc(users.createdAt));
  const [secret] = await ctx.db
    .select({ id: connectionSecrets.id })
    .from(connectionSecrets)
    .innerJoin(connections, eq(connections.id, connectionSecrets.connectionId))
    .where(
      and(
        eq(connections.kind, "github"),
        eq(connectionSecrets.purpose, "webhook"),
        isNull(connectionSecrets.retiredAt),
      ),
    )
    .limit(1);
  return {
    providers: providers.map(({ name }) => name),
    admins: admins.map(({ name }) => name),
    hasWebhookSecret: secret !== undefined,
  };
}
