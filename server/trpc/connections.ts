import { removeLocation } from "#server/catalog/remove-location.ts";
import {
  ConnectionId,
  MakeConnectionSecret,
  SaveAppConnection,
  SaveTokenConnection,
  SetConnectionState,
} from "#server/connections/inputs.ts";
import { makeConnectionSecret } from "#server/connections/make-connection-secret.ts";
import { readConnections } from "#server/connections/read-connections.ts";
import { listConnectionLocations, removeConnection } from "#server/connections/remove-connection.ts";
import { requestConnectionCheck } from "#server/connections/request-check.ts";
import { saveAppConnection, saveTokenConnection } from "#server/connections/save-connection.ts";
import { setConnectionState } from "#server/connections/set-connection-state.ts";
import { inTransaction } from "#server/core/context.ts";
import { readEnv } from "#server/core/env.ts";
import { currentKeyring } from "#server/core/keyring.ts";
import { role, router } from "./init.ts";

export const connections = router({
  check: role("platform")
    .input(ConnectionId)
    .mutation(({ ctx, input }) => requestConnectionCheck(ctx, input)),
  list: role("platform").query(async ({ ctx }) => ({
    ...(await readConnections(ctx)),
    publicUrl: readEnv().MILEPOST_URL ?? null,
  })),
  makeSecret: role("admin")
    .input(MakeConnectionSecret)
    .mutation(({ ctx, input }) => makeConnectionSecret(ctx, input, currentKeyring())),
  remove: role("admin")
    .input(ConnectionId)
    .mutation(({ ctx, input }) =>
      // The entries go first: a repository without its connection would have no readers any more.
      inTransaction(ctx, async (tx) => {
        for (const id of await listConnectionLocations(tx, input)) await removeLocation(tx, { id });
        await removeConnection(tx, input);
      }),
    ),
  saveApp: role("admin")
    .input(SaveAppConnection)
    .mutation(({ ctx, input }) => saveAppConnection(ctx, input, currentKeyring())),
  saveToken: role("admin")
    .input(SaveTokenConnection)
    .mutation(({ ctx, input }) => saveTokenConnection(ctx, input, currentKeyring())),
  setState: role("admin")
    .input(SetConnectionState)
    .mutation(({ ctx, input }) => setConnectionState(ctx, input)),
});
