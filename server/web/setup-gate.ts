import type { Refusal } from "./guard.ts";

/** What answers before the setup is finished: the setup itself, sign-in for its first admin, probes, signed webhooks, metrics for a token. */
export const setupPath = "/setup";
const openPaths = [setupPath, "/milepost.svg", "/favicon.ico", "/metrics"];
const openFolders = ["/_next/", "/api/auth/", "/api/health/", "/api/setup/", "/api/webhooks/"];
const openProcedures = /^(setup\.\w+|installation\.current)$/;

/** True for what may be asked of a portal whose setup is not finished. */
export function isOpenBeforeSetup(path: string): boolean {
  if (openPaths.includes(path) || openFolders.some((folder) => path.startsWith(folder))) return true;
  if (!path.startsWith("/api/trpc/")) return false;
  // One call may name several procedures.
  const names = path.slice("/api/trpc/".length).split(",");
  return names.every((name) => openProcedures.test(name));
}

export const notSetUp: Refusal = {
  status: 503,
  code: "unavailable",
  message: "This portal is not set up yet: open /setup with the setup token",
};
