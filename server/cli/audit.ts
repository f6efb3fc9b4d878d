import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Command } from "commander";
import { openPool } from "#db/client.ts";
import { anchorFile, readAnchors, unanchored, writeAnchor } from "#server/audit/anchors.ts";
import { exportEvents } from "#server/audit/export-events.ts";
import { ExportEvents } from "#server/audit/inputs.ts";
import type { Verification } from "#server/audit/model.ts";
import { verifyChain } from "#server/audit/verify-chain.ts";
import { systemActor } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { readEnv } from "#server/core/env.ts";
import { withDatabase } from "#server/start/with-database.ts";
import { CommandFailed, type Output } from "./output.ts";

type VerifyOptions = { json?: boolean; anchors?: string[] };
type ExportOptions = { from?: string; to?: string; stream?: string; out?: string };

/** `milepost audit verify` and `milepost audit export`. */
export function auditCommand(program: Command, output: Output): void {
  const audit = program.command("audit").description("the audit log: prove it whole, take it along");
  audit
    .command("verify")
    .description(
      "recomputes the hash chain, and compares it with the heads that were anchored outside the database",
    )
    .option("--anchors <file...>", "files of anchors instead of audit-anchors.jsonl in the data folder")
    .option("--json", "print one JSON document")
    .action((options: VerifyOptions) => verify(options, output));
  audit
    .command("export")
    .description("writes the audit log as lines of JSON that verify on their own")
    .option("--from <day>", "from this day on, as 2026-11-21 (UTC)")
    .option("--to <day>", "up to this day, inclusive")
    .option("--stream <name>", "one stream only, such as token")
    .option("--out <file>", "a new file, instead of standard output")
    .action(exportLog);
}

function withCtx<T>(work: (ctx: Ctx) => Promise<T>): Promise<T> {
  return withDatabase(async (url) => {
    const pool = openPool(url, { max: 1, name: "milepost-cli" });
    try {
      return await work({ db: pool.db, actor: systemActor("Command line"), now: () => new Date() });
    } finally {
      await pool.end();
    }
  });
}

async function verify(options: VerifyOptions, output: Output): Promise<void> {
  const { dataDir } = readEnv();
  const files = options.anchors ?? [anchorFile(dataDir)];
  const anchors = readAnchors(files);
  if (options.anchors && anchors.length === 0)
    throw new CommandFailed(`There are no anchors in ${files.join(", ")}`);
  const found = await withCtx((ctx) => verifyChain(ctx, anchors));
  // What was tampered with is not vouched for by a new anchor.
  if (found.isIntact) {
    const heads = unanchored(found.streams, readAnchors([anchorFile(dataDir)]));
    await writeAnchor({ dataDir, at: new Date(found.checkedAt), heads }, { info: () => {} });
  }
  if (options.json) output.document(found);
  else for (const line of verifiedLines(found)) output.line(line);
  if (!found.isIntact) throw new CommandFailed("The audit log was tampered with, or rows were lost");
}

function verifiedLines({
  isIntact,
  events,
  streams,
  anchors,
  problems,
  problemCount,
}: Verification): string[] {
  const summary = `${events} events in ${streams.length} streams, compared with ${anchors} anchored heads`;
  if (isIntact) return [`Intact: ${summary}`];
  const more = problemCount > problems.length ? [`… ${problemCount - problems.length} more`] : [];
  return [`NOT intact: ${summary}`, ...problems.map(({ kind, message }) => `${kind}: ${message}`), ...more];
}

async function exportLog(options: ExportOptions): Promise<void> {
  const input = ExportEvents.safeParse({ from: options.from, to: options.to, stream: options.stream });
  if (!input.success) {
    const [issue] = input.error.issues;
    throw new CommandFailed(`--${String(issue?.path[0])}: ${issue?.message}`);
  }
  await withCtx(async (ctx) => {
    const lines = Readable.from(await exportEvents(ctx, input.data));
    if (options.out) await pipeline(lines, createWriteStream(options.out, { flags: "wx", mode: 0o600 }));
    else await pipeline(lines, process.stdout, { end: false });
  });
}
