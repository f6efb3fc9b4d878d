import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The release, from package.json: shown by the command line, health and the account menu, and written into backups. */
export function readRelease(): string {
  const file = JSON.parse(
    readFileSync(join(process.env.MILEPOST_ROOT ?? process.cwd(), "package.json"), "utf8"),
  ) as { version: string };
  return file.version;
}
