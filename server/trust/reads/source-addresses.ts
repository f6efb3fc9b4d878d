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

/** Where the host's own editor opens a file on its branch, and offers a pull request; null where that is not known. */
export function editAddress(page: string | null, branch: string | null): string | null {
  const found = page ? onHost.exec(page) : null;
  if (!found || !branch) return null;
  const [, repository, dash = "", , path] = found;
  return `${repository}${dash}/edit/${branch.split("/").map(encodeURIComponent).join("/")}/${path}`;
}
