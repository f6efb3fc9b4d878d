import { openConnection } from "#server/connections/open-connection.ts";
import type { SourceHost } from "#server/connections/source-host.ts";
import type { Ctx } from "#server/core/context.ts";
import { type DomainError, findDomainError, type TooManyError } from "#server/core/errors.ts";
import { enqueue } from "#server/core/jobs.ts";
import { makeLogger } from "#server/core/log.ts";
import type { Outside } from "#server/core/outside.ts";
import { importHistoryJobName } from "./back-fill/import-job-name.ts";
import {
  claimImport,
  endRun,
  type ImportRun,
  ImportStopped,
  ImportYields,
  openMeter,
} from "./back-fill/import-run.ts";
import { keepTrouble, leavePart, type Part, takePart } from "./back-fill/part.ts";
import { planImport } from "./back-fill/plan-import.ts";
import { countImport, nextTry } from "./back-fill/read-import-counts.ts";
import { type Pass, readSlice } from "./back-fill/read-slice.ts";

const log = makeLogger("delivery-import");

/** Repositories that are read side by side: hosts ask not to be asked much at once. */
const partsAtOnce = 3;
/** Well under the job's expiry. */
const longestRunMs = 10 * 60_000;
const mostAttempts = 5;
/** So many repositories in a row that do not answer mean that the host does not. */
const mostSilent = 4;

export type HistoryTools = {
  ctx: Ctx;
  outside: Outside;
  signal: AbortSignal;
  onProgress?: (done: number, total: number) => void;
};

/** Repositories that are whole or not yet; `trouble` says why they wait. */
export type ImportedHistory = {
  services: number;
  deployments: number;
  waiting: number;
  trouble: string | null;
};

type Work = Pass & {
  signal: AbortSignal;
  inHand: string[];
  /** One is taken after the other, so that no two take the same. */
  taking: Promise<Part | null>;
  silent: number;
  isOver: boolean;
  onDone: () => Promise<void>;
};

/**
 * Reads the past of a connection's repositories by their plan, as webhooks would have told of it: what came by webhook is
 * newer and stays. What was read is never read again: it goes on where it was paused by the host's rate limit, or where its
 * process ended. It ends when everything is whole, has failed, or waits; a job is ordered for what waits.
 */
export async function importHistory(
  tools: HistoryTools,
  input: { connectionId: string; reachDays?: number },
): Promise<ImportedHistory> {
  const { ctx, outside } = tools;
  const found: ImportedHistory = { services: 0, deployments: 0, waiting: 0, trouble: null };
  const run = await claimImport(ctx, input.connectionId, input.reachDays);
  if (!run) return found;
  let host: SourceHost | undefined;
  try {
    host = await openConnection(ctx, outside, input.connectionId);
    await planImport(ctx, run);
    await workThrough(tools, run, host, (count) => {
      found.deployments += count;
    });
    found.trouble = await settle(ctx, run);
  } catch (error) {
    found.trouble = await endEarly(tools, run, error, host !== undefined);
  } finally {
    await host?.close();
  }
  const counts = await countImport(ctx, run.connectionId);
  return { ...found, services: counts.servicesWhole, waiting: counts.waiting };
}

async function workThrough(
  { ctx, signal, onProgress }: HistoryTools,
  run: ImportRun,
  host: SourceHost,
  onDeployments: (count: number) => void,
): Promise<void> {
  const until = Date.now() + longestRunMs;
  const meter = openMeter(ctx, run);
  const beat = setInterval(() => void meter.flush().catch(() => {}), 2_000);
  const check = () => {
    signal.throwIfAborted();
    if (Date.now() > until) throw new ImportYields("It goes on in a new job");
  };
  const onDone = async () => {
    const { whole, all } = onProgress ? await countImport(ctx, run.connectionId) : { whole: 0, all: 0 };
    onProgress?.(whole, all);
  };
  const work: Work = {
    ...{ ctx, signal, host, run, meter, check, onDeployments, onDone },
    ...{ inHand: [], taking: Promise.resolve(null), silent: 0, isOver: false },
  };
  try {
    const workers = await Promise.allSettled(Array.from({ length: partsAtOnce }, () => workOne(work)));
    for (const worker of workers) if (worker.status === "rejected") throw worker.reason;
  } finally {
    clearInterval(beat);
    await meter.flush();
  }
}

