import { createGzip } from "node:zlib";
import { pack } from "tar-stream";
import type { Exported } from "./read-export.ts";

export type ExportCounts = { files: number; entities: number; notValid: number; leftOut: number };

const readme = (counts: ExportCounts, refs: { notValid: string[]; leftOut: string[] }) =>
  [
    "The catalog, as catalog-info.yaml files in the places that they have at their sources.",
    "",
    `Entries that Backstage accepts: ${counts.entities}`,
    `Entries that it does not accept, in the folder not-valid: ${counts.notValid}`,
    ...refs.notValid.map((ref) => `  ${ref}`),
    `Entries left out, since they lie in private repositories that whoever exported may not read: ${counts.leftOut}`,
    ...refs.leftOut.map((ref) => `  ${ref}`),
    "",
    "Placeholders ($text and the like) stand filled in, as the files that they name are not part of this.",
    "In Backstage: catalog.locations with type file and a target such as /path/**/*.yaml, not-valid moved away.",
    "",
  ].join("\n");

/** Everything as one gzip'd tar, in parts. `onEnd` is told what went in. */
export async function* writeArchive(
  files: AsyncIterable<Exported>,
  onEnd?: (counts: ExportCounts) => void,
): AsyncGenerator<Buffer> {
  const tar = pack();
  const stream = tar.pipe(createGzip({ level: 6 }));
  const counts: ExportCounts = { files: 0, entities: 0, notValid: 0, leftOut: 0 };
  const filling = fill(tar, files, counts).then(
    () => tar.finalize(),
    (error: unknown) => stream.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  try {
    for await (const part of stream) yield part as Buffer;
  } finally {
    tar.destroy();
    stream.destroy();
  }
  await filling;
  onEnd?.(counts);
}

type Tar = ReturnType<typeof pack>;

/** The same entries give the same archive, byte for byte: 1980 is the oldest day that every program can unpack. */
const always = new Date("1980-01-01T00:00:00Z");

async function fill(tar: Tar, files: AsyncIterable<Exported>, counts: ExportCounts): Promise<void> {
  const refs = { notValid: [] as string[], leftOut: [] as string[] };
  const add = (name: string, text: string) =>
    new Promise<void>((resolve, reject) => {
      tar.entry({ name, mtime: always, mode: 0o644 }, text, (error) => (error ? reject(error) : resolve()));
    });
  for await (const item of files) {
    if ("leftOut" in item) {
      refs.leftOut.push(...item.leftOut);
      counts.leftOut += item.leftOut.length;
      continue;
    }
    if (item.verdict === "valid") counts.entities += item.refs.length;
    else {
      counts.notValid += item.refs.length;
      refs.notValid.push(...item.refs);
    }
    counts.files += 1;
    await add(`catalog/${item.path}`, item.text);
  }
  await add("catalog/README.txt", readme(counts, refs));
}

/** What Backstage accepts as one file of many documents; the rest is told in comments at its end. */
export async function* writeDocuments(
  files: AsyncIterable<Exported>,
  onEnd?: (counts: ExportCounts) => void,
): AsyncGenerator<string> {
  const counts: ExportCounts = { files: 1, entities: 0, notValid: 0, leftOut: 0 };
  const missing: string[] = [];
  for await (const item of files) {
    if ("leftOut" in item) {
      counts.leftOut += item.leftOut.length;
      missing.push(...item.leftOut.map((ref) => `# left out, in a private repository: ${ref}\n`));
    } else if (item.verdict === "valid") {
      counts.entities += item.refs.length;
      yield `---\n${item.text}`;
    } else {
      counts.notValid += item.refs.length;
      missing.push(...item.refs.map((ref) => `# left out, Backstage does not accept it: ${ref}\n`));
    }
  }
  if (missing.length > 0) yield `---\n${missing.join("")}`;
  onEnd?.(counts);
}
