/**
 * The address that a request asks for, below the public one where that is known; null when it cannot be read: no path, a
 * path that names another host, a `%` sequence that is no text, or a NUL, which no name in the portal has and PostgreSQL
 * refuses.
 */
export function readAddress(
  path: string | undefined,
  host: string | undefined,
  publicUrl?: string,
): URL | null {
  const base = URL.parse(publicUrl ? new URL(publicUrl).origin : `http://${host ?? "localhost"}`);
  if (!base || !path?.startsWith("/")) return null;
  const url = URL.parse(path, base);
  // "//elsewhere/x" and "/\elsewhere/x" are addresses of other hosts.
  if (!url || url.origin !== base.origin) return null;
  try {
    const decoded = decodeURIComponent(url.pathname) + decodeURIComponent(url.search.replaceAll("+", " "));
    return decoded.includes("\u0000") ? null : url;
  } catch {
    return null;
  }
}
