/** What a child tells the starter over the IPC channel. */
export type ChildMessage =
  | { type: "listening"; port: number }
  | { type: "ready" }
  | { type: "failed"; reason: string };

/** Says it to the starter; a process that was started by hand has none, and says nothing. */
export function tellStarter(message: ChildMessage): void {
  if (process.connected) process.send?.(message);
}

/**
 * Calls `stop` once, when the process is asked to end or the starter is gone: nothing outlives the starter,
 * however it dies, because the channel breaks with it.
 */
export function onStop(stop: () => void): void {
  let isCalled = false;
  const once = () => {
    if (isCalled) return;
    isCalled = true;
    stop();
  };
  process.on("SIGTERM", once);
  process.on("SIGINT", once);
  process.on("disconnect", once);
}
