import "server-only";

/**
 * Waits for what a page prefetches, but no longer than 50 ms: a quick answer is in the first HTML, a slow one streams in after it.
 * What fails is asked again by the browser, where it can be shown; so nothing is thrown here.
 */
export async function settleSoon(...prefetches: Promise<unknown>[]): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, 50);
  });
  await Promise.race([Promise.allSettled(prefetches), limit]);
  clearTimeout(timer);
}
