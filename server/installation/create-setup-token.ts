import { installation } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { randomToken, sha256 } from "#server/core/crypto.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { setupTokenHours } from "./model.ts";
import { createSetupTokenRefusal } from "./policy.ts";
import "./events.ts";

export type SetupToken = { token: string; expiresAt: Date };

/**
 * Makes the one-time token that opens the setup; an earlier one no longer counts. Only its SHA-256 is kept. `keep` is
 * handed the token before anything is committed, so that a token that could not be put down anywhere does not exist.
 */
export async function createSetupToken(
  ctx: Ctx,
  keep: (made: SetupToken) => Promise<void> | void = () => {},
): Promise<SetupToken> {
  return inTransaction(ctx, async (tx) => {
    const state = await lockSetup(tx);
    ensure(createSetupTokenRefusal(ctx.actor, state));
    return makeToken(tx, keep);
  });
}

/**
 * The token of a production start whose setup is not finished: null when one is still good, or a browser has shown one.
 * One that was spent by wrong tries is not replaced: that takes `milepost setup-token`.
 */
export async function ensureSetupToken(
  ctx: Ctx,
  keep: (made: SetupToken) => Promise<void> | void,
): Promise<SetupToken | null> {
  return inTransaction(ctx, async (tx) => {
    const state = await lockSetup(tx);
    const isGood = (until: Date | null) => until !== null && until > tx.now();
    if (createSetupTokenRefusal(ctx.actor, state)) return null;
    if (isGood(state.setupTokenExpiresAt) || isGood(state.setupSessionExpiresAt)) return null;
    return makeToken(tx, keep);
  });
}

async function makeToken(tx: Ctx, keep: (made: SetupToken) => Promise<void> | void): Promise<SetupToken> {
  const made = {
    token: randomToken(),
    expiresAt: new Date(tx.now().getTime() + setupTokenHours * 3_600_000),
  };
  await tx.db.update(installation).set({
    setupTokenHash: sha256(made.token),
    setupTokenExpiresAt: made.expiresAt,
    setupTokenTries: 0,
    // Whoever holds an open setup in another browser is out: that may be why a new token is made.
    setupSessionHash: null,
    setupSessionExpiresAt: null,
  });
  const payload = { expiresAt: made.expiresAt.toISOString() };
  await record(tx, { type: "setup-token.created", subjectId: "only", payload });
  await keep(made);
  return made;
}

const columns = {
  mode: installation.mode,
  setupTokenHash: installation.setupTokenHash,
  setupTokenExpiresAt: installation.setupTokenExpiresAt,
  setupTokenTries: installation.setupTokenTries,
  setupSessionExpiresAt: installation.setupSessionExpiresAt,
  setupFinishedAt: installation.setupFinishedAt,
};

/** The state of the setup; nobody else changes it until the transaction ends, so that tries are counted one by one. */
export async function lockSetup(tx: Ctx) {
  const [row] = await tx.db.select(columns).from(installation).for("update");
  if (!row) throw new Error("The installation has no row yet: it is written at the start");
  return row;
}
