import type { Command } from "commander";
import { openPool } from "#db/client.ts";
import { systemActor } from "#server/core/actor.ts";
import { readEnv } from "#server/core/env.ts";
import { createSetupToken } from "#server/installation/create-setup-token.ts";
import { setupTokenFile, writeSetupToken } from "#server/installation/setup-token-file.ts";
import { withDatabase } from "#server/start/with-database.ts";
import type { Output } from "./output.ts";

/** `milepost setup-token`: another token for a setup that is not finished; an earlier one no longer counts. */
export function setupTokenCommand(program: Command, output: Output): void {
  program
    .command("setup-token")
    .description("makes another one-time token for the setup of a production portal")
    .option("--json", "print one JSON document")
    .action(async (options: { json?: boolean }) => {
      const { dataDir } = readEnv();
      const made = await withDatabase(async (url) => {
        const pool = openPool(url, { max: 1, name: "milepost-cli" });
        try {
          const ctx = { db: pool.db, actor: systemActor("Command line"), now: () => new Date() };
          return await createSetupToken(ctx, ({ token }) => writeSetupToken(dataDir, token));
        } finally {
          await pool.end();
        }
      });
      const file = setupTokenFile(dataDir);
      if (options.json) return output.document({ ...made, file });
      output.line(made.token);
      output.progress(
        `Enter it at /setup. It opens the setup once, until ${made.expiresAt.toISOString().slice(0, 16)} UTC; it stands in ${file} too.`,
      );
    });
}
