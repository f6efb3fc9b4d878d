import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "#db/types.ts";
import { anonymous } from "#server/core/actor.ts";
import type { InstallationState, Mode } from "#server/installation/model.ts";
import { readState } from "#server/installation/read.ts";

/** How long the listener goes by what it has read: an evaluation that moves to production is one for at most this long. */
const maxAgeMs = 1_000;
/** A database that has not answered for so long counts as away; shorter than that it may only have much to do. */
const hangsMs = 5_000;
/** A database that hangs must not make every request hang, the probes among them. */
const patienceMs = 500;

export type Watch = {
  mode: () => Promise<Mode>;
  /** A setup that was finished a moment ago counts at once: only "not yet" is asked again each time. */
  isSetUp: () => Promise<boolean>;
  /** Whether the database answers, as of the last second. */
  isAnswering: () => Promise<boolean>;
};

/**
 * The mode and how far the setup is, read anew once a second at most. While the database does not answer, what was last
 * known holds; before it ever has, production, the stricter one.
 */
export function watchInstallation(db: Db): Watch {
  let known: InstallationState = { mode: "production", isSetupFinished: true };
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;
  let began = 0;
  let isAnswering = true;
  const read = async () => {
    began = performance.now();
    try {
      known = await readState({ db, actor: anonymous, now: () => new Date() });
      isAnswering = true;
    } catch {
      isAnswering = false;
    }
    readAt = began;
    reading = null;
  };
  const current = async (maxAge: number) => {
    if (performance.now() - readAt > maxAge) {
      reading ??= read();
      await Promise.race([reading, sleep(patienceMs, undefined, { ref: false })]);
    }
    return known;
  };
  return {
    mode: async () => (await current(maxAgeMs)).mode,
    isAnswering: async () => {
      await current(maxAgeMs);
      return isAnswering && (reading === null || performance.now() - began < hangsMs);
    },
    isSetUp: async () => (await current(maxAgeMs)).isSetupFinished || (await current(0)).isSetupFinished,
  };
}
