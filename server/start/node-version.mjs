import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./layout.mjs";
import { StopError } from "./stop-error.mjs";

/** Older ones are past their end of life, or lack what the portal uses. */
export const leastNode = [22, 15];

export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
}

/** The Node to run on: this one, or the one that the dependencies bring. */
export function chooseNode() {
  if (isNewEnough(process.version)) return process.execPath;
  const own = join(root, "node_modules/.bin/node");
  if (existsSync(own)) {
    const answer = spawnSync(own, ["--version"], { encoding: "utf8" });
    if (answer.status === 0 && isNewEnough(answer.stdout.trim())) return own;
  }
  throw new StopError(
    `Node ${process.versions.node} is too old, and the dependencies bring no newer one for ${process.platform} on ${process.arch}: ` +
      `install Node ${leastNode.join(".")} or newer and start again`,
  );
}
