import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { dirname, join } from "node:path";

const found = spawnSync("git", ["--exec-path"], { encoding: "utf8" });
export const hasGit = found.status === 0;

/** How a host speaks: able to leave out the contents of files, not able to, or in the protocol's first version. */
export type GitManner = "partial" | "whole" | "old";

/** git's own server side, spoken to over HTTP: what a forge does, without the forge. Repositories lie below `root`. */
export function answerGit(
  root: string,
  manner: GitManner,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? "/", "http://x");
  const child = spawn(join(found.stdout.trim(), "git-http-backend"), {
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? "GET",
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      GIT_PROTOCOL: manner === "old" ? "" : String(request.headers["git-protocol"] ?? ""),
      GIT_CONFIG_COUNT: "2",
      GIT_CONFIG_KEY_0: "safe.directory",
      GIT_CONFIG_VALUE_0: "*",
      GIT_CONFIG_KEY_1: "uploadpack.allowFilter",
      GIT_CONFIG_VALUE_1: String(manner === "partial"),
    },
  });
  request.pipe(child.stdin);
  const parts: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => parts.push(part));
  child.on("close", () => {
    const answer = Buffer.concat(parts);
    const end = answer.indexOf("\r\n\r\n");
    const headers = answer
      .subarray(0, end)
      .toString()
      .split("\r\n")
      .map((line) => line.split(": ", 2) as [string, string]);
    const status = Number(headers.find(([name]) => name === "Status")?.[1].slice(0, 3) ?? 200);
    response.writeHead(status, Object.fromEntries(headers.filter(([name]) => name !== "Status")));
    response.end(answer.subarray(end + 4));
  });
}

/** Runs git in a folder, as somebody. */
export const runGit = (cwd: string, ...args: string[]): Buffer =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
    cwd,
    stdio: "pipe",
  });

/** Commits files (null: removed) to the main branch of a repository, which is made when it is not there. */
export function commitFiles(folder: string, files: Readonly<Record<string, string | null>>): void {
  mkdirSync(folder, { recursive: true });
  runGit(folder, "init", "--quiet", "--initial-branch=main");
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    if (text === null) rmSync(join(folder, path));
    else writeFileSync(join(folder, path), text);
  }
  runGit(folder, "add", "-A");
  runGit(folder, "commit", "--quiet", "-m", "A change");
}
