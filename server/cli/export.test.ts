import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Command } from "commander";
import { afterAll, afterEach, expect } from "vitest";
import { parseAllDocuments } from "yaml";
import { installation } from "#db/schema/core.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { test } from "#server/testing/database.ts";
import { exportCommand } from "./export.ts";

const folder = mkdtempSync(join(tmpdir(), "milepost-export-cli-"));
const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});
afterAll(() => rmSync(folder, { recursive: true }));

test.beforeAll(async ({ copy: { pool } }) => {
  const { db } = pool;
  await db.insert(installation).values({ mode: "evaluation" });
  await importFiles(db, "/org", {
    "teams.yaml": fileOf(documentText("Group", "payments"), documentText("Group", "web")),
    "cart.yaml": documentText("Component", "cart", { spec: { owner: "payments" } }),
    "site.yaml": documentText("Component", "site", { spec: { owner: "web" } }),
  });
});

/** Runs the command in this process, on that database and a data folder of the tests. */
async function run(databaseUrl: string, name: string, ...args: string[]) {
  process.env = {
    ...before,
    DATABASE_URL: databaseUrl,
    MILEPOST_DATA_DIR: join(folder, "data"),
    MILEPOST_SECRET_KEY: "test:a key for tests that nobody keeps anything behind",
  };
  const file = join(folder, name);
  const said = { lines: [] as string[], document: null as unknown };
  const program = new Command("milepost").exitOverride();
  exportCommand(program, {
    document: (value) => {
      said.document = value;
    },
    line: (text) => said.lines.push(text),
    progress: () => {},
  });
  const failure = await program.parseAsync(["export", file, ...args], { from: "user" }).then(
    () => null,
    (error: Error) => error.message,
  );
  return { ...said, failure, file };
}

const namesIn = (text: string) =>
  parseAllDocuments(text)
    .map((document) => (document.toJS() as { metadata: { name: string } }).metadata.name)
    .sort();

test("all of it in one file of documents, for its owner alone", async ({ databaseUrl }) => {
  const { failure, lines, file } = await run(databaseUrl, "all.yaml");
  expect([failure, lines]).toEqual([null, [`${file}: 4 entries in 1 file`]]);
  expect(namesIn(readFileSync(file, "utf8"))).toEqual(["cart", "payments", "site", "web"]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("narrowed by kind and owner; as an archive with a file for each of the sources", async ({
  databaseUrl,
}) => {
  const owned = ["--kind", "component", "--owner", "group:default/web", "--json"];
  const one = await run(databaseUrl, "web.yaml", ...owned);
  expect(one).toMatchObject({
    failure: null,
    lines: [],
    document: { file: one.file, files: 1, entities: 1 },
  });
  expect(namesIn(readFileSync(one.file, "utf8"))).toEqual(["site"]);
  const archive = await run(databaseUrl, "all.tar.gz", "--json");
  expect(archive.document).toMatchObject({ files: 3, entities: 4, notValid: 0 });
  expect(gunzipSync(readFileSync(archive.file)).includes("cart.yaml")).toBe(true);
});

test("as a line of JSON for each entry", async ({ databaseUrl }) => {
  const { failure, file } = await run(databaseUrl, "all.jsonl");
  expect(failure).toBeNull();
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toHaveLength(4);
});

test("what cannot be written leaves nothing behind", async ({ databaseUrl }) => {
  const wrong = await run(databaseUrl, "all.txt");
  expect(wrong.failure).toBe("The file has to end in .tar.gz, .yaml or .jsonl");
  const nowhere = await run(databaseUrl, "no/such/folder/all.yaml");
  expect(nowhere.failure).toContain("ENOENT");
  expect(existsSync(wrong.file)).toBe(false);
  expect(readdirSync(folder).filter((name) => /partial|txt|^no$/.test(name))).toEqual([]);
});
