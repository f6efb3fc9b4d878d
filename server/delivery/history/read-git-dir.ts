import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { invalid } from "#server/core/errors.ts";

const run = promisify(execFile);

export type GitTag = { name: string; sha: string; taggedAt: Date | null };
export type GitCommit = {
  sha: string;
  /** As the object says them, also those that a shallow clone does not hold. */
  parents: string[];
  authorName: string;
  authoredAt: Date;
  committedAt: Date;
  message: string;
  /** The tree has no file: with `isCut` a stand-in for a history that was left out. */
  isEmptyTree: boolean;
};

export type GitDirectory = { path: string; cut: ReadonlySet<string> };

/** The hash of a tree without entries, which every git shares. */
const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
/** A commit object longer than this is cut: what counts stands near its beginning. */
const longestObject = 4_000_000;

/**
 * Opens a bare, working or shallow git directory for reading with the `git` of this machine: nothing of it is run, no hook
 * and no setting of its own counts. Throws what is wrong with the folder in a sentence.
 */
export async function openGitDirectory(folder: string): Promise<GitDirectory> {
  const path = resolve(folder);
  if (!existsSync(path) || !statSync(path).isDirectory())
    throw invalid(`There is no folder ${folder}`, "git directory");
  const found = await git(path, ["rev-parse", "--absolute-git-dir"]).catch((error: unknown) => {
    if ((error as { code?: unknown }).code === "ENOENT")
      throw invalid("The program git is not installed here; the import reads the history with it");
    throw invalid(`${folder} is no git directory: name a clone, or a bare repository`, "git directory");
  });
  const gitDirectory = found.trim();
  const newest = await git(gitDirectory, ["rev-list", "--all", "--max-count=1"]).catch((error: unknown) => {
    const said = String((error as { stderr?: unknown }).stderr ?? "")
      .trim()
      .split("\n", 1)[0];
    throw invalid(`${folder} is damaged: git says "${said}"`, "git directory");
  });
  if (newest.trim() === "")
    throw invalid(`${folder} holds no commit yet: there is nothing to import`, "git directory");
  const shallow = join(gitDirectory, "shallow");
  const cut = existsSync(shallow) ? readFileSync(shallow, "utf8").split("\n").filter(Boolean) : [];
  return { path: gitDirectory, cut: new Set(cut) };
}

/** All tags that lead to a commit, on that commit, with the date of annotated ones. */
export async function readTags(directory: GitDirectory): Promise<GitTag[]> {
  const format =
    "%(refname:strip=2)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)%00%(taggerdate:unix)";
  const text = await git(directory.path, ["for-each-ref", `--format=${format}`, "refs/tags"]);
  const tags: GitTag[] = [];
  for (const line of text.split("\n")) {
    const [name, type, sha, innerType, inner, at] = line.split("\0");
    if (!name || !sha) continue;
    if (type === "commit") tags.push({ name, sha, taggedAt: null });
    else if (type === "tag" && innerType === "commit" && inner)
      tags.push({ name, sha: inner, taggedAt: at ? new Date(Number(at) * 1000) : null });
    else if (type === "tag" && innerType === "tag") {
      const commit = await git(directory.path, ["rev-parse", "--verify", `refs/tags/${name}^{commit}`]).catch(
        () => "",
      );
      if (commit) tags.push({ name, sha: commit.trim(), taggedAt: at ? new Date(Number(at) * 1000) : null });
    }
  }
  return tags;
}

/**
 * All commits that branches and tags lead to. Parents are the object's own, not those that a graft or the boundary of a
 * shallow clone shows.
 */
