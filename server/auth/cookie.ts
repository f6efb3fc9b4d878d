import { sessionMaxDays } from "#server/identity/model.ts";

/** True where the portal's public address is https: then cookies are Secure and carry the prefix that browsers guard. */
export const isSecurePortal = (): boolean => /^https:/i.test(process.env.MILEPOST_URL ?? "");

/**
 * `__Host-` makes a browser take the cookie over https from this very host alone, for all paths, so that neither a
 * sibling domain nor a network can plant one (RFC 6265bis 4.1.3.2).
 */
export const cookieName = (name: string, isSecure = isSecurePortal()): string =>
  isSecure ? `__Host-${name}` : name;

export const sessionCookieName = (isSecure = isSecurePortal()): string =>
  cookieName("milepost_session", isSecure);
/** Binds a sign-in that is under way to the browser that began it. */
export const attemptCookieName = (isSecure = isSecurePortal()): string =>
  cookieName("milepost_sign_in", isSecure);

const attemptMinutes = 10;

/** A cookie's value; null when there is none. Only our own alphabet is let through. */
export function readCookie(header: string | null | undefined, wanted: string): string | null {
  for (const part of (header ?? "").split(";")) {
    const [name, value] = part.trim().split("=", 2);
    if (name === wanted && value && /^[\w-]{20,100}$/.test(value)) return value;
  }
  return null;
}

export const readSessionCookie = (header: string | null | undefined): string | null =>
  readCookie(header, sessionCookieName());
export const readAttemptCookie = (header: string | null | undefined): string | null =>
  readCookie(header, attemptCookieName());

/** SameSite=Lax keeps links from a chat working, and the way back from a provider; writes also need the exact Origin. */
export function writeCookie(name: string, value: string | null, seconds: number): string {
  const life = `Max-Age=${value === null ? 0 : seconds}`;
  return `${name}=${value ?? ""}; Path=/; HttpOnly; SameSite=Lax; ${life}${isSecurePortal() ? "; Secure" : ""}`;
}

export const writeSessionCookie = (token: string | null): string =>
  writeCookie(sessionCookieName(), token, sessionMaxDays * 86_400);
export const writeAttemptCookie = (token: string): string =>
  writeCookie(attemptCookieName(), token, attemptMinutes * 60);
