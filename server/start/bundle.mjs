// `npm run bundle`: one archive with everything built, for a machine without npm, compiler or network. With
// `-- --folder DIR` the unpacked folder alone, which the Dockerfile takes; `--without-node` and `--without-postgres`
// leave out what an image brings or a separate server is.
import { createHash } from "node:crypto";
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ensureInstalled } from "./install.mjs";
import { buildFolder, prebuilt, root } from "./layout.mjs";
import { chooseNode } from "./node-version.mjs";
import { makeProgress } from "./progress.mjs";
import { reExecute } from "./re-execute.mjs";
import { endOn, runCommand } from "./run-command.mjs";
import { runStep } from "./run-step.mjs";
import { StopError } from "./stop-error.mjs";
import { stopSignal } from "./stop-signal.mjs";

/** Node's own options are those of the starter's programs: without them the young generation alone takes 300 MB. */
const launcher = `#!/bin/sh
# Starts Milepost from this folder: ./milepost start, ./milepost serve web, ./milepost --help
here=$(CDPATH= cd -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd) || exit 1
node="$here/node/bin/node"
[ -x "$node" ] || node=node
exec "$node" --max-semi-space-size=8 --enable-source-maps "$here/server/start/milepost.mjs" "$@"
`;

const stop = stopSignal();
const progress = makeProgress();

await runCommand(async () => {
  const release = endOn(stop);
  if (prebuilt()) throw new StopError("This is a bundle already: make another one from the sources");
  const { values } = parseArgs({
    options: {
      folder: { type: "string" },
      "without-node": { type: "boolean" },
      "without-postgres": { type: "boolean" },
    },
  });
  process.chdir(root);
  await ensureInstalled(progress);
  const node = chooseNode();
  if (node !== process.execPath) {
    release();
    return reExecute(node, stop, progress.began);
  }
  const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const label = `${name}-${version}-${process.platform}-${process.arch}`;
  const folder = values.folder ? resolve(values.folder) : join(buildFolder, "bundle", label);
  await fill(folder, { hasNode: !values["without-node"], hasPostgres: !values["without-postgres"] });
  if (!values.folder) await pack(folder, `${folder}.tar.gz`);
  return 0;
});

async function fill(folder, wanted) {
  if (existsSync(folder) && !existsSync(join(folder, "prebuilt.json")))
    throw new StopError(`${folder} is there and is no bundle: choose another folder`);
  const { ensurePrograms, listPackages } = await import("./build-programs.mjs");
  const { ensurePages } = await import("./build-pages.mjs");
  const { copyBundle } = await import("./copy-bundle.mjs");
  const programs = await ensurePrograms(progress);
  const pages = join(root, await ensurePages(progress));
  const step = progress.step("laying the bundle");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const count = copyBundle(folder, { programs, pages, packages: await listPackages(), ...wanted });
  writeFileSync(join(folder, "milepost"), launcher);
  chmodSync(join(folder, "milepost"), 0o755);
  step.done(`laid the bundle (${count} packages)`);
}

async function pack(folder, archive) {
  const step = progress.step("packing the bundle");
  rmSync(archive, { force: true });
  const names = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner"];
  // Level 4 takes half the time of 6 and four hundredths more room.
  const compress = ["-I", "gzip -4"];
  const place = ["-C", dirname(folder), basename(folder)];
  const { code, output } = await runStep("tar", ["-cf", archive, ...compress, ...names, ...place]);
  if (code !== 0) {
    step.fail();
    throw new StopError(`The archive could not be written (tar ended with ${code}): ${output.trim()}`);
  }
  rmSync(folder, { recursive: true, force: true });
  step.done("packed the bundle");
  const megabytes = (statSync(archive).size / 1_000_000).toFixed(0);
  progress.line(`\n${archive}\n${megabytes} MB, SHA-256 ${await hashOf(archive)}`);
}

async function hashOf(file) {
  const hash = createHash("sha256");
  for await (const part of createReadStream(file)) hash.update(part);
  return hash.digest("hex");
}