export async function* readCommits(directory: GitDirectory): AsyncGenerator<GitCommit> {
  const list = start(directory.path, ["rev-list", "--all"]);
  const objects = start(directory.path, ["cat-file", "--batch"], { GIT_NO_REPLACE_OBJECTS: "1" });
  list.stdout.pipe(objects.stdin);
  // A reader that gives up early closes the pipe; that is no error of its own.
  for (const pipe of [objects.stdin, list.stdout]) pipe.on("error", () => {});
  const ends = [endOf(list), endOf(objects)];
  try {
    for await (const { sha, text } of readObjects(objects)) {
      const commit = parseCommit(sha, text);
      if (commit) yield commit;
    }
    for (const end of ends) await end;
  } finally {
    list.kill();
    objects.kill();
  }
}

/** Throws in git's own words where it could not read to the end: half a history is no history. */
function endOf(program: ChildProcessWithoutNullStreams): Promise<void> {
  let said = "";
  program.stderr.on("data", (data: Buffer) => {
    if (said.length < 2_000) said += data.toString("utf8");
  });
  const end = new Promise<void>((resolve, reject) => {
    program.once("error", reject);
    program.once("close", (code) => {
      const reason = said.trim().split("\n", 1)[0] || "it ended early";
      if (code === 0 || code === null) resolve();
      else reject(invalid(`git could not read the history to its end: ${reason}`, "git directory"));
    });
  });
  // Nobody may be there to hear it any more when a reader gives up.
  end.catch(() => {});
  return end;
}

/** Objects as `git cat-file --batch` writes them: a line `<sha> <type> <size>`, the bytes, a line feed. */
async function* readObjects(
  program: ChildProcessWithoutNullStreams,
): AsyncGenerator<{ sha: string; text: string }> {
  let rest: Buffer = Buffer.alloc(0);
  let header: { sha: string; type: string; size: number } | null = null;
  for await (const chunk of program.stdout as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      if (!header) {
        const end = rest.indexOf(10);
        if (end === -1) break;
        const [sha = "", type = "", size = "0"] = rest.subarray(0, end).toString().split(" ");
        rest = rest.subarray(end + 1);
        if (type === "missing")
          throw invalid(`The commit ${sha} is missing in it: the clone is damaged`, "git directory");
        header = { sha, type, size: Number(size) };
      }
      if (rest.length < header.size + 1) break;
      const bytes = rest.subarray(0, Math.min(header.size, longestObject));
      if (header.type === "commit") yield { sha: header.sha, text: bytes.toString("utf8") };
      rest = rest.subarray(header.size + 1);
      header = null;
    }
  }
}

function parseCommit(sha: string, text: string): GitCommit | null {
  const end = text.indexOf("\n\n");
  const head = (end === -1 ? text : text.slice(0, end)).split("\n");
  const value = (name: string) => head.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
  const author = parsePerson(value("author"));
  const committer = parsePerson(value("committer"));
  if (!author || !committer) return null;
  return {
    sha,
    parents: head.flatMap((line) => (line.startsWith("parent ") ? [line.slice(7).trim()] : [])),
    authorName: author.name,
    authoredAt: author.at,
    committedAt: committer.at,
    message: end === -1 ? "" : text.slice(end + 2),
    isEmptyTree: value("tree") === emptyTree,
  };
}

/** `Name <mail> 1700000000 +0100` */
function parsePerson(line: string | undefined): { name: string; at: Date } | null {
  const found = /^(.*?) ?<.*> (-?\d{1,12})(?: [+-]\d{4})?$/.exec(line ?? "");
  return found ? { name: found[1] ?? "", at: new Date(Number(found[2]) * 1000) } : null;
}

const quiet = { GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0", GIT_CONFIG_NOSYSTEM: "1", LC_ALL: "C" };

const withFolder = (path: string, args: readonly string[]) => [
  ...["-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"],
  ...["-C", path],
  ...args,
];

async function git(path: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run("git", withFolder(path, args), {
    env: { ...process.env, ...quiet },
    maxBuffer: 512 * 1024 * 1024,
  });
  return stdout;
}

function start(
  path: string,
  args: readonly string[],
  more: Record<string, string> = {},
): ChildProcessWithoutNullStreams {
  return spawn("git", withFolder(path, args), { env: { ...process.env, ...quiet, ...more } });
}
