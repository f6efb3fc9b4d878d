import type { Comparison } from "./compare-entity.ts";
import { judgeAnnotation } from "./known-annotations.ts";
import type { AnnotationUse, KindUse, LocationUse, ShadowSummary, ShadowVerdict } from "./model.ts";

/** One entry of Backstage and what became of it. */
type Counted = {
  kind: string;
  verdict: ShadowVerdict;
  document: Record<string, unknown>;
  comparison: Comparison | null;
  /** Of one that is missing here: how many relations it states. */
  statedRelations: number;
};

type OriginUse = { entities: number; missing: number };

export type Tally = {
  add: (entry: Counted) => void;
  /** What was counted; who is only here and which origins are registered has to be told. */
  close: (
    extra: { entities: number; relations: number },
    locationOf: (origin: string) => Pick<LocationUse, "isRegistered" | "address">,
  ) => ShadowSummary;
};

const mostLines = 500;
const groupOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
const addOne = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
const byCount = (counts: Map<string, number>): [string, number][] =>
  [...counts].sort(([left, a], [right, b]) => b - a || (left < right ? -1 : 1)).slice(0, mostLines);

/** Adds up what is in use in a Backstage while its entries pass by. */
export function makeTally(): Tally {
  const entities = { equal: 0, different: 0, missing: 0, extra: 0, internal: 0, theirs: 0 };
  const relations = { theirs: 0, equal: 0, missing: 0, extra: 0 };
  const kinds = new Map<string, KindUse>();
  const fields = new Map<string, number>();
  const annotations = new Map<string, number>();
  const actions = new Map<string, number>();
  const origins = new Map<string, OriginUse>();
  let templates = 0;

  function add({ kind, verdict, document, comparison, statedRelations }: Counted): void {
    entities[verdict] += 1;
    entities.theirs += 1;
    if (verdict === "internal") return;
    const use = kinds.get(kind) ?? { kind, entities: 0, equal: 0, different: 0, missing: 0 };
    use.entities += 1;
    if (verdict !== "extra") use[verdict] += 1;
    kinds.set(kind, use);
    for (const path of new Set(comparison?.fields.map((field) => field.path) ?? [])) addOne(fields, path);
    const missing = comparison?.relations.filter(({ side }) => side === "missing").length ?? statedRelations;
    relations.equal += comparison?.equalRelations ?? 0;
    relations.missing += missing;
    relations.extra += comparison?.relations.filter(({ side }) => side === "extra").length ?? 0;
    relations.theirs += (comparison?.equalRelations ?? 0) + missing;
    const stated = groupOf(groupOf(document.metadata).annotations);
    for (const key of Object.keys(stated)) addOne(annotations, key);
    addOrigin(stated["backstage.io/managed-by-origin-location"], verdict);
    if (kind === "template") {
      templates += 1;
      for (const action of actionsOf(document)) addOne(actions, action);
    }
  }

  function addOrigin(origin: unknown, verdict: ShadowVerdict): void {
    const key = typeof origin === "string" ? origin.slice(0, 1000) : "unknown";
    const use = origins.get(key) ?? { entities: 0, missing: 0 };
    use.entities += 1;
    if (verdict === "missing") use.missing += 1;
    origins.set(key, use);
  }

  return {
    add,
    close: (extra, locationOf) => ({
      entities: { ...entities, extra: extra.entities },
      relations: { ...relations, extra: relations.extra + extra.relations },
      kinds: [...kinds.values()].sort((left, right) => right.entities - left.entities),
      fields: byCount(fields)
        .slice(0, 20)
        .map(([path, count]) => ({ path, entities: count })),
      annotations: annotationUses(annotations),
      templates: {
        count: templates,
        actions: byCount(actions).map(([action, count]) => ({ action, templates: count })),
      },
      locations: [...origins]
        .sort(([, left], [, right]) => right.missing - left.missing || right.entities - left.entities)
        .slice(0, mostLines)
        .map(([origin, use]) => ({ origin, ...use, ...locationOf(origin) })),
    }),
  };
}

/** What every entry carries by itself says nothing about what is in use. */
const everywhere = /^backstage\.io\/(managed-by-|orphan$)/;

function annotationUses(counts: Map<string, number>): AnnotationUse[] {
  return byCount(counts)
    .filter(([key]) => !everywhere.test(key))
    .map(([key, count]) => {
      const { plugin, becomes, words } = judgeAnnotation(key);
      return { key, plugin, entities: count, becomes, words };
    });
}

function actionsOf(document: Record<string, unknown>): Set<string> {
  const { steps } = groupOf(document.spec);
  if (!Array.isArray(steps)) return new Set();
  return new Set(
    steps.flatMap((step) => {
      const { action } = groupOf(step);
      return typeof action === "string" ? [action.slice(0, 200)] : [];
    }),
  );
}
