import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { atLine, BrokenFile } from "./broken-file.ts";

export type Limits = {
  /** Of one line, in bytes. */
  line: number;
  /** Of the whole file, unpacked, in bytes. */
  file: number;
};

export const usualLimits: Limits = { line: 8 * 2 ** 20, file: 16 * 2 ** 30 };

/** A line with its number from 1, as bytes with the line feed, so that they can be hashed as they were written. */
export type Line = { number: number; bytes: Buffer };

const lineFeed = 0x0a;

/** The lines of a file. No more than one line is held; an endless or overlong one ends with a sentence. */
export async function* readLines(chunks: AsyncIterable<Buffer>, limits: Limits): AsyncGenerator<Line> {
  let number = 1;
  let total = 0;
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > limits.file)
      throw new BrokenFile(`The file is longer than ${sizeWords(limits.file)}: it is not read any further`);
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, from)) {
      const part = chunk.subarray(from, end + 1);
      if (length + part.length > limits.line) throw tooLong(number, limits);
      yield { number, bytes: parts.length > 0 ? Buffer.concat([...parts, part]) : part };
      [parts, length, from] = [[], 0, end + 1];
      number += 1;
    }
    const rest = chunk.subarray(from);
    length += rest.length;
    if (length > limits.line) throw tooLong(number, limits);
    if (rest.length > 0) parts.push(rest);
  }
  if (length > 0) yield { number, bytes: Buffer.concat(parts) };
}

const tooLong = (line: number, limits: Limits) =>
  atLine(line, `it is longer than ${sizeWords(limits.line)}, so this is no report`);

const sizeWords = (bytes: number) =>
  bytes >= 2 ** 30 ? `${bytes / 2 ** 30} GB` : bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MB` : `${bytes} bytes`;

/** A file's bytes, unpacked where it is packed with gzip, whatever its name. */
export async function* readFileBytes(path: string): AsyncGenerator<Buffer> {
  const isPacked = await startsAsGzip(path);
  const file = createReadStream(path, { highWaterMark: 2 ** 18 });
  try {
    if (isPacked) yield* unpack(file);
    else for await (const chunk of file) yield chunk as Buffer;
  } finally {
    file.destroy();
  }
}

async function* unpack(file: ReturnType<typeof createReadStream>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: 2 ** 18 });
  file.on("error", (error) => gunzip.destroy(error));
  file.pipe(gunzip);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (error) {
    if (error instanceof Error && "code" in error && String(error.code).startsWith("Z_"))
      throw new BrokenFile("The packed file is cut off or damaged: it cannot be unpacked to its end");
    throw error;
  } finally {
    gunzip.destroy();
  }
}

async function startsAsGzip(path: string): Promise<boolean> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new BrokenFile(
      error.code === "ENOENT" ? `There is no file ${path}` : `${path} cannot be read: ${error.code}`,
    );
  });
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new BrokenFile(
      code === "EISDIR"
        ? `${path} is a folder: name the file of a report`
        : `${path} cannot be read: ${code}`,
    );
  } finally {
    await file.close();
  }
}
