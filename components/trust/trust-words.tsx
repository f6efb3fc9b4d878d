import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import type { TrustState } from "#server/trust/model.ts";

export type Looked = {
  state: TrustState | null;
  confirmedAt: Date | null;
  confirmedBy: string | null;
  changedAt: Date | null;
  appearedAt: Date;
};

const tones: Record<TrustState, StatusTone> = { fresh: "success", fading: "neutral", stale: "warning" };

/** "Confirmed 3 weeks ago by Ana", or since when nobody has looked: evidence, never a figure. */
export function TrustWords({ looked }: { looked: Looked }) {
  return looked.state === null ? null : (
    <Status tone={tones[looked.state]}>
      <LookedWords looked={looked} />
    </Status>
  );
}

/** The same as running words. */
export function LookedWords({ looked }: { looked: Looked }) {
  const { state, confirmedAt, confirmedBy, changedAt, appearedAt } = looked;
  if (confirmedAt)
    return (
      <>
        {state === "fresh" ? "Confirmed " : "Last confirmed "}
        <RelativeTime at={confirmedAt} />
        {confirmedBy ? ` by ${confirmedBy}` : null}
      </>
    );
  return (
    <>
      {changedAt ? "Never confirmed, changed " : "Never confirmed, added "}
      <RelativeTime at={changedAt ?? appearedAt} />
    </>
  );
}
