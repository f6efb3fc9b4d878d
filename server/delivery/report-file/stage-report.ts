import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Ctx } from "#server/core/context.ts";
import type { AskFigures } from "#server/delivery/figures/inputs.ts";
import { writeReport } from "./write-report.ts";

/** Writes a report to this file, packed with gzip where `isPacked`. What stood there before is gone. */
export async function writeReportFile(
  ctx: Ctx,
  asked: AskFigures,
  { path, isPacked }: { path: string; isPacked: boolean },
): Promise<void> {
  const file = createWriteStream(path, { mode: 0o600 });
  const gzip = isPacked ? createGzip() : null;
  const sink = gzip ?? file;
  const written: Promise<unknown> = gzip ? pipeline(gzip, file) : once(file, "close");
  // Told when it is awaited below, after what is the cause of it.
  written.catch(() => undefined);
  try {
    await writeReport(ctx, asked, async (text) => {
      if (!sink.write(text)) await Promise.race([once(sink, "drain"), written]);
    });
    sink.end();
    await written;
  } catch (error) {
    sink.destroy();
    file.destroy();
    throw error;
  }
}

/**
 * A report as a stream of bytes. It is written to a file without a name first, so that whoever takes long to fetch it holds
 * no transaction open, and a refusal comes before the first byte.
 */
export async function stageReport(
  ctx: Ctx,
  asked: AskFigures,
  isPacked: boolean,
): Promise<AsyncIterable<Buffer>> {
  const folder = await mkdtemp(join(tmpdir(), "milepost-report-"));
  try {
    const path = join(folder, "report");
    await writeReportFile(ctx, asked, { path, isPacked });
    const file = await open(path);
    return file.createReadStream({ highWaterMark: 2 ** 17 });
  } finally {
    // The open file stays readable until it is closed.
    await rm(folder, { recursive: true, force: true });
  }
}
