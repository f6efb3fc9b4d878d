import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { until } from "../scale-out/programs.ts";

/** `npm run bundle`, unpacked and started on a machine without network, npm, compiler or Node. */
test.describe.configure({ mode: "serial", timeout: 300_000 });

const root = fileURLToPath(new URL("../..", import.meta.url));
const path = `${process.env.PATH}:/usr/sbin:/sbin`;
const systemPath = { PATH: path } as unknown as NodeJS.ProcessEnv;
const hasNamespaces =
  spawnSync("unshare", ["-n", "ip", "link", "set", "lo", "up"], { env: systemPath }).status === 0;

let folder: string;
let program: string;
let starter: ChildProcess | undefined;
let output = "";

test.beforeAll(() => {
  test.setTimeout(300_000);
  folder = mkdtempSync(join(tmpdir(), "milepost-bundle-"));
  // Root runs PostgreSQL as another user, who has to come in.
  chmodSync(folder, 0o755);
});

test.afterAll(async () => {
  if (starter && starter.exitCode === null) {
    const ended = new Promise((resolve) => starter?.once("exit", resolve));
    starter.kill("SIGTERM");
    await ended;
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

test("one archive holds everything that runs, and nothing that only builds", () => {
  const made = spawnSync(process.execPath, ["server/start/bundle.mjs"], { cwd: root, encoding: "utf8" });
  expect(made.status, `${made.stdout}${made.stderr}`).toBe(0);
  const archive = /^(\/.+\.tar\.gz)$/m.exec(made.stdout)?.[1] ?? "";
  expect(statSync(archive).size).toBeLessThan(250_000_000);
  expect(spawnSync("tar", ["-xzf", archive, "-C", folder]).status).toBe(0);
  rmSync(archive);
  const [name = ""] = readdirSync(folder);
  program = join(folder, name, "milepost");
  const packages = readdirSync(join(folder, name, "node_modules"));
  expect(packages).toContain("next");
  for (const builder of ["esbuild", "typescript", "vitest", "drizzle-kit", "@playwright", "@biomejs"])
    expect(packages).not.toContain(builder);
});

test("without network it starts, and its sign-in page answers", async () => {
  test.skip(!hasNamespaces, "no network namespace can be made here: run as root on Linux, with iproute2");
  // The few programs of any system that the launcher needs: no node, no npm.
  const bin = join(folder, "bin");
  mkdirSync(bin);
  for (const name of ["dirname", "readlink", "sh"]) symlinkSync(`/bin/${name}`, join(bin, name));
  const node = join(program, "../node/bin/node");
  const inside = `ip link set lo up && PATH=${bin} exec ${program} start`;
  const settings = { HOME: folder, PORT: "3000", MILEPOST_DATA_DIR: join(folder, "data"), LOG_LEVEL: "warn" };
  const environment: NodeJS.ProcessEnv = { ...systemPath, ...settings };
  const started = spawn("unshare", ["-n", "sh", "-c", inside], {
    cwd: folder,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  starter = started;
  for (const stream of [started.stdout, started.stderr])
    stream?.on("data", (data: Buffer) => {
      output += data.toString();
    });
  await until("ready", async () => output.includes("Milepost is ready") || started.exitCode !== null);
  expect(output).toContain("Milepost is ready at http://127.0.0.1:3000");

  const ask = (code: string) =>
    spawnSync("nsenter", [`--net=/proc/${started.pid}/ns/net`, node, "--input-type=module", "-e", code], {
      encoding: "utf8",
      env: systemPath,
    });
  const page = ask(
    `const answer = await fetch("http://127.0.0.1:3000/sign-in"); console.log(answer.status, (await answer.text()).includes("Sign in"));`,
  );
  expect(page.stdout.trim(), page.stderr).toBe("200 true");
  // And there really is no way out.
  const out = ask(`await fetch("http://192.0.2.1/").catch((error) => console.log(error.cause?.code));`);
  expect(out.stdout.trim()).toBe("ENETUNREACH");
});
