import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { type FileHandle, open, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type Pack, pack } from "tar-stream";
import { invalid } from "#server/core/errors.ts";

/** Level 1 keeps up with the database; higher ones take several times as long and save a tenth. */
const compression = { level: 1, chunkSize: 256 * 1024 };

/** Ends in what a half-written file is called, so that it is known as one after a crash. */
export const partialEnding = ".partial";

/** `size` is that of all of the body's pieces together, in bytes. */
export type Archive = {
  add: (name: string, size: number, body: Iterable<Buffer> | AsyncIterable<Buffer>) => Promise<void>;
};
export type WrittenFile = { bytes: number; sha256: string };

/**
 * Writes a gzip'd tar of what `fill` adds. The file appears under its name when it is complete and on the disk; after
 * any failure, and when `signal` is aborted, nothing is left. Only its owner may read it.
 */
export async function writeArchive(
  file: string,
  fill: (archive: Archive) => Promise<void>,
  signal?: AbortSignal,
): Promise<WrittenFile> {
  const partial = join(dirname(file), `.${basename(file)}.${randomUUID().slice(0, 8)}${partialEnding}`);
  // A command ends at once on Ctrl-C.
  const clearAway = () => rmSync(partial, { force: true });
  process.once("exit", clearAway);
  try {
    const handle = await open(partial, "wx", 0o600);
    const written = await writeInto(handle, fill, signal).finally(() => handle.close());
    await rename(partial, file);
    await syncFolder(dirname(file));
    return written;
  } catch (error) {
    clearAway();
    throw toldOf(error, file);
  } finally {
    process.removeListener("exit", clearAway);
  }
}

async function writeInto(
  handle: FileHandle,
  fill: (archive: Archive) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<WrittenFile> {
  const tar = pack();
  const sink = makeSink(handle);
  const writing = pipeline(tar, createGzip(compression), sink.stream, { signal });
  // Whichever fails first ends the other: neither may wait for one that is gone.
  const filling = fill(archiveOf(tar)).then(
    () => tar.finalize(),
    (error: Error) => {
      tar.destroy(error);
      throw error;
    },
  );
  const [written, filled] = await Promise.allSettled([writing, filling]);
  // A disk that is full shows in both: the writer knows why, the filler only that nobody takes what it has.
  const isCause = filled.status === "rejected" && !isConsequence(filled.reason);
  if (isCause) throw filled.reason;
  if (written.status === "rejected") throw written.reason;
  if (filled.status === "rejected") throw filled.reason;
  await handle.sync();
  return sink.read();
}

const isConsequence = (error: unknown): boolean =>
  error instanceof Error && /destroyed|closed|PREMATURE_CLOSE|abort/i.test(`${error.name} ${error.message}`);

function archiveOf(tar: Pack): Archive {
  return {
    add: async (name, size, body) => {
      const packed = Promise.withResolvers<void>();
      const entry = tar.entry({ name, size, mode: 0o600 }, (error) =>
        error ? packed.reject(error) : packed.resolve(),
      );
      entry.on("error", packed.reject);
      const filled = (async () => {
        // Who no longer takes anything has said why to `packed`.
        for await (const piece of body)
          if (!entry.write(piece)) await Promise.race([once(entry, "drain"), packed.promise]);
        entry.end(null);
      })();
      await Promise.all([packed.promise, filled]);
    },
  };
}

function makeSink(handle: FileHandle): { stream: Writable; read: () => WrittenFile } {
  const hash = createHash("sha256");
  let bytes = 0;
  const take = async (chunk: Buffer) => {
    for (let at = 0; at < chunk.byteLength; ) at += (await handle.write(chunk, at)).bytesWritten;
    hash.update(chunk);
    bytes += chunk.byteLength;
  };
  const stream = new Writable({
    highWaterMark: 1024 * 1024,
    write: (chunk: Buffer, _, done) => void take(chunk).then(() => done(), done),
  });
  return { stream, read: () => ({ bytes, sha256: hash.digest("hex") }) };
}

/** A new name is lost in a crash until its folder is on the disk too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full: free space there, or choose another folder",
  EDQUOT: "the disk quota is used up: free space there, or choose another folder",
  EFBIG: "the file would be larger than is allowed there (ulimit -f)",
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "the disk is read-only",
  ENOENT: "there is no such folder: make it first",
  ENOTDIR: "there is no such folder: make it first",
  EIO: "the disk reports an error",
};

function toldOf(error: unknown, file: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const reason = code && reasons[code];
  return reason
    ? Object.assign(invalid(`The backup ${file} was not written: ${reason}`), { cause: error })
    : error;
}
