import type { Refusal } from "#server/core/refusal.ts";

/** Kinds that come with the product; any other kind is kept and shown as it stands. */
export const coreKinds = [
  "Component",
  "API",
  "Resource",
  "System",
  "Domain",
  "Group",
  "User",
  "Template",
  "Location",
  "AiResource",
] as const;

/** What Backstage's own validators would say. Unrecognised documents are imported and shown all the same. */
export const verdicts = ["valid", "invalid", "unrecognised"] as const;
export type Verdict = (typeof verdicts)[number];

export const severities = ["error", "warning", "info"] as const;
export type Severity = (typeof severities)[number];

export const facetNames = ["kind", "type", "owner", "lifecycle", "tag", "system"] as const;
export type FacetName = (typeof facetNames)[number];

/** States that are not fields: no living owner, file removed at its source, something wrong with it. */
export const flagNames = ["unowned", "gone", "problems"] as const;
export type FlagName = (typeof flagNames)[number];

export const sortKeys = ["name", "kind", "type", "owner", "lifecycle", "updated", "trust"] as const;
export type SortKey = (typeof sortKeys)[number];
export const sortDirections = ["asc", "desc"] as const;

/** What was registered by hand is looked at so often, in minutes. */
export const pollLocationMinutes = 10;

/** The total of a list is exact up to here; beyond, the page says "10,000+". */
export const countCap = 10_000;
export const pageSize = 50;

/** Each relation with its opposite, as Backstage names them. */
export const inverseRelation: Readonly<Record<string, string>> = {
  ownedBy: "ownerOf",
  ownerOf: "ownedBy",
  partOf: "hasPart",
  hasPart: "partOf",
  dependsOn: "dependencyOf",
  dependencyOf: "dependsOn",
  providesApi: "apiProvidedBy",
  apiProvidedBy: "providesApi",
  consumesApi: "apiConsumedBy",
  apiConsumedBy: "consumesApi",
  memberOf: "hasMember",
  hasMember: "memberOf",
  childOf: "parentOf",
  parentOf: "childOf",
};

/** Headings for the relations of an entity, in the order a page shows them. */
export const relationWords: Readonly<Record<string, string>> = {
  ownedBy: "Owned by",
  partOf: "Part of",
  dependsOn: "Depends on",
  dependencyOf: "Needed by",
  providesApi: "Provides",
  apiProvidedBy: "Provided by",
  consumesApi: "Consumes",
  apiConsumedBy: "Consumed by",
  hasPart: "Contains",
  memberOf: "Member of",
  hasMember: "Members",
  childOf: "Belongs to",
  parentOf: "Teams below",
  ownerOf: "Owns",
};

/**
 * A folder of this machine, a git repository, or one file at a web address: these are read. "portal" stands for the
 * entries that people keep in the portal, "custom" for a source that sends its entries by REST, "people" for the teams and
 * members of a connected organisation.
 */
export type LocationType = "folder" | "git" | "file" | "portal" | "custom" | "people";

/** Whether there is something to read at the location's target; the others are filled by the portal itself. */
export const isReadType = (type: LocationType): boolean =>
  type === "folder" || type === "git" || type === "file";

/** Life of an import: waiting for the worker, at work, done, ended with a reason, or stopped by a person. */
export type ImportState = "waiting" | "running" | "imported" | "failed" | "cancelled";

export const importSteps = ["fetching", "reading", "checking", "saving"] as const;
export type ImportStep = (typeof importSteps)[number];

export const importStepWords: Readonly<Record<ImportStep, string>> = {
  fetching: "Fetching the files",
  reading: "Reading the files",
  checking: "Checking entries and relations",
  saving: "Saving changes",
};

export const isImportOver = (state: ImportState): boolean => state !== "waiting" && state !== "running";

/** A row of the catalogue list: what the table shows and nothing else. */
export type EntityListItem = {
  ref: string;
  kind: string;
  namespace: string;
  name: string;
  title: string | null;
  description: string | null;
  type: string | null;
  lifecycle: string | null;
  ownerRef: string | null;
  ownerTitle: string | null;
  /** False where the owner is not in the catalogue, or its file is gone. */
  isOwnerKnown: boolean;
  systemRef: string | null;
  systemTitle: string | null;
  tags: string[];
  verdict: Verdict;
  problemCount: number;
  fileGoneAt: Date | null;
  /** Nobody has confirmed or changed it for long: see server/trust/model.ts. */
  isStale: boolean;
  updatedAt: Date;
};

