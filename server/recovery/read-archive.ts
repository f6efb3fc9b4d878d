import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Header } from "tar-stream";
import type { z } from "zod";
import { sha256 } from "#server/core/crypto.ts";
import { findDomainError, invalid } from "#server/core/errors.ts";
import {
  Checksums,
  checksumsName,
  chunkBytes,
  countRows,
  fileFolder,
  formatVersion,
  Manifest,
  manifestName,
  manifestSumName,
} from "./format.ts";

/** What is done with a backup's parts, in the order in which they come. */
export type BackupVisitor = {
  begin: (manifest: Manifest) => Promise<void>;
  /** A piece of a table's COPY text. */
  rows: (table: string, piece: Buffer) => Promise<void>;
  /** A piece of a file; `path` is below the data folder. An empty file has one empty piece. */
  file: (path: string, piece: Buffer) => Promise<void>;
};

type Entry = { header: Header } & AsyncIterable<unknown>;
type Tally = { hash: Hash; rows: number; bytes: number };

/**
 * Reads a backup to its end and checks every byte of it on the way. What the visitor has been given counts only when
 * this has settled. Throws DomainError with one sentence when the file is no backup, is damaged or was cut off.
 */
export async function readArchive(
  file: string,
  visitor: BackupVisitor,
  signal?: AbortSignal,
): Promise<{ manifest: Manifest; checksums: Checksums }> {
  const tar = extract();
  const reading = pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), createGunzip(), tar, {
    signal,
  });
  reading.catch(() => {});
  const reader = new ArchiveReader(visitor);
  try {
    for await (const entry of tar) await reader.take(entry);
    await reading;
    return reader.finish();
  } catch (error) {
    tar.destroy();
    if (findDomainError(error) || signal?.aborted) throw error;
    throw toldOf(error, file);
  }
}

class ArchiveReader {
  readonly #visitor: BackupVisitor;
  readonly #tallies = new Map<string, Tally>();
  #head: Buffer | undefined;
  #manifest: Manifest | undefined;
  #checksums: Checksums | undefined;

  constructor(visitor: BackupVisitor) {
    this.#visitor = visitor;
  }

  async take(entry: Entry): Promise<void> {
    const { name, size, type } = entry.header;
    if (this.#checksums) throw damaged("something follows after its end");
    if (type !== "file") throw damaged(`it holds ${name}, which is no file`);
    if (name === manifestName && !this.#head) {
      this.#head = await readSmall(entry);
      return;
    }
    if (!this.#head) throw notOurs();
    const manifest = this.#manifest ?? (await this.#begin(this.#head, entry));
    if (name === manifestSumName) return;
    if (name === checksumsName) {
      this.#checksums = parse(name, await readSmall(entry), Checksums);
      return;
    }
    const table = /^tables\/([^/]+)\/\d{6,}\.copy$/.exec(name)?.[1];
    if (table) {
      if (size > chunkBytes || !manifest.tables.some((it) => it.name === table))
        throw damaged(`it holds ${name}, which its own list does not have`);
      return this.#read(`table ${table}`, entry, (piece) => this.#visitor.rows(table, piece));
    }
    const path = name.startsWith(fileFolder) ? name.slice(fileFolder.length) : null;
    if (path === null || !Checksums.shape.files.element.shape.path.safeParse(path).success)
      throw damaged(`it holds ${name}, which belongs to no backup`);
    if (size === 0) await this.#visitor.file(path, Buffer.alloc(0));
    await this.#read(`file ${path}`, entry, (piece) => this.#visitor.file(path, piece));
  }

  async #begin(head: Buffer, sum: Entry): Promise<Manifest> {
    if (sum.header.name !== manifestSumName) throw damaged("the checksum of its manifest is missing");
    if (!(await readSmall(sum)).toString("latin1").startsWith(`${sha256(head).toString("hex")}  `))
      throw damaged("its manifest is not the one that was written");
    const manifest = parse(manifestName, head, Manifest);
    if (manifest.formatVersion > formatVersion)
      throw invalid(
        `This backup has format ${manifest.formatVersion}, and release ${manifest.release} wrote it: this program reads formats up to ${formatVersion}; restore it with that release or a newer one`,
      );
    this.#manifest = manifest;
    await this.#visitor.begin(manifest);
    return manifest;
  }

  async #read(key: string, entry: Entry, visit: (piece: Buffer) => Promise<void>): Promise<void> {
    const tally = this.#tallies.get(key) ?? { hash: createHash("sha256"), rows: 0, bytes: 0 };
    this.#tallies.set(key, tally);
    for await (const piece of entry as AsyncIterable<Buffer>) {
      tally.hash.update(piece);
      tally.rows += countRows(piece);
      tally.bytes += piece.byteLength;
      await visit(piece);
    }
  }

