import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, expect, test } from "vitest";
import { diagnose, doctorCommand } from "./doctor.ts";

const dataDir = mkdtempSync(join(tmpdir(), "milepost-doctor-cli-"));
afterAll(() => rmSync(dataDir, { recursive: true }));
const settings = (more: Record<string, string>) => ({
  NODE_ENV: "test" as const,
  MILEPOST_DATA_DIR: dataDir,
  ...more,
});

test("a database that does not answer is one red check, in words that hold no password", async () => {
  const { ok, checks } = await diagnose(
    settings({ DATABASE_URL: "postgres://me:hunter2@127.0.0.1:1/portal" }),
  );
  expect(ok).toBe(false);
  expect(checks.at(-1)).toMatchObject({
    name: "database",
    ok: false,
    message: expect.stringMatching(/cannot be used/),
  });
  expect(JSON.stringify(checks)).not.toContain("hunter2");
});

test("looking makes nothing: a data folder without a database stays as it is", async () => {
  const { checks } = await diagnose(settings({}));
  expect(checks.at(-1)).toMatchObject({
    name: "database",
    ok: false,
    message: expect.stringMatching(/no database/),
  });
  expect(readdirSync(dataDir)).toEqual([]);
});

test("with --json there is one document, and what is wrong fails the command", async () => {
  const documents: unknown[] = [];
  const program = new Command("milepost").exitOverride();
  doctorCommand(program, { document: (value) => documents.push(value), line: () => {}, progress: () => {} });
  const before = process.env.PORT;
  process.env.PORT = "not a port";
  const failure = await program
    .parseAsync(["doctor", "--json"], { from: "user" })
    .catch((error: Error) => error.message);
  if (before === undefined) delete process.env.PORT;
  else process.env.PORT = before;
  expect(failure).toBe("1 of 1 checks found something");
  expect(documents).toEqual([
    { ok: false, checks: [expect.objectContaining({ name: "configuration", ok: false })] },
  ]);
});
