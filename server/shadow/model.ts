import type { Refusal } from "#server/core/refusal.ts";

/**
 * What the comparison says of one entry: the same on both sides; with other fields or relations; only in Backstage; only
 * here; or made by Backstage for its own use, which nobody misses.
 */
export const shadowVerdicts = ["equal", "different", "missing", "extra", "internal"] as const;
export type ShadowVerdict = (typeof shadowVerdicts)[number];

export const verdictWords: Readonly<Record<ShadowVerdict, string>> = {
  equal: "The same",
  different: "Different",
  missing: "Missing here",
  extra: "Only here",
  internal: "Backstage's own",
};

/** A field by its path; the values as JSON, cut at 200 characters, null where the side has none. */
export type FieldDifference = { path: string; theirs: string | null; ours: string | null };
export type RelationDifference = { type: string; targetRef: string; side: "missing" | "extra" };

export type ShadowState = "waiting" | "running" | "done" | "failed" | "cancelled";
export type ShadowPhase = "listing" | "fetching" | "comparing";

export const phaseWords: Readonly<Record<ShadowPhase, string>> = {
  listing: "Listing Backstage's entries",
  fetching: "Fetching what changed",
  comparing: "Comparing",
};

/** What something of Backstage is here: works as it does there, is shown as a link, or is kept without being used yet. */
export type Becomes = "works" | "link" | "kept";
export const becomesWords: Readonly<Record<Becomes, string>> = {
  works: "Works here",
  link: "Shown as a link",
  kept: "Kept, not used yet",
};

export type AnnotationUse = {
  key: string;
  plugin: string;
  entities: number;
  becomes: Becomes;
  words: string;
};

export type KindUse = { kind: string; entities: number; equal: number; different: number; missing: number };

export type LocationUse = {
  /** As Backstage names it: `url:https://…`. */
  origin: string;
  entities: number;
  missing: number;
  isRegistered: boolean;
  /** What to register here; null where Backstage alone can read it (a file of its own machine, a provider). */
  address: string | null;
};

export type ShadowSummary = {
  entities: Record<ShadowVerdict, number> & { theirs: number };
  relations: { theirs: number; equal: number; missing: number; extra: number };
  kinds: KindUse[];
  /** Which fields differ most often. */
  fields: { path: string; entities: number }[];
  annotations: AnnotationUse[];
  templates: { count: number; actions: { action: string; templates: number }[] };
  locations: LocationUse[];
};

export type ShadowReport = {
  connection: {
    id: string;
    address: string;
    ca: string | null;
    privateRanges: readonly string[];
    hasToken: boolean;
  };
  state: ShadowState;
  phase: ShadowPhase | null;
  done: number;
  total: number;
  startedAt: Date | null;
  failure: string | null;
  readAt: Date | null;
  summary: ShadowSummary | null;
};

export type ShadowOverview = {
  report: ShadowReport | null;
  may: { manage: Refusal | null; read: Refusal | null };
};

export type ShadowEntity = {
  ref: string;
  kind: string;
  verdict: ShadowVerdict;
  fields: FieldDifference[];
  relations: RelationDifference[];
};

export const isReadingOver = (state: ShadowState): boolean => state !== "waiting" && state !== "running";

const count = (number: number, one: string, many = `${one}s`) =>
  `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

type Judgement = { tone: "success" | "warning" | "danger"; sentence: string; next: string[] };

/** The decision in words: whether people could move today, and what stands in the way. */
export function judgeShadow(summary: ShadowSummary): Judgement {
  const { entities, relations, templates, annotations } = summary;
  const wanted = entities.theirs - entities.internal;
  const unregistered = summary.locations.filter((it) => it.missing > 0 && !it.isRegistered);
  const unread = unregistered.filter(({ address }) => address === null);
  const next = [
    ...(unregistered.length > unread.length
      ? [`Register ${count(unregistered.length - unread.length, "source")} that only Backstage reads`]
      : []),
    ...(unread.length > 0
      ? [`Find another way for ${count(unread.length, "source")} that only Backstage can reach`]
      : []),
    ...(entities.different > 0 ? [differenceWords(summary)] : []),
    ...(templates.count > 0
      ? [`Templates cannot be run here yet: ${count(templates.count, "template")} would stay in Backstage`]
      : []),
    ...(annotations.some(({ becomes }) => becomes === "kept")
      ? [
          `Look at the plug-ins without a counterpart here: ${annotations
            .filter(({ becomes }) => becomes === "kept")
            .slice(0, 5)
            .map(({ plugin }) => plugin)
            .filter((name, index, all) => all.indexOf(name) === index)
            .join(", ")}`,
        ]
      : []),
  ];
  if (wanted === 0)
    return { tone: "warning", sentence: "Backstage's catalog is empty: there is nothing to compare", next };
  const gaps = [
    ...(entities.missing > 0 ? [`${count(entities.missing, "is", "are")} missing here`] : []),
    ...(entities.different > 0 ? [`${count(entities.different, "differs", "differ")}`] : []),
  ];
  const of = `Of Backstage's ${count(wanted, "entry", "entries")}`;
  if (gaps.length > 0)
    return {
      tone: entities.missing > wanted / 10 ? "danger" : "warning",
      sentence: `Not yet: of Backstage's ${count(wanted, "entry", "entries")}, ${gaps.join(" and ")}`,
      next,
    };
  if (relations.missing > 0)
    return {
      tone: "warning",
      sentence: `Nearly: ${of.toLowerCase()} all are here, but ${count(relations.missing, "relation")} of ${relations.theirs.toLocaleString("en")} are missing`,
      next,
    };
  return {
    tone: "success",
    sentence: `The catalog can move: all ${count(wanted, "entry", "entries")} and ${count(relations.theirs, "relation")} of Backstage are here and the same`,
    next,
  };
}

function differenceWords({ entities, fields, relations }: ShadowSummary): string {
  const most = fields
    .slice(0, 3)
    .map(({ path }) => path)
    .join(", ");
  const where = most || (relations.missing + relations.extra > 0 ? "their relations" : "");
  return `Look at ${count(entities.different, "entry that differs", "entries that differ")}${where ? `, mostly in ${where}` : ""}`;
}