/** Takes one repository after the other, until there is none left or something ends the whole run. */
async function workOne(work: Work): Promise<void> {
  while (!work.isOver) {
    work.check();
    work.taking = work.taking.then(() => takeNext(work));
    const part = await work.taking;
    if (!part) return;
    try {
      await readSlice(work, part);
      work.silent = 0;
      await work.onDone();
    } catch (error) {
      await note(work, part, error).catch((end: unknown) => {
        work.isOver = true;
        throw end;
      });
    } finally {
      work.inHand.splice(work.inHand.indexOf(part.repository.id), 1);
    }
  }
}

async function takeNext({ ctx, run, inHand }: Work): Promise<Part | null> {
  const part = await takePart(ctx, run, inHand);
  if (part) inHand.push(part.repository.id);
  return part;
}

/** What is wrong with one repository holds no other up; what is wrong with the host, or an end, is thrown on. */
async function note(work: Work, part: Part, error: unknown): Promise<void> {
  const { ctx, run } = work;
  const told = findDomainError(error);
  if (work.signal.aborted || error instanceof ImportStopped) throw error;
  if (!told || told.code === "too_many") {
    await leavePart(ctx, part);
    throw error;
  }
  const failure = told.message;
  if (told.code === "unavailable") {
    work.silent += 1;
    if (work.silent >= mostSilent) {
      await leavePart(ctx, part);
      throw error;
    }
    const isLast = part.attempts + 1 >= mostAttempts;
    const nextTryAt = isLast ? null : new Date(ctx.now().getTime() + 60_000 * 4 ** part.attempts);
    return keepTrouble(ctx, run, part, { state: isLast ? "failed" : "waiting", failure, nextTryAt });
  }
  const state = told.code === "not_found" ? "gone" : "failed";
  await keepTrouble(ctx, run, part, { state, failure, nextTryAt: null });
}

/** Nothing is left to be read now: it is over, or waits for what did not answer. */
async function settle(ctx: Ctx, run: ImportRun): Promise<string | null> {
  const next = await nextTry(ctx, run.connectionId);
  if (!next) {
    await endRun(ctx, run, { state: "done" });
    return null;
  }
  await pause(ctx, run, next.failure ?? "Some repositories did not answer", next.at);
  return next.failure;
}

/** Answers why it ended, as far as that can be told. */
async function endEarly(
  { ctx, signal }: HistoryTools,
  run: ImportRun,
  error: unknown,
  isOpen: boolean,
): Promise<string | null> {
  if (error instanceof ImportStopped) return null;
  if (error instanceof ImportYields) {
    if (await endRun(ctx, run, { state: "waiting" })) await order(ctx, run.connectionId, 0);
    return null;
  }
  // A process that is told to end leaves the run as it is, for the next one to go on.
  if (signal.aborted) throw error;
  const told: DomainError | null = findDomainError(error);
  const failure = told?.message ?? "Something went wrong: the log of the worker says what";
  if (!told) log.error({ err: error, connectionId: run.connectionId }, "A history could not be imported");
  // Switched off, or without its secret: looked after again with all others.
  if (told && !isOpen) {
    await endRun(ctx, run, { state: "paused", failure, resumeAt: null });
    return failure;
  }
  const seconds = told?.code === "too_many" ? (told as TooManyError).retryAfterSeconds : 5 * 60;
  await pause(ctx, run, failure, new Date(ctx.now().getTime() + (seconds + 1) * 1000));
  if (!told) throw error;
  return failure;
}

async function pause(ctx: Ctx, run: ImportRun, failure: string, resumeAt: Date): Promise<void> {
  if (!(await endRun(ctx, run, { state: "paused", failure, resumeAt }))) return;
  const seconds = Math.ceil((resumeAt.getTime() - ctx.now().getTime()) / 1000);
  await order(ctx, run.connectionId, Math.max(1, seconds));
}

const order = (ctx: Ctx, connectionId: string, startAfterSeconds: number) =>
  enqueue(ctx, { name: importHistoryJobName }, { connectionId }, { key: connectionId, startAfterSeconds });
