import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import type { Command } from "commander";
import { openPool } from "#db/client.ts";
import { readExport } from "#server/catalog/export/read-export.ts";
import { readFeed } from "#server/catalog/export/read-feed.ts";
import { type ExportCounts, writeArchive, writeDocuments } from "#server/catalog/export/write-archive.ts";
import { EntityFilter } from "#server/catalog/inputs.ts";
import { systemActor } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { withDatabase } from "#server/start/with-database.ts";
import { CommandFailed, type Output } from "./output.ts";

type Options = { kind: string[]; owner: string[]; json?: boolean };

/** `milepost catalog export`: whoever can run it on this machine owns the data folder, so nothing is left out. */
export function exportCommand(catalog: Command, output: Output): void {
  catalog
    .command("export")
    .description("writes the catalog as catalog-info.yaml files that Backstage accepts")
    .argument("<file>", "where to: .tar.gz (a file for each of the sources), .yaml (all in one) or .jsonl")
    .option("--kind <kind...>", "only these kinds", [])
    .option("--owner <ref...>", "only what these own, such as group:default/payments", [])
    .option("--json", "print one JSON document")
    .action((file: string, options: Options) => exportTo(file, options, output));
}

async function exportTo(file: string, options: Options, output: Output): Promise<void> {
  const filter = EntityFilter.parse({ kind: options.kind, owner: options.owner });
  const counts = await withDatabase(async (url) => {
    const pool = openPool(url, { max: 1, name: "milepost-cli" });
    try {
      const ctx = { db: pool.db, actor: systemActor("Command line"), now: () => new Date() };
      return await write(ctx, file, filter);
    } finally {
      await pool.end();
    }
  }, output.progress);
  if (options.json) return output.document({ file, ...counts });
  output.line(
    `${file}: ${counts.entities} ${counts.entities === 1 ? "entry" : "entries"} in ${counts.files} ${counts.files === 1 ? "file" : "files"}${counts.notValid > 0 ? `, and ${counts.notValid} that Backstage does not accept` : ""}`,
  );
}

/** The file appears under its name when it is whole. */
async function write(ctx: Ctx, file: string, filter: EntityFilter): Promise<ExportCounts> {
  let counts: ExportCounts = { files: 1, entities: 0, notValid: 0, leftOut: 0 };
  const onEnd = (given: ExportCounts) => {
    counts = given;
  };
  const parts = partsOf(ctx, file, filter, onEnd);
  const partial = `${file}.partial`;
  const sink = createWriteStream(partial, { mode: 0o600 });
  try {
    await once(sink, "open");
    for await (const part of parts) if (!sink.write(part)) await once(sink, "drain");
    sink.end();
    await once(sink, "close");
    await rename(partial, file);
  } catch (error) {
    sink.destroy();
    await rm(partial, { force: true });
    throw error;
  }
  return counts;
}

function partsOf(
  ctx: Ctx,
  file: string,
  filter: EntityFilter,
  onEnd: (counts: ExportCounts) => void,
): AsyncIterable<string | Buffer> {
  if (/\.(tar\.gz|tgz)$/i.test(file)) return writeArchive(readExport(ctx, filter), onEnd);
  if (/\.ya?ml$/i.test(file)) return writeDocuments(readExport(ctx, filter), onEnd);
  if (/\.jsonl$/i.test(file)) return feedLines(ctx, filter, onEnd);
  throw new CommandFailed("The file has to end in .tar.gz, .yaml or .jsonl");
}

async function* feedLines(
  ctx: Ctx,
  filter: EntityFilter,
  onEnd: (counts: ExportCounts) => void,
): AsyncGenerator<string> {
  const { lines } = await readFeed(ctx, filter, undefined);
  let entities = 0;
  for await (const batch of lines) {
    if (batch.length === 0) continue;
    entities += batch.length;
    yield `${batch.join("\n")}\n`;
  }
  onEnd({ files: 1, entities, notValid: 0, leftOut: 0 });
}
