import { z } from "zod";
import { readEnv } from "#server/core/env.ts";
import { currentKeyring } from "#server/core/keyring.ts";
import { createToken } from "#server/identity/create-token.ts";
import { endOwnSessions, endSession, endSessionsOf } from "#server/identity/end-sessions.ts";
import { finishTour } from "#server/identity/finish-tour.ts";
import { CreateToken, RevokeToken, SetShortcuts } from "#server/identity/inputs.ts";
import { ProviderId, SaveProvider, SetProviderState } from "#server/identity/providers/inputs.ts";
import { readOfferedProviders, readSignInSettings } from "#server/identity/providers/read.ts";
import { removeProvider, setProviderState } from "#server/identity/providers/remove-provider.ts";
import { saveProvider } from "#server/identity/providers/save-provider.ts";
import { findMe, readTokens } from "#server/identity/read.ts";
import { readOwnAccounts, readOwnSessions } from "#server/identity/read-sessions.ts";
import { revokeToken } from "#server/identity/revoke-token.ts";
import {
  connectScim,
  disconnectScim,
  readScimConnections,
  renewScimToken,
} from "#server/identity/scim/connections.ts";
import { SaveScimConnection, ScimConnectionId } from "#server/identity/scim/inputs.ts";
import { setShortcuts } from "#server/identity/set-shortcuts.ts";
import { AccountId, EndOwnSessions, EndSessionsOf, SessionId } from "#server/identity/sign-in/inputs.ts";
import { unlinkAccount } from "#server/identity/unlink-account.ts";
import { people, serviceAccounts } from "./identity-people.ts";
import { anyone, role, router, signedIn } from "./init.ts";
import { savedWithMove } from "./move-to-production.ts";

export const identity = router({
  ...people,
  ...serviceAccounts,
  me: signedIn.query(({ ctx }) => findMe(ctx)),
  finishTour: signedIn.mutation(({ ctx }) => finishTour(ctx)),
  setShortcuts: signedIn.input(SetShortcuts).mutation(({ ctx, input }) => setShortcuts(ctx, input)),
  sessions: signedIn.query(({ ctx }) => readOwnSessions(ctx)),
  endSession: signedIn.input(SessionId).mutation(({ ctx, input }) => endSession(ctx, input)),
  endOwnSessions: signedIn.input(EndOwnSessions).mutation(({ ctx, input }) => endOwnSessions(ctx, input)),
  endSessionsOf: role("admin")
    .input(EndSessionsOf)
    .mutation(({ ctx, input }) => endSessionsOf(ctx, input)),
  accounts: signedIn.query(({ ctx }) => readOwnAccounts(ctx)),
  unlinkAccount: signedIn.input(AccountId).mutation(({ ctx, input }) => unlinkAccount(ctx, input)),
  offeredProviders: anyone.query(({ ctx }) => readOfferedProviders(ctx)),
  signInSettings: role("admin").query(async ({ ctx }) => ({
    ...(await readSignInSettings(ctx)),
    publicUrl: readEnv().MILEPOST_URL ?? null,
  })),
  saveProvider: role("admin")
    .input(SaveProvider.extend({ confirmsProduction: z.boolean().default(false) }))
    .mutation(({ ctx, input: { confirmsProduction, ...input } }) =>
      savedWithMove(ctx, confirmsProduction, (tx) => saveProvider(tx, input, currentKeyring())),
    ),
  setProviderState: role("admin")
    .input(SetProviderState)
    .mutation(({ ctx, input }) => setProviderState(ctx, input)),
  removeProvider: role("admin")
    .input(ProviderId)
    .mutation(({ ctx, input }) => removeProvider(ctx, input)),
  directories: role("admin").query(({ ctx }) => readScimConnections(ctx)),
  connectDirectory: role("admin")
    .input(SaveScimConnection)
    .mutation(({ ctx, input }) => connectScim(ctx, input)),
  renewDirectoryToken: role("admin")
    .input(ScimConnectionId)
    .mutation(({ ctx, input }) => renewScimToken(ctx, input)),
  disconnectDirectory: role("admin")
    .input(ScimConnectionId)
    .mutation(({ ctx, input }) => disconnectScim(ctx, input)),
  tokens: role("platform").query(({ ctx }) => readTokens(ctx)),
  createToken: role("platform")
    .input(CreateToken)
    .mutation(({ ctx, input }) => createToken(ctx, input)),
  revokeToken: role("platform")
    .input(RevokeToken)
    .mutation(({ ctx, input }) => revokeToken(ctx, input)),
});
