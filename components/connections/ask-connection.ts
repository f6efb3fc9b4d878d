import type { ConnectionTest } from "#server/connections/model.ts";

/** What the portal said against it: a sentence, and the field that it is about. */
export class AskFailure extends Error {
  readonly field: string | null;

  constructor(message: string, field: string | null) {
    super(message);
    this.field = field;
  }
}

async function ask<Answer>(path: string, input: object): Promise<Answer> {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(input),
  }).catch(() => {
    throw new AskFailure("The portal did not answer. Check that it is running, then try again.", null);
  });
  const body = (await answer.json().catch(() => null)) as
    | (Answer & { error?: { message?: string; field?: string } })
    | null;
  if (answer.ok && body) return body;
  const said = body?.error;
  throw new AskFailure(said?.message ?? `The portal answered ${answer.status}`, said?.field ?? null);
}

/** Asks the portal to try these settings; nothing is saved by it. Throws AskFailure. */
export const askForTest = (input: object) => ask<ConnectionTest>("/api/connections/test", input);

/** Has a GitHub App's manifest written down; the answer says where the browser goes next. Throws AskFailure. */
export const askForManifest = (input: object) =>
  ask<{ path: string }>("/api/connections/app-manifest", input);
