import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { SettingError } from "#server/core/env.ts";

export const setupTokenFile = (dataDir: string): string => join(dataDir, "setup-token");

/** Puts the token down where only the owner of the data folder reads it. Throws SettingError with what to do. */
export async function writeSetupToken(dataDir: string, token: string): Promise<void> {
  const file = setupTokenFile(dataDir);
  const draft = `${file}.${process.pid}`;
  try {
    await mkdir(dataDir, { recursive: true });
    await rm(draft, { force: true });
    const handle = await open(draft, "wx", 0o600);
    try {
      await handle.writeFile(`${token}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw new SettingError(
      `The setup token cannot be written to ${file} (${(error as NodeJS.ErrnoException).code}): set MILEPOST_DATA_DIR to a folder that the portal may write to`,
    );
  }
}

/** A token that was spent opens nothing; its file only confuses. */
export async function removeSetupToken(dataDir: string): Promise<void> {
  await rm(setupTokenFile(dataDir), { force: true }).catch(() => {});
}
