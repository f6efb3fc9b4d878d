import type { Command } from "commander";
import { openPool } from "#db/client.ts";
import { systemActor } from "#server/core/actor.ts";
import { readEnv } from "#server/core/env.ts";
import { makeSignInLink } from "#server/identity/sign-in/make-sign-in-link.ts";
import { withDatabase } from "#server/start/with-database.ts";
import type { Output } from "./output.ts";

/** `milepost admin …`: what only whoever works on the portal's machine may do. */
export function adminCommand(program: Command, output: Output): void {
  const admin = program.command("admin").description("for the day on which nobody can sign in");
  admin
    .command("sign-in-link")
    .description("prints a link that signs somebody in once, within ten minutes; recorded in the audit log")
    .requiredOption(
      "--user <ref>",
      "a user id, a ref such as user:default/ana, or a login or subject at a provider",
    )
    .option("--json", "print one JSON document")
    .action(async (options: { user: string; json?: boolean }) => {
      const made = await withDatabase(async (url) => {
        const pool = openPool(url, { max: 1, name: "milepost-cli" });
        try {
          const ctx = { db: pool.db, actor: systemActor("Command line"), now: () => new Date() };
          return await makeSignInLink(ctx, { user: options.user });
        } finally {
          await pool.end();
        }
      });
      // After the #, where browsers do not send it and no log sees it.
      const url = `${portalAddress()}/sign-in/link#${made.token}`;
      const { userId, userName, expiresAt } = made;
      if (options.json) return output.document({ url, userId, userName, expiresAt });
      output.line(url);
      output.progress(`Signs in ${userName}, once, until ${expiresAt.toISOString().slice(11, 16)} UTC.`);
    });
}

/** Where people open the portal; without a public address that is this machine. */
function portalAddress(): string {
  const { MILEPOST_URL, PORT } = readEnv();
  return MILEPOST_URL ? new URL(MILEPOST_URL).origin : `http://127.0.0.1:${PORT}`;
}
