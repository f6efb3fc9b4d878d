import { and, eq, gt, isNull } from "drizzle-orm";
import { installation } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { sha256 } from "#server/core/crypto.ts";
import { setupSessionHours } from "#server/installation/model.ts";
import { cookieName, readCookie, writeCookie } from "./cookie.ts";

/** Shown by the browser in which the setup token was entered. */
export const setupCookieName = (): string => cookieName("milepost_setup");

export const readSetupCookie = (header: string | null | undefined): string | null =>
  readCookie(header, setupCookieName());

export const writeSetupCookie = (session: string | null): string =>
  writeCookie(setupCookieName(), session, setupSessionHours * 3_600);

/**
 * True when this is the session of the browser that showed the setup token last, and the setup is still going on. Found by
 * its hash: nothing of the secret itself is compared.
 */
export async function isSetupSession(db: Db, session: string | null, now: Date): Promise<boolean> {
  if (!session) return false;
  const rows = await db
    .select({ id: installation.id })
    .from(installation)
    .where(
      and(
        eq(installation.mode, "production"),
        eq(installation.setupSessionHash, sha256(session)),
        gt(installation.setupSessionExpiresAt, now),
        isNull(installation.setupFinishedAt),
      ),
    );
  return rows.length > 0;
}
