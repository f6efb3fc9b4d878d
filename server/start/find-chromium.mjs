import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./layout.mjs";
import { runStep } from "./run-step.mjs";

export const installCommand = "npx playwright install --with-deps chromium";

/** A Chromium that starts, or null: the one named, the system's, or Playwright's own download. */
export async function findChromium(env = process.env) {
  const candidates = [env.PLAYWRIGHT_CHROMIUM_PATH, "/usr/bin/chromium", await playwrightsOwn()];
  for (const path of candidates) {
    if (path && existsSync(path) && (await starts(path))) return path;
  }
  return null;
}

/** Finds a Chromium or installs one: from Debian as root, else Playwright's download. Null where nothing helps. */
export async function ensureChromium(progress) {
  const found = await findChromium();
  if (found) return found;
  for (const [name, program, args] of waysToInstall()) {
    const step = progress.step(`installing Chromium with ${name}`);
    const { code } = await runStep(program, args, { ...process.env, DEBIAN_FRONTEND: "noninteractive" });
    const path = code === 0 ? await findChromium() : null;
    if (path) {
      step.done(`installed Chromium with ${name}`);
      return path;
    }
    step.fail();
  }
  return null;
}

function waysToInstall() {
  const ways = [];
  if (process.getuid?.() === 0 && existsSync("/etc/debian_version")) {
    const install = "apt-get update -q && apt-get install -yq --no-install-recommends chromium";
    ways.push(["apt-get", "/bin/sh", ["-c", install]]);
  }
  const cli = join(root, "node_modules/playwright/cli.js");
  ways.push(["Playwright", process.execPath, [cli, "install", "chromium"]]);
  return ways;
}

async function playwrightsOwn() {
  try {
    const { chromium } = await import("@playwright/test");
    return chromium.executablePath();
  } catch {
    return null;
  }
}

/** A download may lack system libraries: then it is there and of no use. */
async function starts(path) {
  return (await runStep(path, ["--version"])).code === 0;
}
