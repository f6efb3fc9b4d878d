import type { Asked } from "#components/delivery/evidence/evidence-link.tsx";

/** What the address of a page of figures says; the names are those of the REST calls. `to` is the day after the last. */
export type FiguresState = {
  days: number;
  from: string | null;
  to: string | null;
  exclusions: boolean;
  bots: boolean;
  ownership: "now" | "then";
};

/** Windows that are offered by name; of large scopes their figures are kept ready. */
export const offeredDays = [28, 90, 182, 365] as const;
const usual = 90;
const longest = 731;
const dayMs = 86_400_000;

type Search = Readonly<Record<string, string | string[] | undefined>>;

const isDay = (text: unknown): text is string =>
  typeof text === "string" && /^\d{4}-\d{2}-\d{2}$/.test(text) && dayAfter(dayAfter(text, 1), -1) === text;

/** "2026-03-01" and 1: "2026-03-02". Text that is no day answers with an empty text. */
export function dayAfter(day: string, count: number): string {
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) ? "" : new Date(at + count * dayMs).toISOString().slice(0, 10);
}

/** Why two days make no window; null where they do. `to` is the day after the last. */
export function windowRefusal(from: string, to: string): string | null {
  if (!isDay(from) || !isDay(to)) return "Choose the first and the last day";
  const length = (Date.parse(to) - Date.parse(from)) / dayMs;
  if (length < 1) return "The last day lies before the first";
  return length > longest ? `A window has at most ${longest} days` : null;
}

/** Reads an address; what does not fit is passed over, so that a stale or mistyped link still opens the page. */
export function figuresState(search: Search): FiguresState {
  const days = Number(search.days);
  const { from, to } = search;
  const hasOwn = isDay(from) && isDay(to) && windowRefusal(from, to) === null;
  return {
    days: Number.isInteger(days) && days >= 1 && days <= longest ? days : usual,
    from: hasOwn ? from : null,
    to: hasOwn ? to : null,
    exclusions: search.exclusions !== "false",
    bots: search.bots !== "false",
    ownership: search.ownership === "then" ? "then" : "now",
  };
}

/** What an address asks for and does not get, in a sentence; null where all of it fits. */
export function addressRefusal({ days, from, to }: Search, state: FiguresState): string | null {
  if ((from !== undefined || to !== undefined) && state.from === null)
    return isDay(from) && isDay(to)
      ? windowRefusal(from, to)
      : "Its days are not two days such as 2026-03-01 and 2026-04-01";
  if (days !== undefined && state.from === null && Number(days) !== state.days)
    return `Its number of days is not between 1 and ${longest}`;
  return null;
}

/** The search part of an address in this state; what is usual is left out. */
export function figuresSearch(state: FiguresState): URLSearchParams {
  const params = new URLSearchParams();
  if (state.from && state.to) {
    params.set("from", state.from);
    params.set("to", state.to);
  } else if (state.days !== usual) params.set("days", String(state.days));
  if (!state.exclusions) params.set("exclusions", "false");
  if (!state.bots) params.set("bots", "false");
  if (state.ownership === "then") params.set("ownership", "then");
  return params;
}

export function figuresHref(base: string, state: FiguresState, more: Record<string, string> = {}): string {
  const params = figuresSearch(state);
  for (const [name, value] of Object.entries(more)) params.set(name, value);
  return params.size > 0 ? `${base}?${params}` : base;
}

/** What the procedures are asked: the same object for prefetching and for reading, so that both name one answer. */
export function askedOf(scope: Asked["scope"], state: FiguresState): Asked {
  const window = state.from && state.to ? { from: state.from, to: state.to } : { days: state.days };
  return {
    scope,
    ...window,
    exclusions: state.exclusions,
    bots: state.bots,
    ownership: scope.kind === "team" ? state.ownership : "now",
  };
}

/** The same question as a file. */
export function csvHref(
  file: "figures" | "weeks" | "distribution" | "services",
  asked: Asked,
  more: Record<string, string> = {},
): string {
  const { scope, ...rest } = asked;
  const params = new URLSearchParams({ scope: scope.kind, ...("ref" in scope ? { ref: scope.ref } : {}) });
  for (const [name, value] of Object.entries({ ...rest, ...more }))
    if (value !== undefined) params.set(name, String(value));
  return `/api/v1/delivery/${file}.csv?${params}`;
}
