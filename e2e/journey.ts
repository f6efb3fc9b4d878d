import {
  type APIRequestContext,
  type Browser,
  type BrowserContext,
  test as base,
  expect,
  type Page,
} from "@playwright/test";
import { aliveAtOnce, untilAlive } from "./alive.ts";

export { expect };

export type JourneyPortal = { address: string; dataDir: string; webhookSecret: string };

/** The demo people, as the sign-in page names them. "First day" belongs to the tour's journey alone. */
const people = {
  Developer: /^Developer/i,
  "First day": /^First[- ]day/i,
  "Team lead": /^Team lead/i,
  "Engineering leader": /^Engineering leader/i,
  "Platform engineer": /^Platform engineer/i,
  Admin: /^Admin/i,
};
export type DemoPerson = keyof typeof people;

export type SignedIn = {
  page: Page;
  context: BrowserContext;
  /** The Cookie header of this person. */
  cookie: string;
  /** tRPC as this person's browser would call it; answers with status, data or error. */
  call: (procedure: string, input?: unknown, kind?: "query" | "mutation") => Promise<CallAnswer>;
};
// biome-ignore lint/suspicious/noExplicitAny: what a procedure answers is for each journey to check
export type CallAnswer = { status: number; data: any; message: string | null };

type State = Awaited<ReturnType<BrowserContext["storageState"]>>;
type Fixtures = {
  /** A browser of its own in which this person is signed in and has seen the tour. */
  signedIn: (who: DemoPerson, options?: Parameters<Browser["newContext"]>[0]) => Promise<SignedIn>;
};
type WorkerFixtures = { portal: JourneyPortal; states: Map<DemoPerson, State> };

function readPortal(): JourneyPortal {
  const { MILEPOST_JOURNEY_ADDRESS, MILEPOST_JOURNEY_DATA, MILEPOST_JOURNEY_SECRET } = process.env;
  if (!MILEPOST_JOURNEY_ADDRESS || !MILEPOST_JOURNEY_DATA || !MILEPOST_JOURNEY_SECRET)
    throw new Error("No portal was started for the journeys: run them with npm run test:e2e");
  return {
    address: MILEPOST_JOURNEY_ADDRESS,
    dataDir: MILEPOST_JOURNEY_DATA,
    webhookSecret: MILEPOST_JOURNEY_SECRET,
  };
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the first parameter's pattern
  portal: [async ({}, use) => use(readPortal()), { scope: "worker" }],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the first parameter's pattern
  states: [async ({}, use) => use(new Map()), { scope: "worker" }],
  baseURL: async ({ portal }, use) => use(portal.address),
  page: async ({ page }, use) => use(aliveAtOnce(page)),
  signedIn: async ({ browser, portal, states }, use) => {
    const contexts: BrowserContext[] = [];
    const open = async (
      who: DemoPerson,
      options: Parameters<Browser["newContext"]>[0] = {},
    ): Promise<SignedIn> => {
      if (!states.has(who)) states.set(who, await signInOnce(browser, portal, who));
      const state = states.get(who)!;
      const context = await browser.newContext({ ...options, baseURL: portal.address, storageState: state });
      contexts.push(context);
      const cookie = state.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
      const page = aliveAtOnce(await context.newPage());
      return { page, context, cookie, call: makeCall(context.request, portal) };
    };
    await use(open);
    for (const context of contexts) await context.close();
  },
});

/** Chooses a person on the sign-in page and waits for what comes after it. */
export async function signInAs(page: Page, who: DemoPerson): Promise<void> {
  await page.getByRole("button", { name: people[who] }).click();
  await expect(page.getByRole("button", { name: /^Account of / })).toBeVisible();
  await untilAlive(page);
}

async function signInOnce(browser: Browser, portal: JourneyPortal, who: DemoPerson): Promise<State> {
  const context = await browser.newContext({ baseURL: portal.address });
  const page = aliveAtOnce(await context.newPage());
  await page.goto("/sign-in");
  await signInAs(page, who);
  if (who !== "First day")
    await makeCall(context.request, portal)("identity.finishTour", undefined, "mutation");
  const state = await context.storageState();
  await context.close();
  return state;
}

function makeCall(request: APIRequestContext, portal: JourneyPortal): SignedIn["call"] {
  return async (procedure, input, kind = "query") => {
    const path = `/api/trpc/${procedure}`;
    const json = JSON.stringify({ json: input });
    const response =
      kind === "query"
        ? await request.get(input === undefined ? path : `${path}?input=${encodeURIComponent(json)}`)
        : await request.post(path, {
            headers: { "content-type": "application/json", origin: portal.address },
            data: json,
          });
    const body = await response.json();
    return {
      status: response.status(),
      data: body.result?.data?.json,
      message: body.error?.json?.message ?? body.error?.message ?? null,
    };
  };
}

/** Waits until the page has its heading and nothing on it is loading any more. */
export async function untilLoaded(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  await expect(page.getByRole("status", { name: /^Loading/ })).toHaveCount(0);
}
