/** A page of the repository; null for the demo organisation, which exists nowhere. */
export function webAddress(
  repository: { repository_url: string | null; is_demo: boolean },
  path: string,
): string | null {
  return repository.repository_url && !repository.is_demo
    ? `${repository.repository_url.replace(/\/$/, "")}${path}`
    : null;
}
