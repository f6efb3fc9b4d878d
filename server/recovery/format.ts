import { z } from "zod";

/** docs/recovery.md describes the format; a change that older releases could not read gets another number. */
export const formatVersion = 1;

/** COPY text is cut into entries of this size at most, so that neither side ever holds more. */
export const chunkBytes = 8 * 1024 * 1024;

export const manifestName = "manifest.json";
/** Follows it, as `sha256sum` writes it: what the manifest says is acted on before the file's end is reached. */
export const manifestSumName = "manifest.json.sha256";
export const checksumsName = "checksums.json";

/** Jobs that wait are not a table of ours: they are laid down under this name. */
export const waitingJobs = "waiting-jobs";

const name = z.string().regex(/^[a-z_][a-z0-9_-]{0,62}$/);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().min(0);

/** A path below the data folder: no way out of it, and nothing hidden. */
const contentPath = z
  .string()
  .max(1000)
  .refine((path) => !/[\\\p{Cc}]/u.test(path) && path.split("/").every((part) => /^[^.]/.test(part)));

/** The first entry: all that has to be known before the first row is read. */
export const Manifest = z.object({
  format: z.literal("milepost-backup"),
  formatVersion: z.number().int(),
  /** The release that wrote it. */
  release: z.string().max(100),
  createdAt: z.iso.datetime(),
  /** The server's `server_version`, for people. */
  postgres: z.string().max(200),
  /** The schema of the rows, the first migration first. */
  migrations: z.array(z.object({ when: z.number().int(), hash })).min(1),
  /** The keys that the secrets in it are sealed with, and a known text sealed with the active one (Base64). */
  keyIds: z.array(z.string().max(100)),
  keyCheck: z.string().max(10_000).nullable(),
  tables: z.array(z.object({ name, columns: z.array(name) })),
  /** The last number that each sequence gave out; absent ones gave none. */
  sequences: z.array(z.object({ name, last: z.string().regex(/^\d+$/) })),
});
export type Manifest = z.infer<typeof Manifest>;

/** The last entry: a backup without it was cut off. `sha256` of a table is that of its whole COPY text. */
export const Checksums = z.object({
  tables: z.array(z.object({ name, rows: count, bytes: count, sha256: hash })),
  files: z.array(z.object({ path: contentPath, bytes: count, sha256: hash })),
});
export type Checksums = z.infer<typeof Checksums>;

export const tableFolder = (table: string): string => `tables/${table}/`;
export const chunkName = (table: string, index: number): string =>
  `${tableFolder(table)}${String(index).padStart(6, "0")}.copy`;
export const fileFolder = "files/";

/** COPY text ends each row with a line feed and writes those within values otherwise. */
export function countRows(text: Buffer): number {
  let count = 0;
  for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at + 1)) count += 1;
  return count;
}