export type EntityPage = {
  items: EntityListItem[];
  nextCursor: string | null;
  previousCursor: string | null;
};

export type FacetValue = { value: string; label: string; count: number };
export type EntityFacets = Record<FacetName, FacetValue[]> & { flags: Record<FlagName, number> };

export type EntityCount = { total: number; isCapped: boolean };

/** Another entity as a link. `isDangling` when the catalogue has no such entry: the page says "points to nothing". */
export type EntityLink = {
  ref: string;
  kind: string;
  name: string;
  title: string | null;
  type: string | null;
  isDangling: boolean;
  isFileGone: boolean;
};

/** The first 50 of one relation; `total` says how many there are, `catalog.related` pages through them. */
export type EntityRelation = { type: string; label: string; total: number; items: EntityLink[] };

export type EntityProblem = {
  id: number;
  ref: string | null;
  severity: Severity;
  message: string;
  /** Path inside the location; null where the whole location is meant. */
  file: string | null;
  line: number | null;
  column: number | null;
  /** JSON pointer of the field, such as `/spec/owner`. */
  path: string | null;
  locationId: string;
  locationTarget: string;
};

type EntitySource = {
  locationId: string;
  locationType: LocationType;
  locationTarget: string;
  file: string;
  line: number;
  /** Where a browser can see the file; null for folders of the machine. */
  url: string | null;
  commit: string | null;
  importedAt: Date | null;
};

export type EntityDetail = {
  ref: string;
  uid: string;
  kind: string;
  apiVersion: string;
  namespace: string;
  name: string;
  title: string | null;
  description: string | null;
  type: string | null;
  lifecycle: string | null;
  owner: EntityLink | null;
  system: EntityLink | null;
  tags: string[];
  labels: { key: string; value: string }[];
  annotations: { key: string; value: string }[];
  links: { url: string; title: string | null; icon: string | null; type: string | null }[];
  /** The specification without an API's definition, which `catalog.definition` returns. */
  spec: Record<string, unknown>;
  hasDefinition: boolean;
  /** It is kept in the portal, or its text is still there after a file took its place. */
  hasPortalText: boolean;
  projectSlug: string | null;
  verdict: Verdict;
  relations: EntityRelation[];
  problems: EntityProblem[];
  source: EntitySource;
  fileGoneAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  isDemo: boolean;
  /** Null where the actor may; else the sentence that says why not. */
  may: { reimport: Refusal | null; readContents: Refusal | null };
};

export type ImportProgress = { step: ImportStep | null; done: number; total: number };

export type ImportCounts = { added: number; changed: number; unchanged: number; removed: number };

export type LocationItem = {
  id: string;
  type: LocationType;
  target: string;
  state: ImportState;
  progress: ImportProgress;
  /** Why the last import ended without success. */
  failure: string | null;
  /** Of the last finished import; null before the first one. */
  counts: ImportCounts | null;
  entityCount: number;
  problemCount: number;
  commit: string | null;
  importedAt: Date | null;
  startedAt: Date | null;
  isDemo: boolean;
  may: { reimport: Refusal | null; remove: Refusal | null; cancel: Refusal | null };
};

/** Why a service counts as unowned. */
export type UnownedReason = "missing" | "unknown" | "gone" | "empty";
export const unownedWords: Readonly<Record<UnownedReason, string>> = {
  missing: "No owner is named",
  unknown: "The named owner is not in the catalog",
  gone: "The owner's file is gone",
  empty: "The owning team has no members",
};
export type UnownedEntity = EntityListItem & { reason: UnownedReason };

/** An entry that people keep in the portal. `text` is empty for whoever may not change it. */
export type PortalEntry = {
  ref: string;
  text: string;
  version: number;
  updatedAt: Date;
  updatedBy: string;
  /** Since when a file of a source has its place, and which file. */
  yieldedAt: Date | null;
  yieldedTo: string | null;
  /** The page of its repository's host where its file can be added, filled in; null where no repository is known. */
  newFile: { repository: string; file: string; url: string } | null;
  may: { change: Refusal | null; remove: Refusal | null };
};
