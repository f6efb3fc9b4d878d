// `npm run bench`: what it measures is said in server/testing/bench/. Runs on the Node that the portal runs on.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { ensureInstalled } from "./install.mjs";
import { root } from "./layout.mjs";
import { chooseNode } from "./node-version.mjs";
import { makeProgress } from "./progress.mjs";
import { runCommand } from "./run-command.mjs";
import { stopSignal } from "./stop-signal.mjs";

const stop = stopSignal();

await runCommand(async () => {
  await ensureInstalled(makeProgress());
  const [first, ...rest] = process.argv.slice(2);
  const isNamed = ["recovery", "sign-in", "ingest", "figures", "report-file"].includes(first);
  const script = join(root, "server/testing/bench", isNamed ? `${first}.ts` : "main.ts");
  const flags = ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"];
  const child = spawn(chooseNode(), [...flags, script, ...(isNamed ? rest : process.argv.slice(2))], {
    cwd: root,
    stdio: "inherit",
  });
  stop.addEventListener("abort", () => child.kill("SIGTERM"));
  return new Promise((resolve) => child.on("exit", (code) => resolve(code ?? 1)));
});
