import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { sql } from "drizzle-orm";
import { copyOut } from "#db/copy.ts";
import { readApplied } from "#db/migrations-list.ts";
import type { Db } from "#db/types.ts";
import type { Ctx } from "#server/core/context.ts";
import { sealedWith, sha256 } from "#server/core/crypto.ts";
import { conflict, ensure, invalid } from "#server/core/errors.ts";
import { sealedColumns } from "#server/core/sealed-columns.ts";
import { type ContentFile, listContentFiles, readContentFile } from "./content-files.ts";
import { copyTableOut, quoted, readContentTables, readSequences, settleSession } from "./content-tables.ts";
import {
  type Checksums,
  checksumsName,
  chunkBytes,
  chunkName,
  countRows,
  fileFolder,
  formatVersion,
  type Manifest,
  manifestName,
  manifestSumName,
} from "./format.ts";
import { sizeText } from "./model.ts";
import { backUpRefusal } from "./policy.ts";
import { readWaitingJobs } from "./waiting-jobs.ts";
import { type Archive, type WrittenFile, writeArchive } from "./write-archive.ts";

export type BackupOptions = {
  file: string;
  release: string;
  /** Whose content files belong to it; null leaves files out. */
  dataDir: string | null;
  /** True replaces a file of this name. */
  mayReplace?: boolean;
  signal?: AbortSignal;
  /** Hears one line about each part, for a person. */
  onLine?: (line: string) => void;
};

export type MadeBackup = WrittenFile & { file: string; tables: number; rows: number };

/**
 * Writes everything into one file, as of one moment, while others go on writing to the database. Memory stays bounded
 * whatever the size. Works on the schema of any release. Throws DomainError when the file cannot be written; nothing is
 * left of it then.
 */
export async function writeBackup(ctx: Ctx, options: BackupOptions): Promise<MadeBackup> {
  ensure(backUpRefusal(ctx.actor));
  if (!options.mayReplace && existsSync(options.file))
    throw conflict(`${options.file} exists already: choose another name, or replace it with --force`);
  let checksums: Checksums = { tables: [], files: [] };
  const written = await ctx.db.transaction(
    async (db) => {
      await settleSession(db);
      return writeArchive(
        options.file,
        async (archive) => {
          checksums = await fillArchive(db, ctx.now(), archive, options);
        },
        options.signal,
      );
    },
    { isolationLevel: "repeatable read", accessMode: "read only" },
  );
  const rows = checksums.tables.reduce((sum, table) => sum + table.rows, 0);
  return { ...written, file: options.file, tables: checksums.tables.length, rows };
}

async function fillArchive(db: Db, now: Date, archive: Archive, options: BackupOptions): Promise<Checksums> {
  const parts = await readParts(db);
  const manifest = await makeManifest(db, now, options.release, parts);
  const sum = await addJson(archive, manifestName, manifest);
  await addText(archive, manifestSumName, `${sum}  ${manifestName}\n`);
  const tables: Checksums["tables"] = [];
  for (const part of parts) {
    const table = await addTable(db, part, archive);
    tables.push(table);
    if (table.rows > 0) options.onLine?.(`${table.name}: ${table.rows} rows, ${sizeText(table.bytes)}`);
  }
  const files: Checksums["files"] = [];
  if (options.dataDir)
    for (const file of await listContentFiles(options.dataDir))
      files.push(await addFile(options.dataDir, file, archive));
  if (files.length > 0) options.onLine?.(`${files.length} files`);
  await addJson(archive, checksumsName, { tables, files });
  return { tables, files };
}

type Part = { name: string; columns: string[]; copyOut: string };

async function readParts(db: Db, only?: Manifest["tables"]): Promise<Part[]> {
  const tables = (await readContentTables(db)).flatMap((table) => {
    if (!only) return [table];
    const columns = only.find(({ name }) => name === table.name)?.columns;
    return columns ? [{ ...table, columns }] : [];
  });
  const jobs = await readWaitingJobs(db);
  return [...tables.map((table) => ({ ...table, copyOut: copyTableOut(table) })), ...(jobs ? [jobs] : [])];
}

