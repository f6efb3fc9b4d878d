import { type Command, InvalidArgumentError, Option } from "commander";
import { openPool } from "#db/client.ts";
import { systemActor } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { counted } from "#server/delivery/figures/words.ts";
import { importGitHistory } from "#server/delivery/history/import-git-history.ts";
import { readReport } from "#server/delivery/report/read-report.ts";
import { sourceWords } from "#server/delivery/sources/model.ts";
import { withDatabase } from "#server/start/with-database.ts";
import { readDays, verifyCommand, writeReportTo } from "./delivery-report.ts";
import { CommandFailed, type Output } from "./output.ts";

const units = ["commit", "change"] as const;
type Unit = (typeof units)[number];

type ImportOptions = { entity: string; deployments: string; tagPattern?: string; unit: Unit; json?: boolean };
type ReportOptions = {
  entity?: string;
  file?: string;
  days?: number;
  from?: Date;
  to?: Date;
  unit: Unit;
  revertHorizon: number | null;
};

/** `milepost delivery import`, `report` and `verify`. */
export function deliveryCommand(program: Command, output: Output): void {
  const delivery = program.command("delivery").description("deployments and what they brought");
  delivery
    .command("import")
    .description("back-fills a service's history from a git directory; doing it again changes nothing")
    .argument("<git-dir>", "a clone, also a bare or shallow one, on this machine")
    .requiredOption("--entity <ref>", "the Component, such as component:default/shop")
    .option("--deployments <source>", "what counts as a deployment; tags is the only one here", "tags")
    .option("--tag-pattern <regex>", "which tags, as a regular expression (usually v1, 1.2, v1.2.3)")
    .option("--unit <unit>", "what the closing report counts: commit or change", readUnit, "commit" as const)
    .option("--json", "print one JSON document")
    .action((directory: string, options: ImportOptions) => importHistory(directory, options, output));
  delivery
    .command("report")
    .description(
      "prints a service's figures as one JSON document, in seconds and UTC, or writes a file of facts and figures",
    )
    .option(
      "--entity <ref>",
      "the Component, such as component:default/shop; for a file also a Group or System, or none: all",
    )
    .option(
      "--file <file>",
      "write the figures as the portal shows them, with their facts, to .jsonl or .jsonl.gz",
    )
    .option("--days <days>", "of a file: so many days up to today (usually 90)", readDays)
    .option("--from <time>", "the first moment, as 2026-01-01 or 2026-01-01T08:00:00Z", readTime)
    .option("--to <time>", "the first moment that is not in it any more", readTime)
    .option("--unit <unit>", "what a change is: commit or change", readUnit, "commit" as const)
    .addOption(
      new Option(
        "--revert-horizon <days>",
        "a deployment counts as failed where what it brought is reverted within so many days after it; none: however late",
      )
        .argParser(readHorizon)
        .default(null, "none"),
    )
    .action((options: ReportOptions, command: Command) => report(options, output, command));
  verifyCommand(delivery, output);
}

async function importHistory(directory: string, options: ImportOptions, output: Output): Promise<void> {
  if (options.deployments !== "tags")
    throw new CommandFailed(
      `--deployments ${options.deployments} is not known: a git directory tells deployments by its tags, write --deployments tags`,
    );
  const imported = await withCtx(output, (ctx) =>
    importGitHistory(ctx, {
      directory,
      entityRef: options.entity,
      tagPattern: options.tagPattern,
      onProgress: (commits) => output.progress(`${commits.toLocaleString("en")} commits`),
      onRead: () => output.progress("Working out what each deployment brought"),
    }),
  );
  if (options.json) return output.document(imported);
  const { entityRef, isDeclared, sourceBefore, commits, tags, deployments, reverts, boundary } = imported;
  output.line(
    `${entityRef}: ${counted(commits, "commit")}, ${counted(tags, "tag")}, ${counted(deployments, "deployment")}, ${counted(reverts, "revert")}`,
  );
  if (isDeclared) output.line("The catalog had no such Component: it was declared by this import");
  if (sourceBefore)
    output.line(
      `Its tags count as deployments from now on, and no longer: ${sourceWords[sourceBefore]}. Change it back on its page, under Deployments, Source of deployments`,
    );
  if (deployments === 0)
    output.line(
      tags === 0
        ? "It has no tag, so nothing counts as a deployment: fetch the tags (git fetch --tags), then import again"
        : "No tag looks like a version, so nothing counts as a deployment: say which do with --tag-pattern",
    );
  if (boundary > 0)
    output.line(
      `${boundary === 1 ? "1 parent lies" : `${boundary.toLocaleString("en")} parents lie`} beyond what the directory holds: counted as deployed before`,
    );
}

async function report(options: ReportOptions, output: Output, command: Command): Promise<void> {
  const { entity: entityRef, file, days, from, to, unit, revertHorizon: revertHorizonDays } = options;
  if (from && to && from >= to) throw new CommandFailed("--from lies behind --to");
  if (file !== undefined) {
    await withCtx(output, (ctx) => writeReportTo(ctx, { file, entity: entityRef, days, from, to }));
    return output.line(`${file}: recompute it with milepost delivery verify ${file}`);
  }
  if (entityRef === undefined) return command.error("error: required option '--entity <ref>' not specified");
  output.document(
    await withCtx(output, (ctx) => readReport(ctx, { entityRef, from, to, unit, revertHorizonDays })),
  );
}

async function withCtx<T>(output: Output, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  return withDatabase(async (url) => {
    const pool = openPool(url, { max: 2, name: "milepost-cli" });
    try {
      return await work({ db: pool.db, actor: systemActor("Command line"), now: () => new Date() });
    } finally {
      await pool.end();
    }
  }, output.progress);
}

function readUnit(text: string): Unit {
  const unit = units.find((one) => one === text);
  if (!unit) throw new InvalidArgumentError("Write commit or change.");
  return unit;
}

/** A day means its beginning in UTC. */
function readTime(text: string): Date {
  const isTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const time = new Date(text);
  if (!isTime || Number.isNaN(time.getTime()))
    throw new InvalidArgumentError("Write a day as 2026-01-01, or a moment as 2026-01-01T08:00:00Z.");
  return time;
}

function readHorizon(text: string): number | null {
  if (text === "none") return null;
  const days = Number(text);
  if (!Number.isFinite(days) || days < 0) throw new InvalidArgumentError("Write a number of days, or none.");
  return days;
}
