import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { randomToken } from "#server/core/crypto.ts";
import { startPortal } from "#server/testing/portal.ts";

const demoPatienceMs = 300_000;

/** Starts one portal on the production build with its demo organisation; the answer ends it after the last journey. */
export default async function setUpPortal(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "milepost-journeys-"));
  // PostgreSQL's own user has to reach it where the journeys run as root; else its files would lie elsewhere, and stay.
  chmodSync(folder, 0o711);
  const secret = randomToken();
  const portal = await startPortal({
    dataDir: join(folder, "data"),
    environment: { GITHUB_WEBHOOK_SECRET: secret, LOG_LEVEL: "warn" },
  });
  const end = async () => {
    await portal.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await waitForDemo(portal.address);
  } catch (error) {
    await end();
    throw new Error(`${(error as Error).message}; the portal printed:\n${portal.output()}`);
  }
  process.env.MILEPOST_JOURNEY_ADDRESS = portal.address;
  process.env.MILEPOST_JOURNEY_DATA = portal.dataDir;
  process.env.MILEPOST_JOURNEY_SECRET = secret;
  return end;
}

type DemoAnswer = { result: { data: { json: { state: string; failure: string | null } } } };

async function waitForDemo(address: string): Promise<void> {
  const late = Date.now() + demoPatienceMs;
  for (;;) {
    const response = await fetch(`${address}/api/trpc/demo.state`);
    const { state, failure } = ((await response.json()) as DemoAnswer).result.data.json;
    if (state === "loaded") return;
    if (failure) throw new Error(`The demo organisation could not be loaded: ${failure}`);
    if (Date.now() > late)
      throw new Error(`The demo organisation was not loaded in ${demoPatienceMs / 1000} s`);
    await sleep(250);
  }
}
