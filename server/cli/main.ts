import { Command, CommanderError } from "commander";
import { findDomainError } from "#server/core/errors.ts";
import { adminCommand } from "./admin.ts";
import { auditCommand } from "./audit.ts";
import { backupCommands } from "./backup.ts";
import { catalogCommand } from "./catalog.ts";
import { deliveryCommand } from "./delivery.ts";
import { doctorCommand } from "./doctor.ts";
import { keysCommand } from "./keys.ts";
import { CommandFailed, type Output } from "./output.ts";
import { serveCommands } from "./serve.ts";
import { setupTokenCommand } from "./setup-token.ts";
import { shadowCommand } from "./shadow.ts";
import { tokenCommand } from "./token.ts";
import { tryCommand } from "./try.ts";
import { version } from "./version.ts";
import { whereCommand } from "./where.ts";

/** Exit codes that scripts rely on: refused or found invalid, and called wrongly. */
const refused = 1;
const usage = 2;

const output: Output = {
  document: (value) => process.stdout.write(`${JSON.stringify(value, null, 2)}\n`),
  line: (text) => process.stdout.write(`${text}\n`),
  progress: (text) => process.stderr.write(`${text}\n`),
};

const program = new Command("milepost")
  .description("Milepost's command line. Progress and errors go to stderr, results to stdout.")
  .version(version())
  .showHelpAfterError("(milepost --help lists the commands)")
  .exitOverride();
backupCommands(program, output);
adminCommand(program, output);
auditCommand(program, output);
catalogCommand(program, output);
deliveryCommand(program, output);
doctorCommand(program, output);
keysCommand(program, output);
serveCommands(program, output);
setupTokenCommand(program, output);
shadowCommand(program, output);
tokenCommand(program, output);
tryCommand(program, output);
whereCommand(program, output);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = codeFor(error);
}

function codeFor(error: unknown): number {
  // Commander has said what it had to say; help and version are no failure.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usage;
  if (error instanceof CommandFailed) {
    if (error.message) output.progress(error.message);
    return refused;
  }
  const told = findDomainError(error);
  output.progress(told?.message ?? (error instanceof Error ? error.message : String(error)));
  if (!told && process.env.LOG_LEVEL === "debug")
    output.progress(String(error instanceof Error ? error.stack : ""));
  return refused;
}