/**
 * The checksums of the database as it is: what a restored one is compared by. `only` limits it to the tables and columns
 * of an older schema's backup.
 */
export async function hashContent(ctx: Ctx, only?: Manifest["tables"]): Promise<Checksums["tables"]> {
  return ctx.db.transaction(
    async (db) => {
      await settleSession(db);
      const nowhere: Archive = { add: async () => {} };
      const tables: Checksums["tables"] = [];
      for (const part of await readParts(db, only)) tables.push(await addTable(db, part, nowhere));
      return tables;
    },
    { isolationLevel: "repeatable read", accessMode: "read only" },
  );
}

async function makeManifest(db: Db, now: Date, release: string, parts: readonly Part[]): Promise<Manifest> {
  const migrations = await readApplied(db);
  if (migrations.length === 0)
    throw invalid("This database holds nothing of Milepost yet: there is nothing to back up");
  const [server] = await db.execute<{ version: string }>(
    sql`select current_setting('server_version') as version`,
  );
  return {
    format: "milepost-backup",
    formatVersion,
    release,
    createdAt: now.toISOString(),
    postgres: server?.version ?? "",
    migrations,
    ...(await readKeys(db)),
    tables: parts.map(({ name, columns }) => ({ name, columns })),
    sequences: await readSequences(db),
  };
}

/** Which keys are needed to use what was restored. Older schemas lack some of the columns. */
async function readKeys(db: Db): Promise<Pick<Manifest, "keyIds" | "keyCheck">> {
  const ids = new Set<string>();
  let keyCheck: string | null = null;
  for (const { table, column } of sealedColumns) {
    const [present] = await db.execute(
      sql`select from information_schema.columns where table_schema = 'public' and table_name = ${table} and column_name = ${column}`,
    );
    if (!present || table === "sign_in_attempts") continue;
    const rows = await db.execute<{ sealed: Buffer }>(
      sql.raw(`select ${quoted(column)} as sealed from ${quoted(table)} where ${quoted(column)} is not null`),
    );
    for (const { sealed } of rows) {
      const id = sealedWith(sealed);
      if (id) ids.add(id);
      if (column === "key_check") keyCheck = sealed.toString("base64");
    }
  }
  return { keyIds: [...ids].sort(), keyCheck };
}

async function addJson(archive: Archive, name: string, value: object): Promise<string> {
  const text = `${JSON.stringify(value, null, 1)}\n`;
  await addText(archive, name, text);
  return sha256(text).toString("hex");
}

function addText(archive: Archive, name: string, text: string): Promise<void> {
  const body = Buffer.from(text);
  return archive.add(name, body.byteLength, [body]);
}

/** Cuts the COPY text into entries; a row may go on in the next one. */
async function addTable(db: Db, part: Part, archive: Archive): Promise<Checksums["tables"][number]> {
  const hash = createHash("sha256");
  let rows = 0;
  let bytes = 0;
  let index = 0;
  let pieces: Buffer[] = [];
  let held = 0;
  const flush = async () => {
    await archive.add(chunkName(part.name, index), held, pieces);
    index += 1;
    pieces = [];
    held = 0;
  };
  for await (const read of copyOut(db, part.copyOut)) {
    let piece = read;
    hash.update(piece);
    rows += countRows(piece);
    bytes += piece.byteLength;
    while (held + piece.byteLength >= chunkBytes) {
      pieces.push(piece.subarray(0, chunkBytes - held));
      piece = piece.subarray(chunkBytes - held);
      held = chunkBytes;
      await flush();
    }
    if (piece.byteLength === 0) continue;
    pieces.push(piece);
    held += piece.byteLength;
  }
  if (held > 0) await flush();
  return { name: part.name, rows, bytes, sha256: hash.digest("hex") };
}

async function addFile(
  dataDir: string,
  file: ContentFile,
  archive: Archive,
): Promise<Checksums["files"][number]> {
  const hash = createHash("sha256");
  const hashed = async function* () {
    for await (const piece of readContentFile(dataDir, file)) {
      hash.update(piece);
      yield piece;
    }
  };
  await archive.add(fileFolder + file.path, file.bytes, hashed());
  return { ...file, sha256: hash.digest("hex") };
}
