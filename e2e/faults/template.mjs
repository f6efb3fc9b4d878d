// Made once for each run: a database that the portal has prepared, an API token, and the hash of a clean run in order.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { stateHash } from "./checker.mjs";
import { watch } from "./observer.mjs";
import { runCommandLine } from "./portal.mjs";
import { makeCluster } from "./postgres-server.mjs";
import { addPortal, canaries, checkAll, dispose, makeStage, portalSettings, untilNormal } from "./stage.mjs";

export async function makeTemplate({ root, work, lane, stream, onLine }) {
  const cluster = join(work, "template");
  rmSync(cluster, { recursive: true, force: true });
  await makeCluster(root, cluster, canaries.password, lane);
  const template = { cluster, token: null, hash: null };
  const stage = await makeStage({ root, work, lane, template, name: "prepare", cluster });
  try {
    await addPortal(stage);
    const url = stage.server.url(canaries.password);
    const args = [
      "token",
      "create",
      "--name",
      "faults",
      "--role",
      "platform",
      "--scopes",
      "read,write",
      "--json",
    ];
    const environment = portalSettings({
      DATABASE_URL: url,
      MILEPOST_DATA_DIR: join(stage.folder, "data-a"),
    });
    const made = await runCommandLine(root, args, environment);
    if (made.code !== 0) throw new Error(`No API token: ${made.stderr}`);
    template.token = JSON.parse(made.stdout).token;
    await watch(stage.sql);
    await stage.portals[0].stop();
  } finally {
    await dispose(stage);
  }
  onLine("template ready");
  template.hash = await cleanRun({ root, work, lane, template, stream });
  onLine(`a clean run in order leaves ${template.hash}`);
  return template;
}

/** One webhook after the other, each worked in before the next is sent in the order of their happening. */
async function cleanRun({ root, work, lane, template, stream }) {
  const stage = await makeStage({ root, work, lane, template, name: "clean" });
  try {
    await addPortal(stage);
    for (const delivery of stream.deliveries) {
      const { status } = await stage.sender.send(delivery);
      if (status !== 202) throw new Error(`A webhook of the clean run got ${status}`);
    }
    await untilNormal(stage);
    const hash = await stateHash(stage.sql);
    const problems = await checkAll(stage, { stream });
    if (problems.length > 0) throw new Error(`The clean run is not clean: ${problems.join("; ")}`);
    return hash;
  } finally {
    await dispose(stage);
  }
}
