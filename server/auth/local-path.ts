/** Where to go after sign-in. Only a path of this portal: anything else could send people to a stranger's page. */
export function localPath(next: string | string[] | undefined): string {
  return typeof next === "string" && /^\/(?![/\\])[^\s\\]*$/.test(next) ? next : "/";
}
