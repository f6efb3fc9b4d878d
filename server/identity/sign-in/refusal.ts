import { type Ctx, inTransaction } from "#server/core/context.ts";
import { record } from "#server/core/events.ts";
import "../events.ts";
import type { SignInFailure } from "../providers/model.ts";

/** A sign-in that must not happen: `failure` is told to everybody, `detail` stands in the audit log. No secret is in either. */
export class SignInRefused extends Error {
  override name = "SignInRefused";
  readonly failure: SignInFailure;
  readonly detail: string;

  constructor(failure: SignInFailure, detail: string, cause?: unknown) {
    super(`${failure}: ${detail}`, cause === undefined ? {} : { cause });
    this.failure = failure;
    this.detail = detail;
  }
}

/** By name and not by class: Next bundles its own copy of this module. */
export const isSignInRefused = (error: unknown): error is SignInRefused =>
  error instanceof Error && error.name === "SignInRefused";

/** Writes down that somebody did not get in. Anybody can cause it, so the caller limits its rate. */
export async function recordRefusal(
  ctx: Ctx,
  refused: Pick<SignInRefused, "failure" | "detail">,
  about: { provider: string; address: string | null },
): Promise<void> {
  const { provider, address } = about;
  const payload = { reason: refused.failure, detail: refused.detail.slice(0, 300), provider, address };
  await inTransaction(ctx, (tx) => record(tx, { type: "session.refused", subjectId: provider, payload }));
}
