const key = "milepost_recent";
const kept = 6;

/**
 * What was opened last from the search, by this browser alone and until it is closed. References only: names come from the
 * server, which shows them to whoever may see them.
 */
export function readRecent(): string[] {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(key) ?? "[]");
    return Array.isArray(stored) ? stored.filter((ref) => typeof ref === "string").slice(0, kept) : [];
  } catch {
    return [];
  }
}

export function rememberRecent(ref: string): void {
  const refs = [ref, ...readRecent().filter((other) => other !== ref)].slice(0, kept);
  try {
    sessionStorage.setItem(key, JSON.stringify(refs));
  } catch {
    // A browser that stores nothing has no recent entries.
  }
}
