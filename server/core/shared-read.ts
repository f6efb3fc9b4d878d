import type { Db } from "#db/types.ts";

type Flight = { running: Promise<unknown>; next: Promise<unknown> | null; began: number };

/** One that has not landed by then may never: nobody waits for it any longer. */
const longestMs = 10_000;

const flights = new WeakMap<Db, Map<string, Flight>>();

/**
 * One read for all who ask for the same at the same time. It always begins after the asking, so nobody gets an answer
 * from before: who comes while one is under way shares the one that follows it. What is read must depend on the key and
 * the database alone.
 */
export function sharedRead<T>(db: Db, key: string, read: () => Promise<T>): Promise<T> {
  const own = flights.get(db) ?? new Map<string, Flight>();
  flights.set(db, own);
  const flight = own.get(key);
  if (!flight || performance.now() - flight.began > longestMs) return begin(own, key, read);
  const then = () => {
    if (own.get(key) === flight) own.delete(key);
    return begin(own, key, read);
  };
  flight.next ??= flight.running.then(then, then);
  return flight.next as Promise<T>;
}

function begin<T>(own: Map<string, Flight>, key: string, read: () => Promise<T>): Promise<T> {
  const running = read();
  const flight: Flight = { running, next: null, began: performance.now() };
  own.set(key, flight);
  const land = () => {
    // With somebody waiting the next one takes its place.
    if (flight.next === null && own.get(key) === flight) own.delete(key);
  };
  running.then(land, land);
  return running;
}
