import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Db } from "#db/types.ts";
import type { Ctx } from "#server/core/context.ts";
import { makeOutside } from "#server/core/outside.ts";
import { followLocation } from "#server/docs/follow-location.ts";
import { documentText, importFolder } from "./catalogue.ts";
import { as } from "./database.ts";

/** The documentation of a service: a page with a picture and a link that leads nowhere. */
export function writeDocs(folder: string): void {
  mkdirSync(join(folder, "docs"));
  writeFileSync(join(folder, "docs", "picture.svg"), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(
    join(folder, "docs", "index.md"),
    "# Handbook\n\n![A picture](picture.svg) [Nowhere](gone.md)\n",
  );
}

/** What the job does that follows an import. */
export const followDocs = (ctx: Ctx, locationId: string): Promise<void> =>
  followLocation({ ctx, outside: makeOutside({ hosts: [] }) }, { locationId });

const made: string[] = [];
process.once("exit", () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

type Files = Readonly<Record<string, string>>;

/** A new folder with these files, deleted when the process ends. */
export function makeFolder(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), "milepost-docs-"));
  made.push(folder);
  writeFiles(folder, files);
  return folder;
}

export function writeFiles(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** A Component that says where its documentation lies. */
export const documentedEntry = (name: string, reference = "dir:.", owner = "group:default/ours") =>
  documentText("Component", name, {
    metadata: { annotations: { "backstage.io/techdocs-ref": reference } },
    spec: { owner },
  });

/** Writes a folder, imports it, and follows as the job does; `again` imports and follows once more. */
export async function importDocs(db: Db, files: Files) {
  const folder = makeFolder(files);
  const { id } = await importFolder(db, folder);
  const again = async () => {
    await importFolder(db, folder);
    await followDocs(as(db), id);
  };
  await followDocs(as(db), id);
  return { folder, id, again };
}
