import { setTimeout as sleep } from "node:timers/promises";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import type { RawDelivery } from "./raw-delivery.ts";
import { verifyDelivery } from "./receive-delivery.ts";
import { keyOf, type Stored, storeDeliveries, storeNew, type VerifiedDelivery } from "./store-deliveries.ts";
import type { WebhookSecret } from "./webhook-secrets.ts";

/** So many transactions at a time; what comes meanwhile waits for the next one, which takes all of it. */
const mostAtOnce = 2;
/** Their senders were told long before that it is not stored; should it be after all, sending again changes nothing. */
const longestMs = 20_000;
const mostRows = 100;
const mostBytes = 4_000_000;

type Waiting = {
  delivery: VerifiedDelivery;
  resolve: (stored: Stored) => void;
  reject: (error: unknown) => void;
};

export type Receive = (secrets: readonly WebhookSecret[], delivery: RawDelivery) => Promise<Stored>;

/**
 * As `receiveDelivery`, with one transaction for those that come at the same time: alone, each would pay for its own round
 * trips and its own wait for the disk. A single webhook waits for nobody. Each promise resolves after the commit.
 */
export function makeTogetherReceiver(ctx: Ctx): Receive {
  const waiting: Waiting[] = [];
  let running = 0;

  const begin = () => {
    while (running < mostAtOnce && waiting.length > 0) {
      running += 1;
      const stored = storeAll(ctx, takeBatch(waiting));
      // What a crash of the database has swallowed may never come to an end; others must not wait for it.
      void Promise.race([stored, sleep(longestMs, undefined, { ref: false })]).finally(() => {
        running -= 1;
        begin();
      });
    }
  };

  return async (secrets, delivery) => {
    const verified = verifyDelivery(secrets, delivery, ctx.now());
    return new Promise<Stored>((resolve, reject) => {
      waiting.push({ delivery: verified, resolve, reject });
      begin();
    });
  };
}

function takeBatch(waiting: Waiting[]): Waiting[] {
  let bytes = 0;
  let count = 0;
  for (const { delivery } of waiting) {
    bytes += delivery.body.byteLength;
    if (count > 0 && (count >= mostRows || bytes > mostBytes)) break;
    count += 1;
  }
  return waiting.splice(0, count);
}

/** Never throws. In the order of their keys, so that two transactions with the same ones do not wait in a circle. */
async function storeAll(ctx: Ctx, batch: readonly Waiting[]): Promise<void> {
  const sorted = batch.toSorted((left, right) => compare(left.delivery, right.delivery));
  try {
    const fresh = await storeNew(
      ctx,
      sorted.map(({ delivery }) => delivery),
    );
    // Of two with one key the first was stored; the other is looked at beside it.
    const taken = sorted.filter(({ delivery, resolve }) => {
      const id = fresh.get(keyOf(delivery));
      if (id === undefined) return true;
      fresh.delete(keyOf(delivery));
      resolve({ status: "stored", id });
      return false;
    });
    await storeTaken(ctx, taken);
  } catch (error) {
    if (batch.length === 1 || !isAboutRows(error)) for (const { reject } of batch) reject(error);
    // One that the database refuses must not keep its neighbours out.
    else for (const one of sorted) await storeAll(ctx, [one]);
  }
}

/** Those whose key is taken: repetitions, and other bodies under the same key. */
async function storeTaken(ctx: Ctx, taken: readonly Waiting[]): Promise<void> {
  if (taken.length === 0) return;
  const stored = await inTransaction(ctx, (tx) =>
    storeDeliveries(
      tx,
      taken.map(({ delivery }) => delivery),
    ),
  );
  for (const [place, one] of taken.entries()) {
    const told = stored[place];
    if (told) one.resolve(told);
    else one.reject(new Error("A webhook was neither stored nor known"));
  }
}

const compare = (left: VerifiedDelivery, right: VerifiedDelivery) =>
  left.hookKey < right.hookKey || (left.hookKey === right.hookKey && left.guid < right.guid) ? -1 : 1;

/** Values that a column refuses (classes 22 and 23 of SQLSTATE), and waits in a circle; not a database that is away. */
function isAboutRows(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown };
    if (typeof code === "string" && /^(2[23]...|40P01)$/.test(code)) return true;
  }
  return false;
}
