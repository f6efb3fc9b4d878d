import { sessionMaxDays } from "#server/identity/model.ts";

export const sessionCookie = "milepost_session";

/** The session's token in a Cookie header; null when there is none. Only our own alphabet is let through. */
export function readSessionCookie(header: string | null | undefined): string | null {
  for (const part of (header ?? "").split(";")) {
    const [name, value] = part.trim().split("=", 2);
    if (name === sessionCookie && value && /^[\w-]{20,100}$/.test(value)) return value;
  }
  return null;
}

/** SameSite=Lax keeps links from a chat working; writes also need the exact Origin. */
export function writeSessionCookie(token: string | null, options: { isSecure: boolean }): string {
  const life = token ? `Max-Age=${sessionMaxDays * 86_400}` : "Max-Age=0";
  return `${sessionCookie}=${token ?? ""}; Path=/; HttpOnly; SameSite=Lax; ${life}${options.isSecure ? "; Secure" : ""}`;
}
