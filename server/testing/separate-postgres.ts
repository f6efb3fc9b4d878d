import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type SeparatePostgres = { url: string; stop: () => void };

const home = "/usr/lib/postgresql";

/** The programs of a PostgreSQL that is installed on its own; null where there is none. */
export function findSeparatePostgres(): string | null {
  if (!existsSync(home)) return null;
  const found = readdirSync(home).filter((name) => existsSync(join(home, name, "bin/initdb")));
  const newest = found.sort((left, right) => Number(left) - Number(right)).at(-1);
  return newest ? join(home, newest, "bin") : null;
}

/** A cluster in a temporary folder, reached over its socket, that sorts as a language does. */
export function startSeparatePostgres(bin: string): SeparatePostgres {
  const folder = mkdtempSync(join(tmpdir(), "milepost-separate-"));
  const own = join(folder, "own");
  mkdirSync(own);
  chmodSync(folder, 0o755);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(own, Number(idOf("-u")), Number(idOf("-g")));
  const run = (name: string, ...args: string[]) => {
    const command = isRoot ? ["runuser", "-u", "postgres", "--", join(bin, name)] : [join(bin, name)];
    const [program = "", ...first] = command;
    // pg_ctl leaves the server behind, which must not hold our pipes open.
    const { status } = spawnSync(program, [...first, ...args], { cwd: "/", stdio: "ignore" });
    if (status !== 0) throw new Error(`${name} ended with ${status}`);
  };
  const data = join(own, "data");
  const sorting = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"];
  run("initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", ...sorting);
  const options = `-c listen_addresses= -c unix_socket_directories=${own} -c fsync=off`;
  run("pg_ctl", "start", "-w", "-D", data, "-l", join(own, "log"), "-o", options);
  const stop = () => {
    run("pg_ctl", "stop", "-m", "immediate", "-D", data);
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(own)}`, stop };
}

const idOf = (flag: string) => spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout.trim();
