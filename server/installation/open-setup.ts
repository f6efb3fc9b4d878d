import { installation } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { isEqualSecret, randomToken, sha256 } from "#server/core/crypto.ts";
import { DomainError } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { lockSetup } from "./create-setup-token.ts";
import type { OpenSetup } from "./inputs.ts";
import { setupSessionHours, setupTokenTries } from "./model.ts";
import "./events.ts";

const another = "make another on the portal's machine: npx milepost setup-token";

/**
 * Spends the setup token and starts the setup in the browser that showed it; a browser that had begun before has to stop.
 * Each wrong try counts, also when the answer is a refusal, so it is thrown after the transaction.
 */
export async function openSetup(
  ctx: Ctx,
  input: OpenSetup,
): Promise<{ setupSession: string; expiresAt: Date }> {
  const outcome = await inTransaction(ctx, (tx) => tryToken(tx, input.token));
  if (outcome instanceof DomainError) throw outcome;
  return outcome;
}

async function tryToken(
  tx: Ctx,
  token: string,
): Promise<DomainError | { setupSession: string; expiresAt: Date }> {
  const state = await lockSetup(tx);
  const refuse = (sentence: string) => new DomainError("unauthenticated", sentence, "token");
  if (state.mode === "evaluation" || state.setupFinishedAt)
    return refuse("There is no setup to open: this portal is set up already");
  if (!state.setupTokenHash || !state.setupTokenExpiresAt)
    return refuse(`The setup token was used already, or none has been made: ${another}`);
  if (state.setupTokenTries >= setupTokenTries)
    return refuse(`The setup token was spent by ${setupTokenTries} wrong tries: ${another}`);
  if (state.setupTokenExpiresAt <= tx.now()) return refuse(`The setup token is older than a day: ${another}`);
  if (isEqualSecret(sha256(token), state.setupTokenHash)) return startSetup(tx);
  const tries = state.setupTokenTries + 1;
  const triesLeft = setupTokenTries - tries;
  await tx.db.update(installation).set({ setupTokenTries: tries });
  await record(tx, { type: "setup-token.refused", subjectId: "only", payload: { triesLeft } });
  return refuse(
    triesLeft > 0
      ? `This is not the setup token; ${triesLeft} ${triesLeft === 1 ? "try is" : "tries are"} left`
      : `This is not the setup token, and it was the last try: ${another}`,
  );
}

async function startSetup(tx: Ctx): Promise<{ setupSession: string; expiresAt: Date }> {
  const setupSession = randomToken();
  const expiresAt = new Date(tx.now().getTime() + setupSessionHours * 3_600_000);
  await tx.db.update(installation).set({
    setupTokenHash: null,
    setupTokenExpiresAt: null,
    setupTokenTries: 0,
    setupSessionHash: sha256(setupSession),
    setupSessionExpiresAt: expiresAt,
  });
  await record(tx, {
    type: "setup.opened",
    subjectId: "only",
    payload: { expiresAt: expiresAt.toISOString() },
  });
  return { setupSession, expiresAt };
}
