/** As MkDocs names a page that says nothing of itself. */
export function titleOfFile(docPath: string): string {
  const name = (docPath.split("/").at(-1) ?? docPath).replace(/\.[^.]*$/, "");
  if (/^(?:index|readme)$/i.test(name) && !docPath.includes("/")) return "Home";
  return titleOfName(/^(?:index|readme)$/i.test(name) ? (docPath.split("/").at(-2) ?? name) : name);
}

/** Spaces for hyphens and underscores, and a capital where there is none. */
export function titleOfName(name: string): string {
  const words = name.replace(/[-_]/g, " ");
  return words === words.toLowerCase() ? words.charAt(0).toUpperCase() + words.slice(1) : words;
}
