import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startPortal } from "../portal.ts";

/**
 * `npm run bench -- sign-in`: what knowing who asks adds to a page. The same small question is asked in turn with a demo
 * developer's cookie and without any, over one connection; the difference of the two is the look-up of session, person,
 * teams and limits. The catalogue's page stands beside it for scale.
 */
const rounds = Number(process.argv[process.argv.indexOf("--rounds") + 1]) || 2_000;
const goalMs = 30;
const question = "/api/trpc/installation.current";

const work = mkdtempSync(join(tmpdir(), "milepost-bench-sign-in-"));
const portal = await startPortal({ dataDir: join(work, "data"), environment: { LOG_LEVEL: "warn" } });
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
try {
  await waitForDemo();
  const cookie = await signIn();
  for (let round = 0; round < 200; round += 1) await ask(question, round % 2 ? cookie : null);
  const times = { without: [] as number[], with: [] as number[], page: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    times.without.push(await ask(question, null));
    times.with.push(await ask(question, cookie));
  }
  for (let round = 0; round < 100; round += 1) times.page.push(await ask("/catalog", cookie));
  report(times);
} finally {
  agent.destroy();
  await portal.stop();
  rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(0);

function ask(path: string, cookie: string | null): Promise<number> {
  const { hostname, port } = new URL(portal.address);
  const headers = cookie ? { cookie } : {};
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, headers, agent }, (answer) => {
      answer.resume();
      answer.on("end", () =>
        answer.statusCode === 200
          ? resolve(performance.now() - began)
          : reject(new Error(`${path} answered ${answer.statusCode}`)),
      );
    });
    sent.on("error", reject);
    sent.end();
  });
}

async function waitForDemo(): Promise<void> {
  for (;;) {
    const answer = await fetch(`${portal.address}/api/trpc/demo.state`);
    const { result } = (await answer.json()) as { result: { data: { json: { state: string } } } };
    if (result.data.json.state === "loaded") return;
    await sleep(250);
  }
}

/** As the first of the people on the sign-in page: a developer with a team. */
async function signIn(): Promise<string> {
  const page = await (await fetch(`${portal.address}/sign-in`)).text();
  const [personId] =
    /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(page.slice(page.indexOf("people"))) ?? [];
  const answer = await fetch(`${portal.address}/api/auth/demo`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: portal.address },
    body: JSON.stringify({ personId }),
  });
  const [cookie] = (answer.headers.getSetCookie()[0] ?? "").split(";");
  if (!answer.ok || !cookie) throw new Error(`Signing in answered ${answer.status}`);
  return cookie;
}

function report(times: { without: number[]; with: number[]; page: number[] }): void {
  const added = { p50: 0, p95: 0, p99: 0 };
  const rows = Object.entries(times).map(([name, all]) => {
    const sorted = all.toSorted((left, right) => left - right);
    const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
    return [name, { p50: at(0.5), p95: at(0.95), p99: at(0.99) }] as const;
  });
  const by = Object.fromEntries(rows);
  for (const share of ["p50", "p95", "p99"] as const)
    added[share] = (by.with?.[share] ?? 0) - (by.without?.[share] ?? 0);
  console.log(
    `${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, ${rounds} questions each way; times in ms`,
  );
  console.table({ ...by, added });
  console.log(`Goal: at most ${goalMs} ms added at p95: ${added.p95 <= goalMs ? "met" : "missed"}`);
}
