import * as fs from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import git, { type GitHttpRequest, type GitHttpResponse } from "isomorphic-git";
import { invalid } from "#server/core/errors.ts";
import type { Outside } from "#server/core/outside.ts";
import { pageOf } from "../location-address.ts";
import { fileLimits } from "../read-documents.ts";
import {
  type CatalogTree,
  decodeText,
  FileRefusal,
  isYamlPath,
  resolveInside,
  type TreeFile,
  tooLarge,
  treeLimits,
} from "./tree.ts";

/** A repository may send this much; it is kept in a temporary folder and never checked out. */
const maxPackBytes = 300_000_000;

type Address = { repository: string; cloneUrl: string; branch: string | null };
type Entry = { mode: string; type: string; oid: string };

/**
 * The newest commit of a branch, fetched without its history. Files are read from git's own objects: no work tree is
 * written, so that links, hooks and submodules of the repository have no effect.
 * Throws a DomainError where the repository cannot be had.
 */
export async function openRepository(address: Address, outside: Outside): Promise<CatalogTree> {
  const gitdir = await mkdtemp(join(tmpdir(), "milepost-git-"));
  const close = () => rm(gitdir, { recursive: true, force: true });
  const cache = {};
  try {
    await git.clone({
      fs,
      http: { request: (request) => send(request, outside) },
      gitdir,
      dir: gitdir,
      cache,
      url: address.cloneUrl,
      ...(address.branch ? { ref: address.branch } : {}),
      singleBranch: true,
      noTags: true,
      noCheckout: true,
      depth: 1,
    });
    const commit = await git.resolveRef({ fs, gitdir, ref: "HEAD" });
    const entries = await listEntries({ gitdir, cache, commit });
    return makeTree({ gitdir, cache, commit, entries, repository: address.repository, close });
  } catch (error) {
    await close();
    throw invalid(cloneReason(error, address), "target");
  }
}

async function send(request: GitHttpRequest, outside: Outside): Promise<GitHttpResponse> {
  const parts: Uint8Array[] = [];
  for await (const part of request.body ?? []) parts.push(part);
  const answer = await outside.send({
    url: request.url,
    method: request.method ?? "GET",
    headers: request.headers ?? {},
    ...(parts.length > 0 ? { body: Buffer.concat(parts) } : {}),
    maxBytes: maxPackBytes,
    timeoutMs: 120_000,
  });
  async function* body() {
    yield new Uint8Array(answer.body);
  }
  return {
    url: answer.url,
    method: request.method ?? "GET",
    headers: answer.headers,
    statusCode: answer.status,
    statusMessage: String(answer.status),
    body: body(),
  };
}

function cloneReason(error: unknown, address: Address): string {
  const { name, code, message, data } = error as Error & { code?: string; data?: { statusCode?: number } };
  if (name === "DomainError") return message;
  const where = address.repository;
  if (code === "HttpError") {
    const status = data?.statusCode;
    if (status === 401 || status === 403 || status === 404)
      return `${where} is not a public git repository (the host answered ${status}): check the address`;
    if (status && status >= 300 && status < 400)
      return `${where} has moved (the host answered ${status}): use the address of the repository itself`;
    return `The host of ${where} answered ${status}: try again later`;
  }
  if (code === "NotFoundError" && address.branch)
    return `${where} has no branch "${address.branch}": check its name`;
  return `${where} could not be read as a git repository: check that the address is the one to clone from`;
}

type Opened = { gitdir: string; cache: object; commit: string };

/** Every entry of the commit by path; folders are walked, links and submodules are listed as what they are. */
async function listEntries({ gitdir, cache, commit }: Opened): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  const folders: { path: string; oid: string }[] = [{ path: "", oid: commit }];
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    const { tree } = await git.readTree({ fs, gitdir, cache, oid: folder.oid });
    for (const entry of tree) {
      const path = folder.path ? `${folder.path}/${entry.path}` : entry.path;
      if (entries.size > treeLimits.entries)
        throw invalid(
          `The repository has more than ${treeLimits.entries.toLocaleString("en")} files`,
          "target",
        );
      if (entry.type === "tree") folders.push({ path, oid: entry.oid });
      else entries.set(path, { mode: entry.mode, type: entry.type, oid: entry.oid });
    }
  }
  return entries;
}

function makeTree(
  opened: Opened & { entries: Map<string, Entry>; repository: string; close: () => Promise<void> },
): CatalogTree {
  const { entries, gitdir, cache } = opened;
  const list = async () => {
    const files: TreeFile[] = [];
    const refused: { path: string; message: string }[] = [];
    for (const [path, entry] of entries) {
      if (!isYamlPath(path)) continue;
      const refusal = refusalOf(entry);
      if (refusal) refused.push({ path, message: refusal });
      else files.push({ path, bytes: 0 });
    }
    files.sort((a, b) => (a.path < b.path ? -1 : 1));
    if (files.length > treeLimits.files)
      throw invalid(
        `The repository has more than ${treeLimits.files.toLocaleString("en")} YAML files`,
        "target",
      );
    return { files, refused };
  };
  const read = async (path: string) => {
    const entry = entries.get(resolveInside("", path));
    if (!entry) throw new FileRefusal("there is no such file", true);
    const refusal = refusalOf(entry);
    if (refusal) throw new FileRefusal(refusal);
    const { blob } = await git.readBlob({ fs, gitdir, cache, oid: entry.oid });
    if (blob.byteLength > fileLimits.bytes) throw tooLarge(blob.byteLength, fileLimits.bytes);
    return decodeText(blob);
  };
  return {
    commit: opened.commit,
    list,
    read,
    nameOf: (path) => `url:${pageOf(opened.repository, opened.commit, path)}`,
    urlOf: (path) => pageOf(opened.repository, opened.commit, path),
    close: opened.close,
  };
}

function refusalOf(entry: Entry): string | null {
  if (entry.mode === "120000") return "it is a link: links in repositories are not followed";
  return entry.type === "blob" ? null : "it belongs to a submodule, which is not read";
}
