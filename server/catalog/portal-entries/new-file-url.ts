import type { SourceKind } from "#server/connections/model.ts";

/** Browsers and hosts take addresses up to about 8,000 characters. */
const longestAddress = 7_500;

export type FileRepository = { fullName: string; url: string; defaultBranch: string; kind: SourceKind };

/** Where the file of an entry of this folder lies; "" is the repository itself. */
export const fileName = (path: string) => (path === "" ? "catalog-info.yaml" : `${path}/catalog-info.yaml`);

/**
 * The host's page for a new file with name and text filled in; null where the text is too long for an address. Whoever may
 * not commit there is led by the host to a fork and a pull request. GitHub and GitLab take the same two words.
 */
export function newFileUrl(repository: FileRepository, path: string, text: string): string | null {
  const branch = repository.defaultBranch.split("/").map(encodeURIComponent).join("/");
  const base = `${repository.url}${repository.kind === "gitlab" ? "/-" : ""}/new/${branch}`;
  const words: Record<string, string> =
    repository.kind === "gitlab"
      ? { file_name: fileName(path), content: text }
      : { filename: fileName(path), value: text };
  const url = `${base}?${new URLSearchParams(words)}`;
  return url.length > longestAddress ? null : url;
}
