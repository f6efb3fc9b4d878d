import type { LocationAddress } from "#server/catalog/location-address.ts";

/** Where a browser changes the file of a page; null where nobody knows. `edit_uri` of mkdocs.yml decides where it is given. */
export function editUrlOf(
  site: { repoUrl: string | null; editUri: string | null },
  place: { address: LocationAddress | null; branch: string | null },
  docPath: string,
  file: string,
): string | null {
  const encoded = (path: string) => path.split("/").map(encodeURIComponent).join("/");
  if (site.repoUrl && site.editUri && /^https?:/i.test(site.repoUrl)) {
    const begin = /^[?#]/.test(site.editUri) ? site.repoUrl : `${site.repoUrl.replace(/\/*$/, "/")}`;
    const url = `${begin}${site.editUri.replace(/^\//, "").replace(/\/*$/, /^[?#]/.test(site.editUri) ? "" : "/")}${encoded(docPath)}`;
    return URL.canParse(url) && /^https?:/i.test(url) ? url : null;
  }
  const { address, branch } = place;
  if (address?.type !== "git") return null;
  const name = encoded(branch ?? "HEAD");
  const { hostname } = new URL(address.repository);
  if (hostname === "bitbucket.org") return `${address.repository}/src/${name}/${encoded(file)}?mode=edit`;
  if (/gitlab/.test(hostname)) return `${address.repository}/-/edit/${name}/${encoded(file)}`;
  if (/codeberg|gitea|forgejo/.test(hostname)) return `${address.repository}/_edit/${name}/${encoded(file)}`;
  if (address.repository.includes("/_git/")) return null;
  return `${address.repository}/edit/${name}/${encoded(file)}`;
}
