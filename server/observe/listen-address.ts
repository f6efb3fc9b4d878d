/**
 * Reads `host:port`, `[::1]:port`, `:port` (all addresses) or `port` (this machine only).
 * Null when it is none of these.
 */
export function readListenAddress(text: string): { host: string; port: number } | null {
  const found = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]*)):)?(\d{1,5})$/.exec(text.trim());
  if (!found) return null;
  const port = Number(found[3]);
  const host = found[1] ?? found[2] ?? "127.0.0.1";
  return port <= 65_535 ? { host: host === "" ? "::" : host, port } : null;
}
