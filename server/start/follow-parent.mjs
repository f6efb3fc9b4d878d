// Loaded with --import into a build, too: a build whose starter is gone ends itself.
import { isMainThread } from "node:worker_threads";

const checkEveryMs = 500;

/** Calls `onLost` once when the process that started this one is gone: npm may be killed without a word. */
export function followParent(onLost) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onLost();
  }, checkEveryMs);
  timer.unref();
}

if (process.env.MILEPOST_FOLLOW_PARENT === "1" && isMainThread) followParent(() => process.exit(1));
