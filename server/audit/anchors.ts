import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Ctx } from "#server/core/context.ts";
import { invalid } from "#server/core/errors.ts";
import type { Verification } from "./model.ts";

/** The head of one stream as it stood at a moment, written where the database's owner does not reach. */
export type Anchor = { at: string; stream: string; position: number; hash: string };

const Line = z.object({
  at: z.iso.datetime(),
  heads: z.record(
    z.string(),
    z.object({ position: z.number().int().positive(), hash: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});
type Heads = z.infer<typeof Line>["heads"];

export const anchorFile = (dataDir: string): string => join(dataDir, "audit-anchors.jsonl");

/** The anchors of these files; a file that is not there holds none. Throws `invalid` for a line that cannot be read. */
export function readAnchors(files: readonly string[]): Anchor[] {
  return files.flatMap((file) => readLines(file).flatMap((line, index) => parseLine(line, file, index)));
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function parseLine(line: string, file: string, index: number): Anchor[] {
  if (line === "") return [];
  const parsed = Line.safeParse(parseJson(line));
  if (!parsed.success)
    throw invalid(`Line ${index + 1} of ${file} is no anchor: the file was changed, or its end was cut off`);
  const { at, heads } = parsed.data;
  return Object.entries(heads).map(([stream, head]) => ({ at, stream, ...head }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The heads that differ from those anchored last. Demo events are not anchored: they go with the demo organisation. */
export function unanchored(streams: Verification["streams"], anchors: readonly Anchor[]): Heads {
  const last = new Map(anchors.map(({ stream, hash }) => [stream, hash]));
  return Object.fromEntries(
    streams
      .filter(({ stream, hash }) => !stream.startsWith("demo:") && last.get(stream) !== hash)
      .map(({ stream, position, hash }) => [stream, { position, hash }]),
  );
}

/** Appends a line to the file and to the log of the process; nothing when no head has moved. */
export async function writeAnchor(
  input: { dataDir: string; at: Date; heads: Heads },
  log: { info: (about: object, message: string) => void },
): Promise<void> {
  const { at, heads, dataDir } = input;
  if (Object.keys(heads).length === 0) return;
  const file = anchorFile(dataDir);
  await mkdir(dirname(file), { recursive: true });
  const handle = openSync(file, "a", 0o600);
  try {
    writeSync(handle, `${JSON.stringify({ at: at.toISOString(), heads })}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  // As text: streams are named "token" and "secret", which the logger would take for one.
  const told = Object.entries(heads).map(([stream, { position, hash }]) => `${stream} ${position} ${hash}`);
  log.info({ heads: told }, "Heads of the audit log");
}

/** The newest place of each stream, by a walk along the index. */
export async function readHeads(ctx: Ctx): Promise<Verification["streams"]> {
  const rows = await ctx.db.execute<{ stream: string; position: string; hash: string }>(sql`
    with recursive walk as (
      (select stream from event_chain order by stream limit 1)
      union all
      select (select c.stream from event_chain c where c.stream > walk.stream order by c.stream limit 1)
      from walk where walk.stream is not null
    )
    select walk.stream, head.position, encode(head.hash, 'hex') as hash from walk
    cross join lateral (
      select position, hash from event_chain c where c.stream = walk.stream order by position desc limit 1
    ) head`);
  return rows.map(({ stream, position, hash }) => ({
    stream,
    events: Number(position),
    position: Number(position),
    hash,
  }));
}
