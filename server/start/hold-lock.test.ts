import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

/** Plain JavaScript without declarations: it runs before anything is installed. */
const module = new URL("./hold-lock.mjs", import.meta.url).href;
const { holdLock, readHolder, releaseLock } = await import(module);

let folder: string;
let lock: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "milepost-lock-"));
  lock = join(folder, "data/starter.lock");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Another process that takes the lock, and ends when told to. */
async function holdElsewhere() {
  const script = `
    const { holdLock } = await import(${JSON.stringify(module)});
    process.send(holdLock(${JSON.stringify(lock)}, { port: 4321 }) ?? "held");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const [answer] = await once(child, "message");
  return { child, answer };
}

test("a second process is told who holds the lock", async () => {
  const { child } = await holdElsewhere();
  expect(holdLock(lock)).toMatchObject({ pid: child.pid, port: 4321 });
  expect((await holdElsewhereAndEnd()).answer).toMatchObject({ pid: child.pid });
  child.kill("SIGKILL");
  await once(child, "exit");
});

async function holdElsewhereAndEnd() {
  const held = await holdElsewhere();
  held.child.kill("SIGKILL");
  await once(held.child, "exit");
  return held;
}

test("the lock of a killed process is free", async () => {
  const { answer } = await holdElsewhereAndEnd();
  expect(answer).toBe("held");
  expect(existsSync(lock)).toBe(true);
  expect(readHolder(lock)).toBeNull();
  expect(holdLock(lock)).toBeNull();
  expect(JSON.parse(readFileSync(lock, "utf8")).pid).toBe(process.pid);
  releaseLock(lock);
  expect(existsSync(lock)).toBe(false);
});

test("a lock whose pid another process got since is free", () => {
  expect(holdLock(lock)).toBeNull();
  const own = JSON.parse(readFileSync(lock, "utf8"));
  expect(readHolder(lock)).toEqual(own);
  writeFileSync(lock, JSON.stringify({ ...own, startedAt: "another moment" }));
  expect(readHolder(lock)).toBeNull();
  expect(holdLock(lock)).toBeNull();
});

test.skipIf(!existsSync("/proc/self"))(
  "where no folder can be made it says so, and does not try for ever",
  async () => {
    const script = `
    const { holdLock } = await import(${JSON.stringify(module)});
    try { holdLock("/proc/milepost/data/starter.lock"); } catch (error) { process.exit(error.code === "ENOENT" ? 7 : 8); }`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: "inherit",
      timeout: 60_000,
    });
    const [code] = await once(child, "exit");
    expect(code).toBe(7);
  },
);

test("a lock file that was cut short is free", () => {
  expect(holdLock(lock)).toBeNull();
  writeFileSync(lock, "{");
  expect(holdLock(lock)).toBeNull();
});
