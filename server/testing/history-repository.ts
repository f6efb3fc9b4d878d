import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** A line of a reduced history: what the figures of delivery need of a commit. */
export type HistoryCommit = {
  type: "commit";
  sha: string;
  parents: string[];
  authoredAt: string;
  committedAt: string;
  bot: boolean;
  pr: number | null;
  prKind: "squash" | "merge" | null;
  isRevert: boolean;
  isReapply: boolean;
  reverts: { sha: string | null; pr: number | null; via: string }[];
  dirs: string[];
};
export type HistoryTag = {
  type: "tag";
  name: string;
  sha: string;
  date: string;
  kind: "release" | "prerelease" | "other";
  annotated: boolean;
};
export type History = { commits: HistoryCommit[]; tags: HistoryTag[]; releaseRegex: string };

export function readHistory(file: string): History {
  const lines = gunzipSync(readFileSync(file)).toString("utf8").trim().split("\n");
  const rows = lines.map((line) => JSON.parse(line) as { type: string; releaseRegex?: string });
  return {
    // Children stand before their parents in the file; here the oldest first.
    commits: (rows.filter(({ type }) => type === "commit") as HistoryCommit[]).reverse(),
    tags: rows.filter(({ type }) => type === "tag") as HistoryTag[],
    releaseRegex: rows.find(({ type }) => type === "meta")?.releaseRegex ?? "",
  };
}

/** The message that a commit has here: made from what the data tell of it. `shas` are the names in the new repository. */
export function messageOf(commit: HistoryCommit, history: Titles, shaOf: (sha: string) => string): string {
  const [revert] = commit.reverts;
  const number = commit.pr === null ? "" : ` (#${commit.pr})`;
  const plain = history.titleOf(commit.sha);
  if (commit.prKind === "merge") {
    const again = commit.isReapply ? `revert-${revert?.pr ?? 1}-revert-1-topic` : null;
    const branch = again ?? (revert?.via === "branch" ? `revert-${revert.pr}-topic` : `topic-${commit.pr}`);
    return `Merge pull request #${commit.pr} from owner/${branch}\n\n${plain}\n`;
  }
  if (commit.parents.length > 1) return `Merge branch 'main' into a-topic\n`;
  if (commit.isReapply)
    return `Reapply "${revert?.sha ? history.titleOf(revert.sha) : plain}"${commit.prKind === "squash" ? number : ""}\n`;
  if (!revert) return `${plain}${commit.prKind === "squash" ? number : ""}\n`;
  const target = revert.sha ? history.titleOf(revert.sha) : plain;
  const subject = `Revert "${target}"${commit.prKind === "squash" ? number : ""}`;
  const body: string[] = [];
  for (const one of commit.reverts) {
    if (one.via === "body-sha" && one.sha) body.push(`This reverts commit ${shaOf(one.sha)}.`);
    if (one.via === "body-pr") body.push(`Reverts owner/name#${one.pr}`);
  }
  return `${subject}\n\n${body.join("\n")}\n`;
}

export type Titles = { titleOf: (sha: string) => string };
export const titlesOf = (_: History): Titles => ({ titleOf: (sha) => `Change ${sha.slice(0, 10)}` });

const seconds = (time: string) => Math.floor(Date.parse(time) / 1000);

/**
 * A bare repository with these commits and tags, made by `git fast-import`. The hashes are new; tags keep their names.
 * Parents that the data do not hold are made as objects, cut off as the boundary of a shallow clone does it, and removed.
 */
export function buildRepository(history: History): string {
  const path = mkdtempSync(join(tmpdir(), "milepost-history-"));
  execFileSync("git", ["init", "-q", "--bare", path]);
  const marks = new Map<string, number>();
  const shas = new Map<string, string>();
  const git = (...args: string[]) => execFileSync("git", ["-C", path, ...args], { encoding: "utf8" });
  const titles = titlesOf(history);
  const here = new Set(history.commits.map(({ sha }) => sha));
  let stream = "";
  let next = 0;
  const flush = () => {
    const marksFile = join(path, "marks");
    const done = spawnSync(
      "git",
      [
        "-C",
        path,
        "fast-import",
        "--quiet",
        "--force",
        `--export-marks=${marksFile}`,
        ...(next > 0 && shas.size > 0 ? [`--import-marks=${marksFile}`] : []),
      ],
      { input: stream },
    );
    if (done.status !== 0) throw new Error(String(done.stderr));
    stream = "";
    const bySerial = new Map([...marks].map(([sha, mark]) => [mark, sha]));
    for (const line of readFileSync(marksFile, "utf8").trim().split("\n")) {
      const [mark = "", made = ""] = line.split(" ");
      const sha = bySerial.get(Number(mark.slice(1)));
      if (sha) shas.set(sha, made);
    }
  };
  const write = (
    sha: string,
    at: { author: number; committer: number },
    message: string,
    bot: boolean,
    parents: string[],
  ) => {
    next += 1;
    marks.set(sha, next);
    const who = bot ? "helper[bot]" : "Somebody";
    const body = Buffer.byteLength(message);
    stream += `commit refs/heads/c${next}\nmark :${next}\nauthor ${who} <a@example.com> ${at.author} +0000\ncommitter ${who} <a@example.com> ${at.committer} +0000\ndata ${body}\n${message}\n`;
    parents.forEach((parent, index) => {
      stream += `${index === 0 ? "from" : "merge"} :${marks.get(parent)}\n`;
    });
    stream += "\n";
  };
  const cut: string[] = [];
  for (const commit of history.commits) {
    for (const parent of commit.parents)
      if (!here.has(parent) && !marks.has(parent))
        write(parent, { author: 0, committer: 0 }, "before\n", false, []);
    if (commit.parents.some((parent) => !here.has(parent))) cut.push(commit.sha);
    // A revert names the hash that its target has got here.
    if (commit.reverts.some(({ via }) => via === "body-sha")) flush();
    const message = messageOf(commit, titles, (sha) => shas.get(sha) ?? sha);
    const at = { author: seconds(commit.authoredAt), committer: seconds(commit.committedAt) };
    write(commit.sha, at, message, commit.bot, commit.parents);
  }
  flush();
  for (const tag of history.tags) {
    const sha = shas.get(tag.sha);
    if (!sha) continue;
    stream += tag.annotated
      ? `tag ${tag.name}\nfrom ${sha}\ntagger Somebody <a@example.com> ${seconds(tag.date)} +0000\ndata 8\nrelease\n\n`
      : `reset refs/tags/${tag.name}\nfrom ${sha}\n\n`;
  }
  flush();
  const absent = new Set(history.commits.flatMap(({ parents }) => parents.filter((one) => !here.has(one))));
  for (const sha of absent) git("update-ref", "-d", `refs/heads/c${marks.get(sha)}`);
  writeFileSync(join(path, "shallow"), "");
  for (const sha of cut) appendFileSync(join(path, "shallow"), `${shas.get(sha)}\n`);
  return path;
}

