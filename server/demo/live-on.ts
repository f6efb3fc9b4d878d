import { addDays } from "#db/seed/calendar.ts";
import { readHistory } from "#db/seed/history.ts";
import type { HistoryEvent } from "#db/seed/history-events.ts";
import type { Ctx } from "#server/core/context.ts";
import type { Keyring } from "#server/core/keyring.ts";
import { wakeInbox } from "#server/github/wake-inbox.ts";
import { type DemoRecord, readDemo } from "./demo-record.ts";
import { ensureDemoSecret, sendHistory } from "./send-history.ts";

const mostEvents = 500;
const mostDays = 30;

/**
 * Lets the demo organisation live on up to now: what happened since the last time is sent, at most 30 days and 500
 * events of it, so that a portal that was off for long catches up in several runs. Returns how many were sent.
 */
export async function liveOn(ctx: Ctx, input: { keyring: Keyring }): Promise<number> {
  const { state, record } = await readDemo(ctx);
  if (state !== "loaded" || !record) return 0;
  const from = record.livedUntil ?? record.loadedAt;
  const until = new Date(Math.min(ctx.now().getTime(), addDays(from, mostDays).getTime()));
  if (until <= from) return 0;
  const missed = readHistory(record.loadedAt, until).filter((event) => event.at > from);
  const events = firstOf(missed);
  const isAll = events.length === missed.length;
  const livedUntil = isAll ? until : (events.at(-1)?.at ?? until);
  const next: DemoRecord = { ...record, livedUntil };
  const secret = await ensureDemoSecret(ctx, input.keyring, "loaded");
  await sendHistory(ctx, secret, { events, state: "loaded", next });
  if (events.length > 0) await wakeInbox(ctx);
  return events.length;
}

/** Events of one moment stay together: the next run goes on after that moment. */
function firstOf(missed: readonly HistoryEvent[]): readonly HistoryEvent[] {
  const last = missed[mostEvents - 1];
  if (!last) return missed;
  return missed.filter((event, index) => index < mostEvents || event.at.getTime() === last.at.getTime());
}
