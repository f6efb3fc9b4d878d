import { resolve } from "node:path";
import type { Command } from "commander";
import { openPool } from "#db/client.ts";
import { type ImportReport, importNow } from "#server/catalog/import-now.ts";
import { type JudgedFile, judgeFile } from "#server/catalog/judge-file.ts";
import type { JudgedReference } from "#server/catalog/judge-text.ts";
import { importStepWords } from "#server/catalog/model.ts";
import { findLost, lostSentence } from "#server/catalog/warn-dangling.ts";
import { systemActor } from "#server/core/actor.ts";
import { readEnv } from "#server/core/env.ts";
import { outsideForImports } from "#server/core/outside-settings.ts";
import { withDatabase } from "#server/start/with-database.ts";
import { exportCommand } from "./export.ts";
import { CommandFailed, type Output } from "./output.ts";

type Options = { json?: boolean; strict?: boolean; catalogue?: boolean };

/** `milepost catalog validate`, `import` and `export`. */
export function catalogCommand(program: Command, output: Output): void {
  const catalog = program.command("catalog").description("catalog files: check them, import them");
  catalog
    .command("validate")
    .description("checks catalog files as Backstage's own validators do; reads nothing but the files")
    .argument("<file...>", "YAML files")
    .option("--json", "print one JSON document")
    .option("--catalogue", "also warn of names that neither these files nor this portal's catalog have")
    .action((files: string[], options: Options) => validate(files, options, output));
  catalog
    .command("import")
    .description("imports folders, git repositories or single files; doing it again changes nothing")
    .argument("<path|url...>", "folders of this machine, https addresses of repositories or files")
    .option("--json", "print one JSON document")
    .option("--strict", "exit 1 when there are problems")
    .action((targets: string[], options: Options) => importTargets(targets, options, output));
  exportCommand(catalog, output);
}

async function validate(files: string[], options: Options, output: Output): Promise<void> {
  const judged: JudgedFile[] = [];
  const named: NamedPlaces = new Map();
  for (const file of files)
    judged.push(
      await judgeFile(file, process.cwd(), (document, references) =>
        named.set(`${judged.length} ${document}`, references),
      ),
    );
  if (options.catalogue) await warnOfLost(judged, named, output);
  if (options.json) output.document(judged);
  else for (const line of judged.flatMap(judgedLines)) output.line(line);
  const wrong = judged.filter((file) => !file.valid).length;
  if (wrong > 0)
    throw new CommandFailed(
      judged.length === 1 ? "The file is not valid" : `${wrong} of ${judged.length} files are not valid`,
    );
}

/** Whom documents name, by the number of their file and their own. */
type NamedPlaces = Map<string, JudgedReference[]>;

async function warnOfLost(judged: readonly JudgedFile[], named: NamedPlaces, output: Output): Promise<void> {
  const here = new Set(judged.flatMap(({ documents }) => documents.map(({ ref }) => ref)));
  const wanted = [...named.values()].flat().flatMap(({ target }) => (here.has(target) ? [] : [target]));
  const lost = await withDatabase(async (url) => {
    const pool = openPool(url, { max: 1, name: "milepost-cli" });
    try {
      return await findLost(pool.db, wanted);
    } finally {
      await pool.end();
    }
  }, output.progress);
  for (const [place, references] of named) {
    const [file = 0, document = 0] = place.split(" ").map(Number);
    for (const { target, ...at } of references) {
      const suggestion = here.has(target) ? undefined : lost.get(target);
      if (suggestion === undefined) continue;
      const message = lostSentence(target, suggestion);
      judged[file]?.documents[document]?.warnings.push({ message, ...at });
    }
  }
}

function judgedLines({ file, documents }: JudgedFile): string[] {
  return documents.flatMap((document) => {
    const head = document.valid ? `${file}: ${document.ref} is valid` : null;
    const word = document.verdict === "unrecognised" ? "note" : "error";
    const findings = [
      ...document.errors.map((error) => ({ ...error, word })),
      ...document.warnings.map((warning) => ({ ...warning, word: "warning" })),
    ].toSorted((a, b) => a.line - b.line || a.column - b.column);
    return [
      ...(head ? [head] : []),
      ...findings.map(({ line, column, word, message }) => `${file}:${line}:${column}: ${word}: ${message}`),
    ];
  });
}

async function importTargets(targets: string[], options: Options, output: Output): Promise<void> {
  const isWeb = (target: string) => /^[a-z]+:\/\//i.test(target) || /^[\w.-]+@[\w.-]+:/.test(target);
  const addresses = targets.map((target) => (isWeb(target) ? target : resolve(target)));
  const report = await withDatabase(async (url) => {
    // Two connections: progress is written beside the transaction that saves.
    const pool = openPool(url, { max: 2, name: "milepost-cli" });
    try {
      return await importNow(
        {
          ctx: { db: pool.db, actor: systemActor("Command line"), now: () => new Date() },
          outside: outsideForImports(readEnv()),
          onProgress: ({ step, done, total }) => {
            if (step) output.progress(`${importStepWords[step]}${total > 0 ? ` (${done} of ${total})` : ""}`);
          },
        },
        addresses,
      );
    } finally {
      await pool.end();
    }
  }, output.progress);
  if (options.json) output.document(report);
  else for (const line of reportLines(report)) output.line(line);
  const { length } = report.problems;
  if (options.strict && length > 0) throw new CommandFailed(`${length} problems (--strict)`);
}

function reportLines({ entities, byKind, problems, notes }: ImportReport): string[] {
  const { added, changed, unchanged, removed } = entities;
  const kinds = Object.entries(byKind).map(([kind, count]) => `${kind} ${count}`);
  return [
    `${added} added, ${changed} changed, ${unchanged} unchanged, ${removed} gone`,
    ...(kinds.length > 0 ? [kinds.join(", ")] : []),
    ...problems.map(
      (problem) =>
        `${problem.file ?? "location"}${problem.line ? `:${problem.line}` : ""}: ${problem.severity}: ${problem.message}`,
    ),
    ...notes,
  ];
}
