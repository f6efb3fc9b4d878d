/** Relations that the graph draws, each in one direction, with what it is called on the page. */
export const graphRelations = [
  "dependsOn",
  "consumesApi",
  "providesApi",
  "partOf",
  "ownedBy",
  "memberOf",
  "childOf",
] as const;
export type GraphRelation = (typeof graphRelations)[number];

export const graphRelationWords: Readonly<Record<GraphRelation, string>> = {
  dependsOn: "depends on",
  consumesApi: "consumes",
  providesApi: "provides",
  partOf: "is part of",
  ownedBy: "is owned by",
  memberOf: "is a member of",
  childOf: "belongs to",
};

/** "needs" follows to what something needs, "neededBy" to what needs it. */
export const graphDirections = ["both", "needs", "neededBy"] as const;
export type GraphDirection = (typeof graphDirections)[number];

export const graphDirectionWords: Readonly<Record<GraphDirection, string>> = {
  both: "Both directions",
  needs: "What it needs",
  neededBy: "What needs it",
};

/**
 * Which stored relation leads from an entry to what it needs: an API needs who provides it, and a system its parts.
 * Its opposite leads back.
 */
export const needsRelation: Readonly<Record<GraphRelation, { needs: string; neededBy: string }>> = {
  dependsOn: { needs: "dependsOn", neededBy: "dependencyOf" },
  consumesApi: { needs: "consumesApi", neededBy: "apiConsumedBy" },
  providesApi: { needs: "apiProvidedBy", neededBy: "providesApi" },
  partOf: { needs: "hasPart", neededBy: "partOf" },
  ownedBy: { needs: "ownedBy", neededBy: "ownerOf" },
  memberOf: { needs: "memberOf", neededBy: "hasMember" },
  childOf: { needs: "childOf", neededBy: "parentOf" },
};

/** Drawn are so many, the nearest first; walked are so many, and beyond that the total is "more than". */
export const graphLimits = { nodes: 500, depth: 6, walked: 20_000 } as const;

export type GraphNode = {
  ref: string;
  kind: string;
  name: string;
  title: string | null;
  type: string | null;
  ownerRef: string | null;
  ownerTitle: string | null;
  /** How many relations away from where the graph begins; 0 is that entry itself. */
  depth: number;
  /** Named by others, and not in the catalogue. */
  isDangling: boolean;
  isFileGone: boolean;
};

export type GraphEdge = { from: string; to: string; type: GraphRelation };

export type Graph = {
  root: string;
  nodes: GraphNode[];
  edges: GraphEdge[];
  /** Of all entries within the depth, drawn or not; exact unless `isMore`. */
  total: number;
  isMore: boolean;
};

export const impactDirections = ["breaks", "needs"] as const;
export type ImpactDirection = (typeof impactDirections)[number];

/** Followed to the end; beyond so many entries the answer says that there are more. */
export const impactLimit = 5_000;
/** So many stand on the page; the CSV has all. */
export const impactShown = 500;

export type ImpactItem = GraphNode & {
  /** The shortest way from the entry to this one, both included. */
  path: string[];
};

export type Impact = {
  ref: string;
  direction: ImpactDirection;
  total: number;
  /** True where more than `impactLimit` were found; then the total and the owners are of those. */
  isMore: boolean;
  owners: { ref: string | null; title: string | null; count: number }[];
  items: ImpactItem[];
};

/** What an entry is called on a drawing. */
export const nodeLabel = ({ title, name }: Pick<GraphNode, "title" | "name">): string => title ?? name;
