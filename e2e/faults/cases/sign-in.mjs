// 25: the identity provider changes its keys, is away, has another clock, or sends tokens that must not count.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { badTokens, client, skewed, startIdentityProvider } from "../identity-provider.mjs";
import { watch } from "../observer.mjs";
import { makeCluster } from "../postgres-server.mjs";
import { addPortal, canaries, checkAll } from "../stage.mjs";

/** A browser as far as a sign-in needs one: it follows redirects and keeps cookies. */
function makeBrowser() {
  const cookies = new Map();
  const get = async (url) => {
    const { host } = new URL(url);
    const kept = [...(cookies.get(host) ?? new Map())].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { redirect: "manual", headers: kept ? { cookie: kept } : {} });
    const jar = cookies.get(host) ?? new Map();
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name) jar.set(name, value);
    }
    cookies.set(host, jar);
    await answer.arrayBuffer();
    return answer;
  };
  return { get };
}

/** Goes through a sign-in; answers with the address at which it ended, and every address on the way. */
async function signIn(browser, address) {
  let url = `${address}/api/auth/sign-in/openid`;
  const way = [];
  for (let steps = 0; steps < 12; steps += 1) {
    const answer = await browser.get(url).catch((error) => ({ status: 0, headers: new Headers(), error }));
    way.push({ url, status: answer.status });
    const location = answer.headers.get("location");
    if (!location) break;
    url = new URL(location, url).href;
    if (url.startsWith(address) && !url.includes("/api/auth/")) break;
  }
  return { end: url, way };
}

const isIn = (browser, address) =>
  browser.get(`${address}/api/catalog/entities/by-query?limit=1`).then(({ status }) => status === 200);

async function untilSignedIn(address, problems, what) {
  const began = performance.now();
  for (;;) {
    const browser = makeBrowser();
    await signIn(browser, address);
    if (await isIn(browser, address)) break;
    if (performance.now() - began > 90_000) {
      problems.push(`No sign-in within 90 s after ${what}`);
      break;
    }
    await sleep(3000);
  }
  return (performance.now() - began) / 1000;
}

async function identityProvider({ open, root, folder }) {
  const cluster = join(`${folder}-own`, "postgres");
  const stage = await open({
    makeCluster: (port) => makeCluster(root, cluster, canaries.password, port),
    cluster,
  });
  const address = `http://127.0.0.1:${stage.port(3)}`;
  const provider = await startIdentityProvider(stage.port(5), `${address}/api/auth/callback/openid`);
  try {
    await addPortal(stage, "a", { environment: productionSettings(address, provider) });
    await watch(stage.sql);
    await stage.sql`update installation set setup_finished_at = now()`;
    return await breakProvider(stage, provider, address);
  } finally {
    await provider.stop();
  }
}

const productionSettings = (address, { issuer }) => ({
  MILEPOST_MODE: "production",
  MILEPOST_URL: address,
  OIDC_ISSUER: issuer,
  OIDC_CLIENT_ID: client.id,
  OIDC_CLIENT_SECRET: client.secret,
});

async function breakProvider(stage, provider, address) {
  const problems = [];
  const resident = makeBrowser();
  await signIn(resident, address);
  if (!(await isIn(resident, address)))
    throw new Error("An ordinary sign-in does not work: nothing was tried");
  const stays = async (what) => {
    if (!(await isIn(resident, address))) problems.push(`A session that was there ended ${what}`);
  };
  for (const [name, spoil] of Object.entries(badTokens)) {
    provider.spoil = spoil;
    const before = await sessionsOf(stage);
    const browser = makeBrowser();
    const { way } = await signIn(browser, address);
    if ((await isIn(browser, address)) || (await sessionsOf(stage)) > before)
      problems.push(`Let in with ${name}`);
    if (way.some(({ url, status }) => url.startsWith(address) && (status >= 500 || status === 0)))
      problems.push(`A token with ${name} was answered with an error page`);
  }
  await replay(provider, address, problems);
  for (const seconds of [-110, 110]) {
    provider.spoil = skewed(seconds);
    const browser = makeBrowser();
    await signIn(browser, address);
    if (!(await isIn(browser, address)))
      problems.push(`Not let in by a provider whose clock is off by ${seconds} s`);
  }
  provider.spoil = null;
  provider.rotate();
  const afterRotation = await untilSignedIn(address, problems, "the keys were rotated");
  await stays("when the provider rotated its keys");
  provider.rotate();
  provider.isDown = (path) => path.startsWith("/jwks");
  await refusedInTime(address, problems, "while the keys could not be read");
  await stays("while the keys could not be read");
  provider.isDown = () => true;
  await refusedInTime(address, problems, "while the provider was away");
  await stays("while the provider was away");
  provider.isDown = () => false;
  const afterOutage = await untilSignedIn(address, problems, "the provider came back");
  await stays("when the provider came back");
  problems.push(...(await checkAll(stage)));
  return {
    problems,
    seconds: Math.max(afterRotation, afterOutage),
    note: `rotation ${afterRotation.toFixed(1)} s`,
  };
}

const sessionsOf = async (stage) => (await stage.sql`select count(*)::int as count from sessions`)[0].count;

async function refusedInTime(address, problems, when) {
  const began = performance.now();
  const browser = makeBrowser();
  const { way } = await signIn(browser, address);
  if (await isIn(browser, address)) problems.push(`Let in ${when}`);
  const bad = way.find(({ url, status }) => url.startsWith(address) && (status >= 500 || status === 0));
  if (bad) problems.push(`An error ${bad.status} instead of a sentence ${when}`);
  const seconds = (performance.now() - began) / 1000;
  if (seconds > 20) problems.push(`A sign-in took ${seconds.toFixed(0)} s to be refused ${when}`);
}

/** The same answer of the provider counts once, and in the browser that asked alone. */
async function replay(provider, address, problems) {
  provider.spoil = null;
  const browser = makeBrowser();
  const { way } = await signIn(browser, address);
  const back = way.find(({ url }) => url.includes("/api/auth/callback/"))?.url;
  if (!back) return problems.push("The provider never sent the browser back");
  const thief = makeBrowser();
  await thief.get(back);
  if (await isIn(thief, address)) problems.push("A used code let another browser in");
  const forged = new URL(back);
  forged.searchParams.set("state", "another-state-that-nobody-asked-for");
  const other = makeBrowser();
  await other.get(forged.href);
  if (await isIn(other, address)) problems.push("Another state let a browser in");
}

export const signInCases = [
  {
    number: "25",
    title: "the identity provider: rotated keys, away, other clock, bad tokens",
    goalSeconds: 60,
    run: identityProvider,
  },
];
