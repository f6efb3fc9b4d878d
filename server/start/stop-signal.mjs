import { followParent } from "./follow-parent.mjs";

/** Aborted when this process is asked to end, or when npm (or the older Node) that started it is gone. */
export function stopSignal() {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stop.abort());
  if (process.env.npm_lifecycle_event || process.env.MILEPOST_REEXECUTED) followParent(() => stop.abort());
  // Output that nobody reads any more must not end us before all else has ended.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  return stop.signal;
}
