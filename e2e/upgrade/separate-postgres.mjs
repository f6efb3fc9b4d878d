// A PostgreSQL that is installed on its own, in a folder of the drill.
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

const home = "/usr/lib/postgresql";

/** Starts a new cluster below `folder`, reached over its socket; throws when none is installed. */
export function startSeparatePostgres(folder) {
  const versions = existsSync(home)
    ? readdirSync(home).sort((left, right) => Number(left) - Number(right))
    : [];
  const newest = versions.at(-1);
  if (!newest) throw new Error("No PostgreSQL is installed on its own: apt-get install postgresql");
  const own = join(folder, "own");
  mkdirSync(own, { recursive: true });
  const isRoot = process.getuid() === 0;
  if (isRoot) {
    for (const each of [join(folder, ".."), folder]) chmodSync(each, 0o755);
    chownSync(own, idOf("-u"), idOf("-g"));
  }
  const run = (name, ...args) => {
    const program = join(home, newest, "bin", name);
    const command = isRoot ? ["runuser", "-u", "postgres", "--", program] : [program];
    const { status } = spawnSync(command[0], [...command.slice(1), ...args], { cwd: "/", stdio: "ignore" });
    if (status !== 0) throw new Error(`${name} ended with ${status}`);
  };
  const data = join(own, "data");
  run("initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8");
  const options = `-c listen_addresses= -c unix_socket_directories=${own} -c fsync=off`;
  run("pg_ctl", "start", "-w", "-D", data, "-l", join(own, "log"), "-o", options);
  process.once("exit", () =>
    spawnSync(
      isRoot ? "runuser" : join(home, newest, "bin/pg_ctl"),
      isRoot
        ? ["-u", "postgres", "--", join(home, newest, "bin/pg_ctl"), "stop", "-m", "immediate", "-D", data]
        : ["stop", "-m", "immediate", "-D", data],
      { cwd: "/", stdio: "ignore" },
    ),
  );
  return {
    url: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(own)}`,
    stop: () => run("pg_ctl", "stop", "-m", "immediate", "-D", data),
  };
}

const idOf = (flag) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
