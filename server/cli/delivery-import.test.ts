import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { sql } from "drizzle-orm";
import { expect, onTestFinished } from "vitest";
import type { Db } from "#db/types.ts";
import { test } from "#server/testing/database.ts";
import { deliveryCommand } from "./delivery.ts";

const start = Date.UTC(2025, 0, 1) / 1000;

function folderOfTest(): string {
  const folder = mkdtempSync(join(tmpdir(), "milepost-import-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A repository of so many commits in a row, each hundredth of which is a release. */
function makeRepository(folder: string, commits: number): string {
  const path = join(folder, "history.git");
  execFileSync("git", ["init", "-q", "--bare", path]);
  const lines: string[] = [];
  for (let n = 1; n <= commits; n += 1) {
    const message = n % 250 === 0 ? `Revert "Change ${n - 1}"\n` : `Change ${n}\n`;
    lines.push(
      "commit refs/heads/main",
      `mark :${n}`,
      `committer Ana <ana@example.com> ${start + n * 600} +0000`,
      `data ${Buffer.byteLength(message)}`,
      message,
      ...(n > 1 ? [`from :${n - 1}`] : []),
      "M 644 inline a",
      `data ${String(n).length}`,
      String(n),
    );
    if (n % 100 === 0) lines.push(`reset refs/tags/v1.${n / 100}`, `from :${n}`, "");
  }
  execFileSync("git", ["-C", path, "fast-import", "--quiet"], { input: lines.join("\n") });
  return path;
}

const environmentOf = (databaseUrl: string, folder: string) => ({
  ...process.env,
  DATABASE_URL: databaseUrl,
  MILEPOST_DATA_DIR: join(folder, "data"),
  MILEPOST_MODE: "evaluation",
  MILEPOST_SECRET_KEY: "test:a key for tests that nobody keeps anything behind",
});

/** The program itself, on that database; killed at once when it says so, where something is named. Answers its exit code. */
function milepost(
  databaseUrl: string,
  folder: string,
  args: string[],
  killedAt?: RegExp,
): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const env = environmentOf(databaseUrl, folder);
    const child = spawn(process.execPath, ["server/cli/main.ts", ...args], { env });
    let said = "";
    child.stderr.on("data", (data: Buffer) => {
      said += data.toString();
      if (killedAt?.test(said)) child.kill("SIGKILL");
    });
    child.once("error", reject);
    child.once("close", resolve);
  });
}

type Said = { lines: string; progress: string; failure: string | null };

/** The same command in this process. */
async function runImport(databaseUrl: string, folder: string, args: string[]): Promise<Said> {
  const before = process.env;
  process.env = environmentOf(databaseUrl, folder);
  const said: Said = { lines: "", progress: "", failure: null };
  const program = new Command("milepost").exitOverride();
  deliveryCommand(program, {
    document: () => {},
    line: (text) => {
      said.lines += `${text}\n`;
    },
    progress: (text) => {
      said.progress += `${text}\n`;
    },
  });
  try {
    await program.parseAsync(["delivery", "import", ...args], { from: "user" });
  } catch (error) {
    said.failure = (error as Error).message;
  } finally {
    process.env = before;
  }
  return said;
}

async function readRows(db: Db, entityRef: string) {
  const deployments = await db.execute(sql`
    select d.ref, d.sha, d.kind, d.commit_count, d.change_count, d.attribution from service_deployments d
    join delivery_services s on s.id = d.service_id where s.entity_ref = ${entityRef} order by d.succeeded_at`);
  const [counted] = await db.execute(sql`
    select (select count(*)::int from commits c where c.repository_id = ${`import:${entityRef}`}) as commits,
      (select count(*)::int from tags t where t.repository_id = ${`import:${entityRef}`}) as tags,
      (select count(*)::int from service_commits c join delivery_services s on s.id = c.service_id
        where s.entity_ref = ${entityRef}) as marks,
      (select count(*)::int from deployment_failures f join delivery_services s on s.id = f.service_id
        where s.entity_ref = ${entityRef}) as failures`);
  return { deployments: [...deployments], ...counted };
}

