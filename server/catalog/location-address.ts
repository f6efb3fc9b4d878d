import { isAbsolute, normalize } from "node:path";
import { invalid } from "#server/core/errors.ts";
import type { LocationType } from "./model.ts";
import { isYamlPath } from "./trees/tree.ts";

/** What a person typed as a location, understood. `target` is its one spelling, under which it is registered. */
export type LocationAddress = { type: LocationType; target: string } & (
  | { type: "folder" }
  | {
      type: "git";
      repository: string;
      /** As typed: some hosts insist on ".git", others on its absence. */
      cloneUrl: string;
      branch: string | null;
      path: string;
    }
  | { type: "file"; url: string }
);

/** `/owner/repository/…/<branch>/<path>` as each host writes the page of a file or folder. */
const pagePatterns: readonly RegExp[] = [
  // GitLab: groups nest, so "-" marks the end of the project.
  /^(?<repository>\/.+?)\/-\/(?:tree|blob|raw)\/(?<branch>[^/]+)(?:\/(?<path>.*))?$/,
  // Gitea and Forgejo
  /^(?<repository>\/[^/]+\/[^/]+)\/(?:src|raw)\/branch\/(?<branch>[^/]+)(?:\/(?<path>.*))?$/,
  // GitHub
  /^(?<repository>\/[^/]+\/[^/]+)\/(?:tree|blob|raw)\/(?<branch>[^/]+)(?:\/(?<path>.*))?$/,
  // Bitbucket
  /^(?<repository>\/[^/]+\/[^/]+)\/(?:src|raw)\/(?<branch>[^/]+)(?:\/(?<path>.*))?$/,
];

/**
 * Understands a folder path, the address of a git repository, the page of a file or folder in one, or the address of a
 * file. Throws a DomainError for the field "target" otherwise. Does not look at disk or network.
 */
export function parseAddress(text: string): LocationAddress {
  const trimmed = text.trim();
  if (/^(ssh|git|ftp):/i.test(trimmed) || /^[\w.-]+@[\w.-]+:/.test(trimmed))
    throw invalid(
      "Repositories are read over https: write the address as https://host/owner/repository",
      "target",
    );
  if (!/^https?:\/\//i.test(trimmed)) return folderAddress(trimmed);
  const url = URL.parse(trimmed);
  if (!url) throw invalid(`"${trimmed.slice(0, 80)}" is not a web address`, "target");
  if (url.username || url.password)
    throw invalid("Leave the user name and password out of the address", "target");
  return pageAddress(url) ?? azureAddress(url) ?? plainAddress(url);
}

function folderAddress(text: string): LocationAddress {
  const path = text.startsWith("file://") ? decodeURIComponent(new URL(text).pathname) : text;
  if (!isAbsolute(path))
    throw invalid(
      `"${text.slice(0, 80)}" is neither a web address nor the full path of a folder: begin with https:// or /`,
      "target",
    );
  const folder = normalize(path).replace(/(?<=.)\/+$/, "");
  return { type: "folder", target: folder };
}

function pageAddress(url: URL): LocationAddress | null {
  for (const pattern of pagePatterns) {
    const groups = pattern.exec(url.pathname)?.groups;
    if (!groups?.repository) continue;
    return gitAddress(
      `${url.origin}${groups.repository}`,
      decodeURIComponent(groups.branch ?? ""),
      decodeURIComponent(groups.path ?? ""),
    );
  }
  return null;
}

/** Azure DevOps keeps branch and path in the query: `…/_git/repository?path=/x&version=GBmain`. */
function azureAddress(url: URL): LocationAddress | null {
  if (!/\/_git\/[^/]+\/?$/.test(url.pathname)) return null;
  const version = url.searchParams.get("version");
  return gitAddress(
    `${url.origin}${url.pathname}`,
    version?.startsWith("GB") ? version.slice(2) : "",
    url.searchParams.get("path") ?? "",
  );
}

function plainAddress(url: URL): LocationAddress {
  if (!isYamlPath(url.pathname)) return gitAddress(`${url.origin}${url.pathname}`, "", "");
  url.hash = "";
  return { type: "file", target: url.toString(), url: url.toString() };
}

function gitAddress(address: string, branch: string, path: string): LocationAddress {
  const cloneUrl = address.replace(/\/+$/, "");
  const repository = cloneUrl.replace(/\.git$/, "");
  if (new URL(repository).pathname === "/")
    throw invalid(`"${address}" names no repository: write it as https://host/owner/repository`, "target");
  const inside = path.replace(/^\/+|\/+$/g, "");
  const suffix = branch
    ? `/tree/${branch}${inside ? `/${inside}` : ""}`
    : inside
      ? `/tree/HEAD/${inside}`
      : "";
  return {
    type: "git",
    target: `${repository}${suffix}`,
    repository,
    cloneUrl,
    branch: branch && branch !== "HEAD" ? branch : null,
    path: inside,
  };
}

/** Where the bytes of a file lie whose page on a known host is given; other addresses are returned as they are. */
export function rawAddress(address: string): string {
  const url = new URL(address);
  if (url.hostname === "github.com") {
    const found = /^\/([^/]+)\/([^/]+)\/(?:blob|tree|raw)\/(.+)$/.exec(url.pathname);
    if (found) return `https://raw.githubusercontent.com/${found[1]}/${found[2]}/${found[3]}`;
  }
  url.pathname = url.pathname
    .replace(/\/-\/(?:blob|tree)\//, "/-/raw/")
    .replace(/^(\/[^/]+\/[^/]+)\/src\/branch\//, "$1/raw/branch/");
  if (url.hostname === "bitbucket.org")
    url.pathname = url.pathname.replace(/^(\/[^/]+\/[^/]+)\/src\//, "$1/raw/");
  return url.toString();
}

/** The page of a file in a repository, for a browser. */
export function pageOf(repository: string, revision: string, path: string): string {
  const { hostname } = new URL(repository);
  const inside = path.split("/").map(encodeURIComponent).join("/");
  if (hostname === "bitbucket.org") return `${repository}/src/${revision}/${inside}`;
  if (/gitlab/.test(hostname)) return `${repository}/-/blob/${revision}/${inside}`;
  if (/codeberg|gitea|forgejo/.test(hostname)) return `${repository}/src/commit/${revision}/${inside}`;
  if (repository.includes("/_git/")) return `${repository}?path=/${inside}&version=GC${revision}`;
  return `${repository}/blob/${revision}/${inside}`;
}
