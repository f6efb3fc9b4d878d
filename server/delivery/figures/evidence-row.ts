import type { EvidenceRow } from "./evidence-page.ts";
import type { Stage } from "./model.ts";
import type { FiguresWindow } from "./window.ts";

/** As the database answers it; moments are text. */
export type RawEvidence = Omit<EvidenceRow, "at" | "reworkedAt" | "change" | "recovery"> & {
  pageAt: string;
  pageKey: string;
  at: string;
  reworkedAt: string | null;
  changeKey: string | null;
  pullRequest?: number | null;
  changeSha?: string;
  startedAt?: string;
  startedBy?: NonNullable<EvidenceRow["change"]>["startedBy"];
  leadSeconds?: number;
  wasClamped?: boolean;
  isBot?: boolean;
  isFailure: boolean;
  recoveredAt: string | null;
  detectedAt: string | null;
} & Partial<Record<Stage, number | null>>;

const moment = (text: string | null) => (text === null ? null : new Date(text));

export function toEvidenceRow(raw: RawEvidence, window: Pick<FiguresWindow, "now" | "asOf">): EvidenceRow {
  return {
    id: raw.id,
    serviceRef: raw.serviceRef,
    at: new Date(raw.at),
    environment: raw.environment,
    sha: raw.sha,
    ref: raw.ref,
    outcome: raw.outcome,
    kind: raw.kind,
    attribution: raw.attribution,
    attributionNote: raw.attributionNote,
    changeCount: raw.changeCount,
    isExcluded: raw.isExcluded,
    failState: raw.failState,
    reworkSigns: raw.reworkSigns,
    reworkedAt: moment(raw.reworkedAt),
    definition: raw.definition,
    change: toChange(raw),
    recovery: raw.isFailure ? toRecovery(raw, window) : null,
  };
}

function toChange(raw: RawEvidence): EvidenceRow["change"] {
  if (raw.changeKey === null) return null;
  const { coding, pickup, review, deploy } = raw;
  return {
    key: raw.changeKey,
    pullRequest: raw.pullRequest ?? null,
    sha: raw.changeSha ?? "",
    startedAt: new Date(raw.startedAt ?? raw.at),
    startedBy: raw.startedBy ?? "commit",
    leadSeconds: raw.leadSeconds ?? 0,
    stages:
      coding == null || pickup == null || review == null || deploy == null
        ? null
        : { coding, pickup, review, deploy },
    wasClamped: raw.wasClamped ?? false,
    isBot: raw.isBot ?? false,
  };
}

function toRecovery(
  raw: RawEvidence,
  { now, asOf }: Pick<FiguresWindow, "now" | "asOf">,
): NonNullable<EvidenceRow["recovery"]> {
  const recoveredAt = moment(raw.recoveredAt);
  const isOpen = recoveredAt === null || recoveredAt >= now.to;
  const end = isOpen ? asOf : recoveredAt;
  return {
    recoveredAt,
    detectedAt: moment(raw.detectedAt),
    seconds: Math.max(0, (end.getTime() - new Date(raw.at).getTime()) / 1000),
    isOpen,
  };
}
