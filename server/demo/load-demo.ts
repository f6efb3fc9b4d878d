import { sql } from "drizzle-orm";
import { readHistory } from "#db/seed/history.ts";
import type { HistoryEvent } from "#db/seed/history-events.ts";
import { followLocation } from "#server/apis/follow-location.ts";
import { openDefinitionReader } from "#server/apis/reading/definition-reader.ts";
import { importLocation } from "#server/catalog/import-location.ts";
import { ensureLocation } from "#server/catalog/register-location.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { findDomainError } from "#server/core/errors.ts";
import { record as recordEvent } from "#server/core/events.ts";
import type { Keyring } from "#server/core/keyring.ts";
import type { Outside } from "#server/core/outside.ts";
import { deliveryInterpreter } from "#server/delivery/interpreter.ts";
import { interpretDeliveries } from "#server/github/interpret-deliveries.ts";
import { demoFolder, removeLeaverFile, writeDemoFiles } from "./demo-files.ts";
import { type DemoRecord, holdDemo, lockDemo, readDemo, writeDemo } from "./demo-record.ts";
import { demoSteps } from "./model.ts";
import { ensureDemoSecret, sendHistory } from "./send-history.ts";
import "./events.ts";

/** What loading needs from the process that does it: the network door of an import, the key for secrets, the data folder. */
export type DemoTools = {
  ctx: Ctx;
  outside: Outside;
  signal?: AbortSignal;
  keyring: Keyring;
  dataDir: string;
};

const batchSize = 500;

/**
 * Loads the demo organisation: its catalogue by an ordinary import, its nine months by signed webhooks that are worked in
 * like any other. Goes on where it was broken off; does nothing when nobody ordered it. Progress stands in the
 * installation's row.
 */
export async function loadDemo(tools: DemoTools): Promise<void> {
  const { ctx } = tools;
  const demo = await readDemo(ctx);
  if (demo.state !== "loading" || !demo.record) return;
  try {
    await load(tools, demo.record);
  } catch (error) {
    // A worker that is told to stop has not failed: the next one goes on.
    if (tools.signal?.aborted) throw error;
    await noteFailure(
      ctx,
      findDomainError(error)?.message ?? "Something went wrong: see the log of the worker",
    );
    throw error;
  }
}

async function load(tools: DemoTools, began: DemoRecord): Promise<void> {
  const { ctx } = tools;
  const startedAt = ctx.now().getTime();
  const start: DemoRecord = { ...began, failure: null };
  if (start.received === 0) await importDemoCatalogue(tools, start);
  const events = readHistory(start.loadedAt, start.loadedAt);
  const read = await sendAll(tools, { ...start, step: demoSteps.deliveries, total: events.length }, events);
  await writeStep(ctx, { ...read, step: demoSteps.finishing });
  await ctx.db.execute(
    sql`vacuum (analyze) webhook_deliveries, repositories, pushes, commits, pull_requests, pull_request_reviews,
      deployments, incidents, workflow_runs`,
  );
  const seconds = Math.round((ctx.now().getTime() - startedAt) / 1000);
  await inTransaction(ctx, async (tx) => {
    if ((await lockDemo(tx)).state !== "loading") return;
    await writeDemo(tx, "loaded", { ...read, livedUntil: read.loadedAt });
    const payload = { webhooks: events.length, seconds };
    await recordEvent(tx, { type: "demo.loaded", subjectId: "only", payload, isDemo: true });
  });
}

/** The leaver's file is there for the first import and gone for the second, as when somebody leaves. */
async function importDemoCatalogue(tools: DemoTools, record: DemoRecord): Promise<void> {
  const { ctx, outside, signal, dataDir } = tools;
  const { catalogue: step } = demoSteps;
  await writeStep(ctx, { ...record, step, done: 0, total: 2 });
  await writeDemoFiles(dataDir, true);
  const target = { type: "folder" as const, target: demoFolder(dataDir), isDemo: true };
  for (const done of [1, 2]) {
    const location = await inTransaction(ctx, async (tx) => {
      await holdDemo(tx, "loading");
      return ensureLocation(tx, target);
    });
    await importLocation({ ctx, outside, ...(signal ? { signal } : {}) }, { locationId: location.id });
    if (done === 1) await keepEarlierDefinitions(ctx, location.id);
    await writeDemoFiles(dataDir);
    await removeLeaverFile(dataDir);
    await writeStep(ctx, { ...record, step, done, total: 2 });
  }
}

/** Without waiting for the job that follows imports: what it would read has changed by then. */
async function keepEarlierDefinitions(ctx: Ctx, locationId: string): Promise<void> {
  const reader = openDefinitionReader();
  try {
    await followLocation(ctx, locationId, reader);
  } finally {
    await reader.close();
  }
}

/** While one batch is stored, the one before it is worked in. */
async function sendAll(
  tools: DemoTools,
  record: DemoRecord,
  events: readonly HistoryEvent[],
): Promise<DemoRecord> {
  const { ctx, signal } = tools;
  const secret = await ensureDemoSecret(ctx, tools.keyring, "loading");
  let current = record;
  while (current.received < events.length) {
    signal?.throwIfAborted();
    const batch = events.slice(current.received, current.received + batchSize);
    const next = { ...current, done: current.received, received: current.received + batch.length };
    await Promise.all([sendHistory(ctx, secret, { events: batch, state: "loading", next }), drain(ctx)]);
    current = next;
  }
  await drain(ctx);
  return { ...current, done: events.length };
}

async function drain(ctx: Ctx): Promise<void> {
  while ((await interpretDeliveries(ctx, deliveryInterpreter)) > 0);
}

async function writeStep(ctx: Ctx, record: DemoRecord): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    if ((await lockDemo(tx)).state === "loading") await writeDemo(tx, "loading", record);
  });
}

async function noteFailure(ctx: Ctx, failure: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const { state, record } = await lockDemo(tx);
    if (state === "loading" && record) await writeDemo(tx, state, { ...record, failure });
  });
}
