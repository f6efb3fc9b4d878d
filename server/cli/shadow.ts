import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { openPool } from "#db/client.ts";
import { systemActor } from "#server/core/actor.ts";
import { readEnv } from "#server/core/env.ts";
import { currentKeyring } from "#server/core/keyring.ts";
import { outsideForConnection } from "#server/core/outside-settings.ts";
import { connectShadow } from "#server/shadow/connect-shadow.ts";
import { ConnectShadow } from "#server/shadow/inputs.ts";
import { judgeShadow, phaseWords, type ShadowReport } from "#server/shadow/model.ts";
import { readBackstage } from "#server/shadow/read-backstage.ts";
import { readShadow } from "#server/shadow/shadow-rows.ts";
import { withDatabase } from "#server/start/with-database.ts";
import { CommandFailed, type Output } from "./output.ts";

type Options = { tokenFile?: string; privateRange: string[]; ca?: string; strict?: boolean; json?: boolean };

/** `milepost shadow`: whoever can run it on this machine owns the data folder, so it acts as the system. */
export function shadowCommand(program: Command, output: Output): void {
  program
    .command("shadow")
    .description("reads a running Backstage, follows it from now on, and says what moving here would change")
    .argument("<url>", "address of its backend, such as https://backstage.example.com")
    .option("--token-file <file>", "a file with its token; else MILEPOST_SHADOW_TOKEN, else none")
    .option("--private-range <cidr...>", "private addresses that it may have", [])
    .option("--ca <file>", "certificate of its own authority, in PEM")
    .option("--strict", "exit 1 when the catalog cannot move yet")
    .option("--json", "print one JSON document")
    .action((url: string, options: Options) => follow(url, options, output));
}

async function follow(url: string, options: Options, output: Output): Promise<void> {
  const token = options.tokenFile
    ? (await readFile(options.tokenFile, "utf8")).trim()
    : process.env.MILEPOST_SHADOW_TOKEN;
  const ca = options.ca ? await readFile(options.ca, "utf8") : undefined;
  const input = ConnectShadow.safeParse({ address: url, token, ca, privateRanges: options.privateRange });
  if (!input.success) {
    const [issue] = input.error.issues;
    throw new CommandFailed(`${String(issue?.path[0] ?? "address")}: ${issue?.message}`);
  }
  const report = await withDatabase((database) => readNow(database, input.data, output), output.progress);
  if (options.json) output.document(report);
  else for (const line of reportLines(report)) output.line(line);
  const canMove = report.summary !== null && judgeShadow(report.summary).tone === "success";
  if (options.strict && !canMove) throw new CommandFailed("The catalog cannot move yet (--strict)");
}

async function readNow(database: string, input: ConnectShadow, output: Output): Promise<ShadowReport> {
  // Two connections: the worker of a portal that runs may have taken the same reading.
  const pool = openPool(database, { max: 2, name: "milepost-cli" });
  try {
    const ctx = { db: pool.db, actor: systemActor("Command line"), now: () => new Date() };
    const env = readEnv();
    await connectShadow(ctx, input);
    await readBackstage({
      ctx,
      keyring: currentKeyring,
      outsideFor: (connection) => outsideForConnection(env, connection),
      signal: new AbortController().signal,
      onStep: ({ phase, done, total }) =>
        output.progress(`${phaseWords[phase]}${total > 0 ? ` (${done} of ${total})` : ""}`),
    });
    const { report } = await readShadow(ctx);
    if (!report) throw new CommandFailed("This Backstage was removed meanwhile");
    return report;
  } finally {
    await pool.end();
  }
}

function reportLines({ summary }: ShadowReport): string[] {
  if (!summary) return ["Nothing was compared"];
  const { entities, relations, templates, locations, annotations } = summary;
  const judgement = judgeShadow(summary);
  const unregistered = locations.filter(({ missing, isRegistered }) => missing > 0 && !isRegistered);
  return [
    judgement.sentence,
    ...judgement.next.map((sentence) => `- ${sentence}`),
    `Entries: ${entities.equal} the same, ${entities.different} different, ${entities.missing} missing here, ${entities.extra} only here, ${entities.internal} Backstage's own`,
    `Relations: ${relations.equal} the same, ${relations.missing} missing here, ${relations.extra} only here`,
    ...unregistered.slice(0, 20).map(({ origin, missing }) => `Not registered here: ${origin} (${missing})`),
    ...annotations
      .slice(0, 30)
      .map(({ key, plugin, entities: count, words }) => `${key} (${plugin}, ${count}): ${words}`),
    ...(templates.count > 0
      ? [
          `Templates: ${templates.count}, not run here yet; actions: ${templates.actions.map(({ action }) => action).join(", ")}`,
        ]
      : []),
    "Each entry and relation: the page /admin/shadow, or its CSV",
  ];
}
