// A release of the portal in a folder of its own, from a commit of this repository.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Lays a commit's files down in `folder` with `modules` (a node_modules folder) beside them, as hard links where that
 * can be done. Where its lock file wants other versions than those, npm installs them.
 */
export function layRelease(repository, commit, folder, modules) {
  mkdirSync(folder, { recursive: true });
  const archive = spawnSync("git", ["archive", "--format=tar", commit], {
    cwd: repository,
    maxBuffer: 512 * 1024 * 1024,
  });
  if (archive.status !== 0) throw new Error(`There is no commit ${commit}: ${archive.stderr}`);
  run("tar", ["-x", "-C", folder], { input: archive.stdout });
  if (!haveSameVersions(folder, modules)) {
    run("npm", ["ci", "--include=dev", "--include=optional"], { cwd: folder, stdio: "inherit" });
    return;
  }
  const target = join(folder, "node_modules");
  const linked = spawnSync("cp", ["-al", modules, target]);
  if (linked.status !== 0) cpSync(modules, target, { recursive: true, verbatimSymlinks: true });
  // What a release finds installed has to be what its own lock file says, neither less nor more. A new file: the old one
  // is a link to somebody else's.
  const lock = join(target, ".package-lock.json");
  spawnSync("rm", ["-f", lock]);
  writeFileSync(lock, readFileSync(join(folder, "package-lock.json")));
}

function haveSameVersions(folder, modules) {
  const wanted = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")).packages;
  return Object.entries(wanted).every(([name, { version, optional }]) => {
    if (name === "" || optional) return true;
    const file = join(modules, "..", name, "package.json");
    return existsSync(file) && JSON.parse(readFileSync(file, "utf8")).version === version;
  });
}

function run(program, args, options) {
  const { status, stderr } = spawnSync(program, args, options);
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr ?? ""}`);
}
