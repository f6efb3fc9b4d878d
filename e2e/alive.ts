import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "@playwright/test";

const patienceMs = 20_000;

/**
 * The same page, alive whenever it was opened, read anew or gone back to: it comes as ready HTML, and a press, a key or a
 * letter before its program listens would be lost. A person does it again; a journey would wait in vain.
 */
export function aliveAtOnce(page: Page): Page {
  const goto = page.goto.bind(page);
  const reload = page.reload.bind(page);
  const goBack = page.goBack.bind(page);
  page.goto = async (...asked) => {
    const answer = await goto(...asked);
    await untilAlive(page);
    return answer;
  };
  page.reload = async (...asked) => {
    const answer = await reload(...asked);
    await untilAlive(page);
    return answer;
  };
  page.goBack = async (...asked) => {
    const answer = await goBack(...asked);
    await untilAlive(page);
    return answer;
  };
  return page;
}

/** To be waited for where the browser itself went to another page: after a sign-in, say. What never comes alive fails later. */
export async function untilAlive(page: Page): Promise<void> {
  const endsAt = performance.now() + patienceMs;
  // It throws where the browser goes on to another page meanwhile.
  while (!(await page.evaluate(isAlive).catch(() => false))) {
    if (performance.now() > endsAt) return;
    await sleep(20);
  }
}

/** In the browser: React has taken over all that can be pressed or filled in, and nothing is left to do. */
async function isAlive(): Promise<boolean> {
  // Pages of others: of a provider, for one.
  if (!document.querySelector('script[src*="/_next/"]')) return document.readyState === "complete";
  const ofReact = (node: Node, name: string) => {
    const key = Object.keys(node).find((one) => one.startsWith(name));
    return key ? (node as unknown as Record<string, object>)[key] : undefined;
  };
  if (!ofReact(document, "__reactContainer$")) return false;
  for (const node of document.querySelectorAll("button, input, select, textarea, a[href]")) {
    let at: Element | null = node;
    while (at && !ofReact(at, "__reactProps$")) at = at.parentElement;
    // Documentation is HTML as it was stored, within an element of React's.
    if (!at || (at !== node && !("dangerouslySetInnerHTML" in (ofReact(at, "__reactProps$") ?? {}))))
      return false;
  }
  await new Promise((resolve) => requestIdleCallback(resolve, { timeout: 2_000 }));
  return true;
}