test("an import that was killed goes on to the same rows, and doing it again changes nothing", async ({
  db,
  databaseUrl,
}) => {
  const folder = folderOfTest();
  const path = makeRepository(folder, 7_000);
  const whole = await runImport(databaseUrl, folder, [path, "--entity", "component:default/whole"]);
  expect(whole.lines).toContain("7,000 commits, 70 tags, 70 deployments");
  expect(whole.progress).toMatch(/2,000 commits[\s\S]*7,000 commits[\s\S]*Working out/);
  const expected = await readRows(db, "component:default/whole");
  expect(expected).toMatchObject({ commits: 7_000, tags: 70 });
  expect(expected.deployments).toHaveLength(70);

  const ref = "component:default/killed";
  const args = [path, "--entity", ref];
  for (const killedAt of [/4,000 commits/, /Working out/])
    expect(await milepost(databaseUrl, folder, ["delivery", "import", ...args], killedAt)).toBeNull();
  for (let again = 0; again < 2; again += 1) {
    expect((await runImport(databaseUrl, folder, args)).lines).toContain("7,000 commits");
    expect(await readRows(db, ref)).toEqual(expected);
  }
});

test("what is no history is told in a sentence, with exit code 1, and nothing is declared", async ({
  db,
  databaseUrl,
}) => {
  const folder = folderOfTest();
  const empty = join(folder, "empty.git");
  execFileSync("git", ["init", "-q", "--bare", empty]);
  const plain = join(folder, "plain");
  mkdirSync(plain);
  const file = join(folder, "file");
  writeFileSync(file, "text");
  const damaged = makeRepository(folder, 20);
  rmSync(join(damaged, "objects"), { recursive: true });
  mkdirSync(join(damaged, "objects"));
  const told = async (...args: string[]) => {
    const { failure, lines } = await runImport(databaseUrl, folder, args);
    expect(lines).toBe("");
    return failure;
  };
  const entity = ["--entity", "component:default/nothing"];
  expect(await told(join(folder, "missing"), ...entity)).toMatch(/There is no folder/);
  expect(await told(file, ...entity)).toMatch(/There is no folder/);
  expect(await told(plain, ...entity)).toMatch(/is no git directory/);
  expect(await told(empty, ...entity)).toMatch(/holds no commit yet/);
  expect(await told(damaged, ...entity)).toMatch(/damaged|no git directory/);
  expect(await told(empty, "--entity", "group:default/payments")).toMatch(/names no Component/);
  expect(await told(empty, ...entity, "--tag-pattern", "v(")).toMatch(/no regular expression/);
  expect(await told(empty, ...entity, "--deployments", "releases")).toMatch(/--deployments tags/);
  expect(await milepost(databaseUrl, folder, ["delivery", "import", plain, ...entity])).toBe(1);
  expect(await db.execute(sql`select 1 from entities where ref = 'component:default/nothing'`)).toHaveLength(
    0,
  );
});

test("a history without versions says why nothing was deployed", async ({ databaseUrl }) => {
  const folder = folderOfTest();
  const path = makeRepository(folder, 30);
  const args = [path, "--entity", "component:default/untagged"];
  expect((await runImport(databaseUrl, folder, args)).lines).toMatch(/It has no tag/);
  execFileSync("git", ["-C", path, "tag", "nightly", "main"]);
  expect((await runImport(databaseUrl, folder, args)).lines).toMatch(/No tag looks like a version/);
  const named = await runImport(databaseUrl, folder, [...args, "--tag-pattern", "^nightly$"]);
  expect(named.lines).toMatch(/1 deployment/);
});

test("that tags count instead of what counted before is said, and stands in the audit log", async ({
  databaseUrl,
  db,
}) => {
  const folder = folderOfTest();
  const path = makeRepository(folder, 200);
  const entityRef = "component:default/chosen-otherwise";
  await db.execute(sql`insert into delivery_services (entity_ref, source) values (${entityRef}, 'reported')`);
  const args = [path, "--entity", entityRef];
  expect((await runImport(databaseUrl, folder, args)).lines).toMatch(
    /tags count as deployments from now on, and no longer: Reported by a call/,
  );
  const told = sql`select payload from events where type = 'delivery-source.changed' and subject_id = ${entityRef}`;
  expect(await db.execute(told)).toMatchObject([{ payload: { from: "reported", to: "tag" } }]);
  expect((await runImport(databaseUrl, folder, args)).lines).not.toMatch(/no longer/);
  expect(await db.execute(told)).toHaveLength(1);
});
