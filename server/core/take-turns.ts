import { setImmediate as nextTurn } from "node:timers/promises";

/** So long may work go on before others of the process get their turn: requests, heartbeats, other jobs. */
const usualMs = 25;

/**
 * For long work without a pause of its own: the function that is returned is awaited between its parts, and lets others
 * run when `everyMs` have passed since they last could.
 */
export function takeTurns(everyMs = usualMs): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < everyMs) return;
    await nextTurn();
    since = performance.now();
  };
}
