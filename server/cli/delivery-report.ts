import { rename, rm } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import { normaliseRef } from "#server/catalog/entity-ref.ts";
import type { Ctx } from "#server/core/context.ts";
import { AskFigures, type Scope } from "#server/delivery/figures/inputs.ts";
import { writeReportFile } from "#server/delivery/report-file/stage-report.ts";
import { BrokenFile } from "#server/verify/broken-file.ts";
import { describeVerified } from "#server/verify/describe.ts";
import { readFileBytes } from "#server/verify/read-lines.ts";
import { verifyReport } from "#server/verify/verify-report.ts";
import { CommandFailed, type Output } from "./output.ts";

export type FileOptions = {
  file: string;
  entity: string | undefined;
  days: number | undefined;
  from: Date | undefined;
  to: Date | undefined;
};

/** `milepost delivery report --file`: the report that can be recomputed. It appears under its name when it is whole. */
export async function writeReportTo(ctx: Ctx, options: FileOptions): Promise<void> {
  const { file, days, from, to } = options;
  const asked = AskFigures.safeParse({
    scope: scopeOf(options.entity),
    days,
    from: dayOf(from),
    to: dayOf(to),
  });
  if (!asked.success) throw new CommandFailed(asked.error.issues[0]?.message ?? "The window is not known");
  const partial = `${file}.partial`;
  try {
    await writeReportFile(ctx, asked.data, { path: partial, isPacked: /\.gz$/i.test(file) });
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** Days are the organisation's, whatever the clock of this machine says. */
const dayOf = (time: Date | undefined) => time?.toISOString().slice(0, 10);

const scopeKinds: Readonly<Record<string, "service" | "team" | "system">> = {
  component: "service",
  group: "team",
  system: "system",
};

function scopeOf(entity: string | undefined): Scope {
  if (entity === undefined) return { kind: "organisation" };
  const ref = normaliseRef(entity);
  const kind = scopeKinds[ref?.split(":")[0] ?? ""];
  if (!ref || !kind)
    throw new CommandFailed(`${entity} has no delivery figures: name a component, a group or a system`);
  return { kind, ref };
}

export function readDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1) throw new InvalidArgumentError("Write a number of days.");
  return days;
}

/** `milepost delivery verify`: needs no database and nothing of the product but the recomputing program. */
export function verifyCommand(delivery: Command, output: Output): void {
  delivery
    .command("verify")
    .description("recomputes the figures of a report file from its facts, and checks its hash")
    .argument("<file>", "what delivery report --file or the portal wrote (.jsonl or .jsonl.gz)")
    .option("--json", "print one JSON document")
    .action(async (file: string, options: { json?: boolean }) => {
      const verified = await verifyReport(readFileBytes(file)).catch((error: unknown) => {
        throw error instanceof BrokenFile ? new CommandFailed(error.message) : error;
      });
      if (options.json) output.document(verified);
      else for (const line of describeVerified(verified)) output.line(line);
      if (!verified.isEqual) throw new CommandFailed("");
    });
}
