import { sql } from "drizzle-orm";
import { isInsider } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { sharedRead } from "#server/core/shared-read.ts";

type Kept = { version: string; text: string };

/** An answer's text in an object that stays the same one while it is kept: what is made of it can be kept with it. */
export type AnswerText = { readonly text: string };

/** Answers by what was asked, the least recently used first; together at most `maxKept` characters. */
const answers = new Map<string, Kept>();
const maxKept = 20_000_000;
const maxAnswer = 500_000;
let kept = 0;

/** What an actor may see of the catalogue, as part of a key; what lies in repositories is not said by it. */
const reachOf = ({ actor }: Ctx): string =>
  isInsider(actor) ? "all" : JSON.stringify("limitedTo" in actor ? actor.limitedTo : null);

/** Of requests that only read: the version that was read with who asks. */
const versions = new WeakMap<Ctx, string>();

/**
 * Tells what the catalogue's version was at a moment after this request came in. Only for a request that changes nothing:
 * what it had changed itself would not be seen.
 */
export function noteVersion(ctx: Ctx, version: string | null): void {
  if (version !== null) versions.set(ctx, version);
}

/** `mayKeep` is false where something besides the catalogue decides, such as who may read a repository. */
export type Answer = { text: string; mayKeep: boolean };

/**
 * An answer as text, kept while the catalogue is the same. The version is read for every request, and before the answer,
 * so that what is kept under it can be newer than it but never older.
 */
export async function cachedAnswer(
  ctx: Ctx,
  asked: readonly unknown[],
  answer: () => Promise<Answer>,
): Promise<AnswerText> {
  const key = JSON.stringify([reachOf(ctx), ...asked]);
  const version =
    versions.get(ctx) ?? (await sharedRead(ctx.db, "catalogue version", () => readVersion(ctx)));
  const known = answers.get(key);
  if (known && known.version === version) {
    answers.delete(key);
    answers.set(key, known);
    return known;
  }
  const { text, mayKeep } = await answer();
  if (version === null || !mayKeep) return { text };
  const fresh = { version, text };
  keep(key, fresh);
  return fresh;
}

async function readVersion(ctx: Ctx): Promise<string | null> {
  const [row] = await ctx.db.execute<{ version: string }>(sql`select version::text from catalogue_state`);
  return row?.version ?? null;
}

function keep(key: string, given: Kept): void {
  forget(key);
  if (given.text.length > maxAnswer) return;
  answers.set(key, given);
  kept += given.text.length + key.length;
  for (const oldest of answers.keys()) {
    if (kept <= maxKept) return;
    forget(oldest);
  }
}

function forget(key: string): void {
  const known = answers.get(key);
  if (!known) return;
  answers.delete(key);
  kept -= known.text.length + key.length;
}