type Sent = { event: string; payload: object };

/**
 * The same history as webhooks: a push, a deployment and its status for each release tag, and the merged pull requests.
 * In the order in which they happened; the caller shuffles them. GitHub's pushes name no parents.
 */
export function historyWebhooks(history: History, repository: object): Sent[] {
  const byName = new Map(history.commits.map((commit) => [commit.sha, commit]));
  const titles = titlesOf(history);
  const pushed = new Set<string>();
  const sent: Sent[] = [];
  /** Which branch ends at a commit. */
  const tips = new Map<string, string>();
  const releases = history.tags
    .filter(({ kind }) => kind === "release")
    .sort(
      (left, right) => Date.parse(left.date) - Date.parse(right.date) || (left.name < right.name ? -1 : 1),
    );
  for (const [index, tag] of releases.entries()) {
    const fresh = freshOf(tag.sha, byName, pushed);
    for (const { sha } of fresh) pushed.add(sha);
    const before = lastPushed(tag.sha, byName, new Set(fresh.map(({ sha }) => sha)));
    const known = tips.get(before);
    const ref = known ?? `refs/heads/line-${tips.size}`;
    // A branch that begins at an older commit is made there first; one that begins before the data was there already.
    if (!known && byName.has(before)) sent.push({ event: "push", payload: madeAt(ref, before, repository) });
    if (fresh.length > 0) {
      tips.delete(before);
      tips.set(tag.sha, ref);
      sent.push({
        event: "push",
        payload: {
          ref,
          before,
          after: tag.sha,
          forced: false,
          commits: fresh.map((commit) => ({
            id: commit.sha,
            message: messageOf(commit, titles, (sha) => sha),
            timestamp: commit.authoredAt,
            author: { name: commit.bot ? "helper[bot]" : "Somebody" },
          })),
          repository: { ...repository, pushed_at: tag.date },
        },
      });
    }
    const deployment = {
      id: index + 1,
      sha: tag.sha,
      ref: tag.name,
      task: "deploy",
      environment: "production",
      created_at: tag.date,
      updated_at: tag.date,
    };
    sent.push({ event: "deployment", payload: { action: "created", deployment, repository } });
    const deployment_status = { state: "success", created_at: tag.date };
    sent.push({
      event: "deployment_status",
      payload: { action: "created", deployment, deployment_status, repository },
    });
  }
  return sent;
}

const madeAt = (ref: string, sha: string, repository: object): object => ({
  ref,
  before: "0".repeat(40),
  after: sha,
  created: true,
  forced: false,
  commits: [],
  repository,
});

/** What a push of this commit brings that none before it brought: the oldest first, parents before their children. */
function freshOf(
  from: string,
  byName: ReadonlyMap<string, HistoryCommit>,
  pushed: ReadonlySet<string>,
): HistoryCommit[] {
  const found = new Set<string>();
  const waiting = [from];
  for (let sha = waiting.pop(); sha !== undefined; sha = waiting.pop()) {
    if (found.has(sha) || pushed.has(sha) || !byName.has(sha)) continue;
    found.add(sha);
    waiting.push(...(byName.get(sha)?.parents ?? []));
  }
  return [...byName.values()].filter(({ sha }) => found.has(sha));
}

/** The tip of the branch before the push: the first along the first parents that it did not bring. */
function lastPushed(
  from: string,
  byName: ReadonlyMap<string, HistoryCommit>,
  fresh: ReadonlySet<string>,
): string {
  let sha: string | undefined = from;
  while (sha !== undefined && fresh.has(sha)) sha = byName.get(sha)?.parents[0];
  return sha ?? "0".repeat(40);
}