  finish(): { manifest: Manifest; checksums: Checksums } {
    if (!this.#manifest) throw notOurs();
    if (!this.#checksums) throw damaged("its end is missing, so it was cut off");
    for (const { name, rows, bytes, sha256 } of this.#checksums.tables)
      if (!isSame(this.#tallies.get(`table ${name}`), { bytes, sha256 }, rows))
        throw damaged(`the rows of ${name} are not those that were written`);
    for (const { path, ...wanted } of this.#checksums.files)
      if (!isSame(this.#tallies.get(`file ${path}`), wanted))
        throw damaged(`the file ${path} is not the one that was written`);
    this.#compareLists(this.#manifest, this.#checksums);
    return { manifest: this.#manifest, checksums: this.#checksums };
  }

  #compareLists(manifest: Manifest, checksums: Checksums): void {
    const names = (tables: readonly { name: string }[]) => tables.map(({ name }) => name).join();
    const listed = new Set([
      ...checksums.tables.map(({ name }) => `table ${name}`),
      ...checksums.files.map(({ path }) => `file ${path}`),
    ]);
    if (
      names(manifest.tables) !== names(checksums.tables) ||
      [...this.#tallies.keys()].some((key) => !listed.has(key))
    )
      throw damaged("what it holds and what it lists disagree");
  }
}

function isSame(tally: Tally | undefined, wanted: { bytes: number; sha256: string }, rows?: number): boolean {
  const { hash, bytes, ...found } = tally ?? { hash: createHash("sha256"), rows: 0, bytes: 0 };
  return (
    bytes === wanted.bytes && (rows ?? found.rows) === found.rows && hash.digest("hex") === wanted.sha256
  );
}

async function readSmall(entry: Entry): Promise<Buffer> {
  if (entry.header.size > chunkBytes) throw damaged(`${entry.header.name} is too large`);
  const pieces: Buffer[] = [];
  for await (const piece of entry as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}

function parse<T extends z.ZodType>(name: string, bytes: Buffer, schema: T): z.infer<T> {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw damaged(`${name} cannot be read`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw damaged(`${name} is not what it should be at ${issue?.path.join(".") || "its beginning"}`);
}

export const damaged = (reason: string) =>
  invalid(`This backup is damaged (${reason}): use another one. Nothing was changed`);

const notOurs = () => invalid("This file is no backup of Milepost. Nothing was changed");

/** What Node says of a file that cannot be read, is no gzip, or ends too early. */
function toldOf(error: unknown, file: string): unknown {
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return invalid(`There is no file ${file}`);
  if (code === "EACCES" || code === "EISDIR") return invalid(`${file} cannot be read (${code})`);
  if (code === "Z_DATA_ERROR" && /incorrect header check/.test(message)) return notOurs();
  if (code === "Z_BUF_ERROR" || /unexpected end/i.test(message)) return damaged("it was cut off");
  if (code.startsWith("Z_") || /invalid tar header|Invalid header|Header exceeds/i.test(message))
    return damaged("its bytes are not those that were written");
  return error;
}
