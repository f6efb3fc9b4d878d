import type { Command } from "commander";
import { openPool } from "#db/client.ts";
import { systemActor } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { readEnv } from "#server/core/env.ts";
import { grantAdmin } from "#server/identity/people/grant-admin.ts";
import { makeSignInLink } from "#server/identity/sign-in/make-sign-in-link.ts";
import { withDatabase } from "#server/start/with-database.ts";
import type { Output } from "./output.ts";

const userWords = "a user id, a ref such as user:default/ana, or a login or subject at a provider";

/** `milepost admin …`: what only whoever works on the portal's machine may do. */
export function adminCommand(program: Command, output: Output): void {
  const admin = program.command("admin").description("for the day on which nobody can sign in");
  admin
    .command("sign-in-link")
    .description("prints a link that signs somebody in once, within ten minutes; recorded in the audit log")
    .requiredOption("--user <ref>", userWords)
    .option("--json", "print one JSON document")
    .action(async (options: Options) => {
      const made = await asMachine((ctx) => makeSignInLink(ctx, { user: options.user }));
      // After the #, where browsers do not send it and no log sees it.
      const url = `${portalAddress()}/sign-in/link#${made.token}`;
      const { userId, userName, expiresAt } = made;
      if (options.json) return output.document({ url, userId, userName, expiresAt });
      output.line(url);
      output.progress(`Signs in ${userName}, once, until ${expiresAt.toISOString().slice(11, 16)} UTC.`);
    });
  admin
    .command("grant")
    .description("makes somebody an admin who has signed in before; recorded in the audit log")
    .requiredOption("--user <ref>", userWords)
    .option("--json", "print one JSON document")
    .action(async (options: Options) => {
      const made = await asMachine((ctx) => grantAdmin(ctx, { user: options.user }));
      if (options.json) return output.document(made);
      output.line(`${made.userName} is an admin now, from the next page on.`);
    });
}

type Options = { user: string; json?: boolean };

function asMachine<Result>(work: (ctx: Ctx) => Promise<Result>): Promise<Result> {
  return withDatabase(async (url) => {
    const pool = openPool(url, { max: 1, name: "milepost-cli" });
    try {
      return await work({ db: pool.db, actor: systemActor("Command line"), now: () => new Date() });
    } finally {
      await pool.end();
    }
  });
}

/** Where people open the portal; without a public address that is this machine. */
function portalAddress(): string {
  const { MILEPOST_URL, PORT } = readEnv();
  return MILEPOST_URL ? new URL(MILEPOST_URL).origin : `http://127.0.0.1:${PORT}`;
}
