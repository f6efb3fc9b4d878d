import { type Browser, type BrowserContext, chromium, type Page } from "@playwright/test";

export type PageFigures = {
  runs: number;
  visibleMs: number;
  visibleFromMs: number;
  visibleToMs: number;
  firstPaintMs: number;
  /**
   * When a frame with the content was handed to the screen, by the page's own clock. `visibleMs` is what the driver
   * sees, which looks after 0, 20, 70, 170, 270 and 770 ms: it is never less, and often 100 to 500 ms more.
   */
  paintedMs: number;
  /** Compressed, without headers; and with them, as Backstage's figure is. */
  scriptKb: number;
  scriptWireKb: number;
  scriptFiles: number;
  requests: number;
  wireKb: number;
};

type Load = Omit<PageFigures, "runs" | "visibleFromMs" | "visibleToMs">;

type Subject = {
  address: string;
  path: string;
  /** Signs in on a page that shows the sign-in page; kept for all runs. */
  signIn: (page: Page) => Promise<void>;
  /** Resolves when the content that counts is to be seen. */
  untilVisible: (page: Page) => Promise<void>;
};

/** Loads a page with nothing in the cache, several times; the median of each figure. Bytes as they came over the wire. */
export async function measurePage(
  subject: Subject,
  runs: number,
  executablePath: string | null,
): Promise<PageFigures> {
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: ["--disable-gpu", "--disable-quic", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
  });
  try {
    const state = await signInOnce(browser, subject);
    const loads: Load[] = [];
    for (let run = 0; run < runs; run += 1) {
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        storageState: state,
      });
      loads.push(await loadOnce(context, subject));
      await context.close();
    }
    return summarise(loads);
  } finally {
    await browser.close();
  }
}

async function signInOnce(browser: Browser, { address, signIn }: Subject) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(address);
  await signIn(page);
  const state = await context.storageState();
  await context.close();
  return state;
}

async function loadOnce(context: BrowserContext, subject: Subject): Promise<Load> {
  const page = await context.newPage();
  await page.addInitScript(noteFirstLink);
  const traffic = await countTraffic(page);
  const began = performance.now();
  await page.goto(subject.address + subject.path, { waitUntil: "commit" });
  await subject.untilVisible(page);
  const visibleMs = performance.now() - began;
  await page.waitForLoadState("networkidle");
  const firstPaintMs = await page.evaluate(
    () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
  );
  const paintedMs = await page.evaluate(() => performance.getEntriesByName("rows-painted")[0]?.startTime);
  return {
    visibleMs,
    firstPaintMs,
    paintedMs: Math.max(paintedMs ?? Number.NaN, firstPaintMs),
    ...traffic(),
  };
}

/** Runs in the page before its own scripts: marks the frame after the one that holds the first link of a table. */
function noteFirstLink(): void {
  const look = () => {
    if (!document.querySelector("table a")) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => performance.mark("rows-painted")));
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { childList: true, subtree: true });
}

async function countTraffic(page: Page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const types = new Map<string, string>();
  const bytes = new Map<string, number>();
  const bodies = new Map<string, number>();
  session.on("Network.requestWillBeSent", ({ requestId, type, request }) => {
    if (!request.url.startsWith("data:")) types.set(requestId, type ?? "Other");
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) =>
    bytes.set(requestId, encodedDataLength),
  );
  session.on("Network.dataReceived", ({ requestId, encodedDataLength }) =>
    bodies.set(requestId, (bodies.get(requestId) ?? 0) + encodedDataLength),
  );
  const kilobytes = (ids: string[], of = bytes) =>
    Math.round(ids.reduce((sum, id) => sum + (of.get(id) ?? 0), 0) / 100) / 10;
  return () => {
    const scripts = [...types].filter(([, type]) => type === "Script").map(([id]) => id);
    return {
      scriptKb: kilobytes(scripts, bodies),
      scriptWireKb: kilobytes(scripts),
      scriptFiles: scripts.length,
      requests: types.size,
      wireKb: kilobytes([...types.keys()]),
    };
  };
}

function summarise(loads: readonly Load[]): PageFigures {
  const sorted = (name: keyof Load) => loads.map((load) => load[name]).sort((left, right) => left - right);
  const median = (name: keyof Load) =>
    Math.round((sorted(name)[Math.floor((loads.length - 1) / 2)] ?? Number.NaN) * 10) / 10;
  const times = sorted("visibleMs");
  return {
    runs: loads.length,
    visibleMs: median("visibleMs"),
    visibleFromMs: Math.round(times[0] ?? Number.NaN),
    visibleToMs: Math.round(times.at(-1) ?? Number.NaN),
    firstPaintMs: median("firstPaintMs"),
    paintedMs: median("paintedMs"),
    scriptKb: median("scriptKb"),
    scriptWireKb: median("scriptWireKb"),
    scriptFiles: median("scriptFiles"),
    requests: median("requests"),
    wireKb: median("wireKb"),
  };
}
