/** The page of a file with one line marked, as the usual hosts write it; the page alone where a host is not known. */
export function lineAddress(page: string | null, line: number): string | null {
  if (!page || !/^https?:/.test(page)) return null;
  if (page.includes("?")) return page;
  if (/^https?:\/\/bitbucket\.org\//.test(page)) return `${page}#lines-${line}`;
  return /\/(?:blob|src)\//.test(page) ? `${page}#L${line}` : null;
}

const onHost = /^(https?:\/\/[^/]+\/.+?)(\/-)?\/(?:blob|src)\/(?:commit\/|branch\/)?([^/]+)\/(.+)$/;

/** The page of a commit, from the page of a file in it; null where the host's way is not known. */
export function commitAddress(page: string | null, commit: string | null): string | null {
  const found = page && commit ? onHost.exec(page) : null;
  return found ? `${found[1]}${found[2] ?? ""}/commit/${commit}` : null;
}

const isCommit = (ref: string) => /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(ref);

/**
 * Where the host's own editor opens a file on its branch, and offers a pull request; null where that is not known. Without
 * a branch it is the one that the page itself is of, unless that is a commit.
 */
export function editAddress(page: string | null, branch: string | null): string | null {
  const found = page ? onHost.exec(page) : null;
  if (!found) return null;
  const [, repository, dash = "", shown = "", path] = found;
  const at = branch ? branch.split("/").map(encodeURIComponent).join("/") : isCommit(shown) ? null : shown;
  return at ? `${repository}${dash}/edit/${at}/${path}` : null;
}
