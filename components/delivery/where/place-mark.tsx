import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import { type Place, type PlaceState, placeStateWords } from "#server/delivery/where/model.ts";

const tones: Readonly<Record<PlaceState, StatusTone>> = {
  live: "success",
  reverted: "warning",
  taken_back: "warning",
  waiting: "neutral",
  unknown: "info",
};

/** How a change stands in one environment, in a word. */
export function PlaceMark({ place }: { place: Pick<Place, "state" | "brokeAt"> }) {
  if (place.state === "live" && place.brokeAt) return <Status tone="danger">Live, reported broken</Status>;
  return <Status tone={tones[place.state]}>{placeStateWords[place.state]}</Status>;
}

/** Since when; what came before the oldest deployment that is known says so. */
export function PlaceSince({ place }: { place: Pick<Place, "since" | "isAtLeast"> }) {
  if (!place.since) return <span className="text-muted">–</span>;
  return (
    <span className="text-muted">
      {place.isAtLeast ? "before " : null}
      <RelativeTime at={place.since} />
    </span>
  );
}
