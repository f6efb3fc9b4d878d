import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { prebuilt, root } from "./layout.mjs";
import { runStep } from "./run-step.mjs";
import { StopError } from "./stop-error.mjs";

/** Installs what package-lock.json says, unless it is there already. */
export async function ensureInstalled(progress) {
  if (prebuilt() || isInstalled(root)) return;
  const step = progress.step("installing dependencies (the first time takes a minute)");
  const [program, first] = npmCommand();
  const { code, output } = await runStep(program, [...first, "ci", "--include=dev", "--include=optional"]);
  if (code !== 0 || !isInstalled(root)) {
    step.fail("installing dependencies");
    progress.line(output.trim());
    throw new StopError(
      `The dependencies could not be installed (npm ci ended with ${code ?? "no answer"}): its output stands above; ` +
        `a network or a registry that npm can reach is needed, and the right to write to ${join(root, "node_modules")}`,
    );
  }
  step.done("installed the dependencies");
}

/**
 * npm writes node_modules/.package-lock.json last, so it tells what is really there. Packages that are optional may be
 * absent: they are for other platforms.
 */
export function isInstalled(folder) {
  const installed = readLock(join(folder, "node_modules/.package-lock.json"));
  const wanted = readLock(join(folder, "package-lock.json"));
  if (!installed || !wanted) return false;
  const has = (name, entry) => entry.optional || installed[name]?.version === entry.version;
  return (
    Object.entries(wanted).every(([name, entry]) => name === "" || entry.link || has(name, entry)) &&
    Object.entries(installed).every(([name, entry]) => wanted[name]?.version === entry.version)
  );
}

function readLock(file) {
  if (!existsSync(file)) return null;
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages ?? null;
  } catch {
    return null;
  }
}

/** The npm that started us, run by the same Node; else the one on the path. */
function npmCommand() {
  const { npm_execpath: npm } = process.env;
  return npm && /npm-cli\.c?js$/.test(npm) ? [process.execPath, [npm]] : ["npm", []];
}
