import { hasCluster } from "#db/embedded/place-cluster.ts";
import { type Env, readEnv, SettingError } from "#server/core/env.ts";
import type { SetupToken } from "#server/installation/create-setup-token.ts";
import { setupTokenFile } from "#server/installation/setup-token-file.ts";
import { chooseMode, startRefusal } from "#server/installation/start-refusal.ts";
import { bringUp } from "./bring-up.ts";
import { type Prepared, prepareDatabase } from "./prepare.ts";
import { type Database, superviseDatabase } from "./supervise-database.ts";
import { unreachableSentence } from "./unreachable-sentence.ts";

type Step = { done: (text?: string) => void; fail: (text?: string) => void; note: (text: string) => void };
export type Progress = { line: (text: string) => void; step: (name: string) => Step; elapsed: () => string };

export type Stoppable = { stop: () => Promise<void> };

export type StarterOptions = {
  /** The folder of the bundled programs. */
  programs: string;
  /** Next's output, relative to the project; null when it builds pages as they are asked for. */
  pages: string | null;
  /** Aborted when all has to end. */
  stop: AbortSignal;
  progress: Progress;
  isDev: boolean;
  /** Tells in development that the programs were built anew. */
  changes?: EventTarget;
};

/** Brings the portal up, keeps it up until `stop`, and ends everything it started. Answers with the exit code. */
export async function runStarter(options: StarterOptions): Promise<number> {
  const env = readEnv();
  // Said before a data folder is made for a start that cannot go on; asked again when the database's own mode is known,
  // which outweighs what the settings alone would choose.
  const isModeKnown = env.MILEPOST_MODE !== undefined || !(env.DATABASE_URL || hasCluster(env.dataDir));
  const refusal = isModeKnown ? startRefusal(env, chooseMode(env), null) : null;
  if (refusal) throw new SettingError(refusal);
  const ending = new AbortController();
  const giveUp = (sentence: string) => ending.abort(new Error(sentence));
  options.stop.addEventListener("abort", () => ending.abort());
  if (options.stop.aborted) return 0;

  const started: Stoppable[] = [];
  try {
    const database = env.DATABASE_URL ? null : await startDatabase(env, options, giveUp);
    if (database) started.unshift(database);
    const { mode, setupToken } = await prepare(env, database?.url() ?? env.DATABASE_URL ?? "", options);
    if (!ending.signal.aborted)
      await bringUp(env, database, options, {
        mode,
        onReady: () => sayHowToSetUp(env, setupToken, options),
        ending: ending.signal,
        giveUp,
        onStarted: (it) => started.unshift(it),
      });
    if (!ending.signal.aborted)
      await new Promise((resolve) => ending.signal.addEventListener("abort", resolve));
  } catch (error) {
    if (!ending.signal.aborted) ending.abort(error);
  }
  return endAll(started, ending.signal.reason, options);
}

async function startDatabase(
  env: Env,
  { progress }: StarterOptions,
  onGiveUp: (sentence: string) => void,
): Promise<Database> {
  const step = progress.step("starting PostgreSQL");
  try {
    const database = await superviseDatabase({
      dataDir: env.dataDir,
      durability: "durable",
      onLine: (line) => step.note(line),
      onGiveUp,
    });
    step.done(database.current().adopted ? "found PostgreSQL running" : "started PostgreSQL");
    return database;
  } catch (error) {
    step.fail();
    throw error;
  }
}

async function prepare(env: Env, url: string, { progress }: StarterOptions): Promise<Prepared> {
  const step = progress.step("bringing the database up to date");
  try {
    const prepared = await prepareDatabase(env, url);
    const { applied } = prepared;
    step.done(
      applied > 0 ? `brought the database up to date (${countOf(applied)})` : "the database is up to date",
    );
    return prepared;
  } catch (error) {
    step.fail();
    throw env.DATABASE_URL ? (unreachableSentence(error, url) ?? error) : error;
  }
}

const countOf = (migrations: number) => (migrations === 1 ? "1 migration" : `${migrations} migrations`);

/**
 * The token itself goes to a terminal alone, where the person looks who has started the portal: what is redirected is
 * somebody's log.
 */
function sayHowToSetUp(env: Env, made: SetupToken | null, { progress }: StarterOptions): void {
  if (!made) return;
  const address = env.MILEPOST_URL ? new URL("/setup", env.MILEPOST_URL).href : "/setup";
  progress.line(`Set it up at ${address} with the setup token in ${setupTokenFile(env.dataDir)}`);
  if (process.stdout.isTTY) progress.line(`Setup token, for one day and one use: ${made.token}`);
}

/** In reverse order of their start: nothing loses the database while it still drains. */
async function endAll(started: Stoppable[], reason: unknown, { progress }: StarterOptions): Promise<number> {
  const isFailure = !(reason instanceof DOMException && reason.name === "AbortError");
  if (isFailure) progress.line(`\n${sentenceOf(reason)}`);
  if (started.length > 0) {
    const step = progress.step("stopping");
    for (const it of started) await it.stop();
    step.done("stopped");
  }
  return isFailure ? 1 : 0;
}

/** Errors that were written for a person are one sentence; any other one is a bug, and shows where it arose. */
function sentenceOf(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  const isBug =
    reason instanceof TypeError || reason instanceof ReferenceError || process.env.LOG_LEVEL === "debug";
  return isBug ? (reason.stack ?? reason.message) : reason.message;
}
