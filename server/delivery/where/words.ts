import type { Place, ServicePlaces } from "./model.ts";

/**
 * One line for a service, production first: "checkout: production-eu since 21 Nov 14:03, production-us waiting". Times are
 * in this time zone.
 */
export function placesLine({ name, places }: ServicePlaces, timeZone: string): string {
  if (places.length === 0) return `${name}: nothing was deployed in the last months`;
  return `${name}: ${places.map((place) => placeWords(place, timeZone)).join(", ")}`;
}

export function placeWords(place: Place, timeZone: string): string {
  const since = place.since ? momentWords(place.since, timeZone) : null;
  switch (place.state) {
    case "live":
      return `${place.environment} since ${place.isAtLeast ? "before " : ""}${since}`;
    case "reverted":
      return `${place.environment} reverted since ${since}`;
    case "taken_back":
      return `${place.environment} rolled back ${since}`;
    case "unknown":
      return `${place.environment} not known`;
    case "waiting":
      return `${place.environment} waiting`;
  }
}

/** "21 Nov 2026, 14:03". */
export function momentWords(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone,
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(at);
}
