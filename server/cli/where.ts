import type { Command } from "commander";
import { openPool } from "#db/client.ts";
import { systemActor } from "#server/core/actor.ts";
import { readAsked } from "#server/delivery/where/inputs.ts";
import { placeStateWords, type WhereAnswer, type WhereChange } from "#server/delivery/where/model.ts";
import { readWhere } from "#server/delivery/where/read-where.ts";
import { withDatabase } from "#server/start/with-database.ts";
import { CommandFailed, type Output } from "./output.ts";

/** `milepost where`: whoever can run it on this machine owns the data folder, so it acts as the system. */
export function whereCommand(program: Command, output: Output): void {
  program
    .command("where")
    .description("says where a commit or pull request runs, and since when")
    .argument("<change>", "a commit (seven characters or more), owner/name#12, or the address of either")
    .option("--json", "print one JSON document")
    .action(async (text: string, options: { json?: boolean }) => {
      const asked = readAsked(text);
      if (!asked)
        throw new CommandFailed(
          `"${text.slice(0, 100)}" is no commit of seven characters or more, no owner/name#12 and no address of either`,
        );
      const answer = await withDatabase(async (url) => {
        const pool = openPool(url, { max: 1, name: "milepost-cli" });
        try {
          return await readWhere(
            { db: pool.db, actor: systemActor("Command line"), now: () => new Date() },
            asked,
          );
        } finally {
          await pool.end();
        }
      }, output.progress);
      if (options.json) output.document(answer);
      else for (const line of answerLines(answer)) output.line(line);
      if (answer.changes.length === 0) throw new CommandFailed(answer.note ?? "Nothing is known of it");
    });
}

export function answerLines({ changes, note }: WhereAnswer): string[] {
  const lines = changes.flatMap((change) => [headOf(change), ...change.services.flatMap(serviceLines)]);
  return changes.length > 0 && note ? [...lines, note] : lines;
}

function headOf({ number, repository, sha, title, note }: WhereChange): string {
  const name = number === null ? `${repository}@${sha.slice(0, 12)}` : `${repository}#${number}`;
  return `${name} ${title}${note ? ` (${note})` : ""}`;
}

function serviceLines({ name, places }: WhereChange["services"][number]): string[] {
  if (places.length === 0) return [`  ${name}: nothing was deployed in the last months`];
  return places.map(({ environment, state, since, isAtLeast, note }) => {
    const when = since ? ` since ${isAtLeast ? "before " : ""}${since.toISOString()}` : "";
    return `  ${name} ${environment}: ${placeStateWords[state]}${when}${note ? ` (${note})` : ""}`;
  });
}
