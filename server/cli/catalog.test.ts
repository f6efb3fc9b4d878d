import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JudgedFile } from "#server/catalog/judge-file.ts";
import { catalogCommand } from "./catalog.ts";

const fixtures = fileURLToPath(new URL("../catalog/fixtures", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "milepost-validate-"));

beforeAll(() => {
  writeFileSync(join(folder, "large.yaml"), "");
  truncateSync(join(folder, "large.yaml"), 100_000_000);
  writeFileSync(
    join(folder, "text.yaml"),
    `apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: { name: a }\nspec: { type: x, lifecycle: y, owner: z, definition: { $text: ../../etc/passwd } }\n`,
  );
  symlinkSync("/etc/passwd", join(folder, "link.yaml"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(
  ...args: string[]
): Promise<{ failure: string | null; files: JudgedFile[]; lines: string[] }> {
  const lines: string[] = [];
  let files: JudgedFile[] = [];
  const program = new Command("milepost").exitOverride();
  catalogCommand(program, {
    document: (value) => {
      files = value as JudgedFile[];
    },
    line: (text) => lines.push(text),
    progress: () => {},
  });
  const failure = await program.parseAsync(["catalog", ...args], { from: "user" }).then(
    () => null,
    (error: Error) => error.message,
  );
  return { failure, files, lines };
}

test("valid files are told so, one line for each document", async () => {
  const { failure, lines } = await run("validate", join(fixtures, "verdicts/kinds.yaml"));
  expect(failure).toBeNull();
  expect(lines[0]).toBe(`${join(fixtures, "verdicts/kinds.yaml")}: component:default/checkout is valid`);
  expect(lines).toHaveLength(9);
});

test("with --json there is one document, and a file that is not valid fails the command", async () => {
  const kinds = join(fixtures, "verdicts/kinds.yaml");
  const unknown = join(fixtures, "verdicts/unrecognised.yaml");
  const { failure, files } = await run("validate", "--json", kinds, unknown);
  expect(failure).toBe("1 of 2 files are not valid");
  expect(files.map(({ file, valid }) => [file, valid])).toEqual([
    [kinds, true],
    [unknown, false],
  ]);
  expect(files[1]?.documents[0]).toMatchObject({
    ref: "widget:default/left-pad",
    kind: "Widget",
    verdict: "unrecognised",
    valid: false,
    relations: [],
    errors: [{ path: "/kind", line: 2, column: 1, message: expect.stringContaining("Widget") }],
  });
});

test("errors are written so that an editor can jump to them", async () => {
  const { lines } = await run("validate", join(fixtures, "organisation/services/ledger/catalog-info.yaml"));
  expect(lines.map((line) => line.replace(fixtures, ""))).toEqual([
    "/organisation/services/ledger/catalog-info.yaml: component:default/ledger is valid",
    "/organisation/services/ledger/catalog-info.yaml:9:1: error: spec.lifecycle is missing",
    '/organisation/services/ledger/catalog-info.yaml:14:1: error: Missing closing "quote',
    "/organisation/services/ledger/catalog-info.yaml: api:default/ledger-api is valid",
    "/organisation/services/ledger/catalog-info.yaml:22:3: warning: $text cannot be filled in from ../../../outside.proto: there is no such file",
  ]);
});

test.each([
  ["large.yaml", "it has 100 MB, the limit is 5.0 MB"],
  ["absent.yaml", "there is no such file"],
])("%s is refused with file, reason and limit", async (name, message) => {
  const { failure, files } = await run("validate", "--json", join(folder, name));
  expect(failure).toBe("The file is not valid");
  expect(files[0]?.documents[0]?.errors[0]?.message).toBe(
    `${join(folder, name)} was not read: ${message}${name === "large.yaml" ? ": split it, or name large texts by $text" : ""}`,
  );
});

test("a placeholder does not reach out of the file's folder", async () => {
  const { files } = await run("validate", "--json", join(folder, "text.yaml"));
  expect(files[0]?.documents[0]?.warnings[0]?.message).toContain("it lies outside of what is imported");
});
