import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** Resolves when `GET /api/health/ready` answers 200; rejects with the signal's reason when it is aborted. */
export async function waitUntilReady(address: string, stop: AbortSignal): Promise<void> {
  const url = new URL("/api/health/ready", address);
  while ((await statusOf(url)) !== 200) await sleep(50, undefined, { signal: stop });
}

function statusOf(url: URL): Promise<number | null> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: 5000 }, (response) => {
      response.resume();
      resolve(response.statusCode ?? null);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(null));
  });
}
