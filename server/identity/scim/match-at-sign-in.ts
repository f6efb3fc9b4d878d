import type { Ctx } from "#server/core/context.ts";
import { SignInRefused } from "../sign-in/refusal.ts";
import { settleScimAccount } from "./match-accounts.ts";

/** Keeps out whom a connected directory has switched off, also on their first visit. */
export async function matchScimAtSignIn(tx: Ctx, who: { userId: string; accountId: string }): Promise<void> {
  if (!(await settleScimAccount(tx, who)))
    throw new SignInRefused("disabled", "switched off in the connected directory");
}
