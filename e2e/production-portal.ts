import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startOpenidProvider, type TestProvider } from "#server/testing/openid-provider.ts";
import { findFreePort, startPortal } from "#server/testing/portal.ts";
import { makeVisitor } from "#server/testing/sign-in-journey.ts";

/** A portal in production whose setup is done, and the real provider at which its first admin, "ana", signs in. */
export type ProductionPortal = {
  address: string;
  dataDir: string;
  provider: TestProvider;
  output: () => string;
  end: () => Promise<void>;
};

/** Starts both; the provider comes from the environment, and the setup is gone through without a browser. */
export async function startProductionPortal(): Promise<ProductionPortal> {
  const folder = mkdtempSync(join(tmpdir(), "milepost-production-"));
  // PostgreSQL's own user has to reach it where the journeys run as root.
  chmodSync(folder, 0o755);
  const dataDir = join(folder, "data");
  const port = await findFreePort();
  const address = `http://127.0.0.1:${port}`;
  const provider = await startOpenidProvider([`${address}/api/auth/callback/openid`], { hasForms: true });
  const portal = await startPortal({
    dataDir,
    port,
    environment: {
      MILEPOST_MODE: "production",
      MILEPOST_URL: address,
      LOG_LEVEL: "warn",
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: provider.clientId,
      OIDC_CLIENT_SECRET: provider.clientSecret,
    },
  });
  const end = async () => {
    await portal.stop();
    await provider.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await finishSetup(address, readFileSync(join(dataDir, "setup-token"), "utf8").trim(), provider);
  } catch (error) {
    await end();
    throw new Error(`${(error as Error).message}; the portal printed:\n${portal.output()}`);
  }
  return { address, dataDir, provider, output: portal.output, end };
}

async function finishSetup(address: string, token: string, provider: TestProvider): Promise<void> {
  const visitor = makeVisitor();
  const must = async (answer: Promise<Response>) => {
    const response = await answer;
    if (!response.ok)
      throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
    return response;
  };
  await must(visitor.post(`${address}/api/setup/open`, { token }));
  const begun = await must(visitor.post(`${address}/api/setup/sign-in/openid`, {}));
  const { location } = (await begun.json()) as { location: string };
  const back = await throughForms(visitor, location, provider, `${address}/api/auth/callback/`);
  await visitor.get(back);
  for (const step of ["github", "time-zone", "secrets"])
    await must(visitor.post(`${address}/api/trpc/setup.answer`, { json: { step } }));
  await must(visitor.post(`${address}/api/trpc/setup.finish`, { json: null }));
}

/** Fills in the provider's own pages, as a browser would: its sign-in and its question whether the portal may. */
async function throughForms(
  visitor: ReturnType<typeof makeVisitor>,
  location: string,
  provider: TestProvider,
  stopAt: string,
): Promise<string> {
  let at = location;
  for (const fields of [{ prompt: "login", login: "ana", password: "x" }, { prompt: "consent" }]) {
    const page = await visitor.follow(at, stopAt);
    if (page.url.startsWith(stopAt)) return page.url;
    const action = /action="([^"]+)"/.exec(await page.response.text())?.[1] ?? "";
    const sent = await fetch(new URL(action, page.url), {
      method: "POST",
      body: new URLSearchParams(fields as Record<string, string>),
      headers: { cookie: visitor.cookie(provider.issuer) },
      redirect: "manual",
    });
    at = new URL(sent.headers.get("location") ?? "", page.url).href;
  }
  return (await visitor.follow(at, stopAt)).url;
}
