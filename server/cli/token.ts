import { type Command, InvalidArgumentError, Option } from "commander";
import { openPool } from "#db/client.ts";
import { roles, systemActor, tokenScopes } from "#server/core/actor.ts";
import { createToken } from "#server/identity/create-token.ts";
import { CreateToken } from "#server/identity/inputs.ts";
import { withDatabase } from "#server/start/with-database.ts";
import { CommandFailed, type Output } from "./output.ts";

type Options = { name: string; role: string; scopes: string; days: number; json?: boolean };

/** `milepost token create`: whoever can run it on this machine owns the data folder, so it acts as the system. */
export function tokenCommand(program: Command, output: Output): void {
  const token = program.command("token").description("API tokens");
  token
    .command("create")
    .description("makes an API token; it is shown once")
    .requiredOption("--name <name>", "what the token is for")
    .addOption(new Option("--role <role>", "what it may do").choices([...roles]).makeOptionMandatory())
    .option("--scopes <list>", `comma-separated: ${tokenScopes.join(", ")}`, "read")
    .option("--days <n>", "days until it expires, at most 365", wholeNumber, 90)
    .option("--json", "print one JSON document")
    .action(async (options: Options) => {
      const input = CreateToken.safeParse({
        ...options,
        scopes: options.scopes.split(",").map((item) => item.trim()),
      });
      if (!input.success) {
        const issue = input.error.issues[0];
        throw new CommandFailed(
          `--${issue?.path[0] === undefined ? "name" : String(issue.path[0])}: ${issue?.message}`,
        );
      }
      const made = await withDatabase(async (url) => {
        const pool = openPool(url, { max: 1, name: "milepost-cli" });
        try {
          const ctx = { db: pool.db, actor: systemActor("Command line"), now: () => new Date() };
          return await createToken(ctx, input.data);
        } finally {
          await pool.end();
        }
      });
      if (options.json) return output.document(made);
      output.line(made.token);
      output.progress(
        `Keep it now: it is not shown again. It expires on ${made.expiresAt.toISOString().slice(0, 10)}.`,
      );
    });
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number)) throw new InvalidArgumentError("It has to be a whole number.");
  return number;
}
