/**
 * The address that a request asks for; null when it cannot be read: no address at all, a `%` sequence that is no text, or a
 * NUL, which no name in the portal has and PostgreSQL refuses.
 */
export function readAddress(path: string | undefined, host: string | undefined): URL | null {
  const url = URL.parse(path ?? "/", `http://${host ?? "localhost"}`);
  if (!url) return null;
  try {
    const decoded = decodeURIComponent(url.pathname) + decodeURIComponent(url.search.replaceAll("+", " "));
    return decoded.includes("\u0000") ? null : url;
  } catch {
    return null;
  }
}
