import type { TimelineDeployment, TimelineIncident } from "#server/delivery/timeline/model.ts";

/** An entry whose changes are looked at; `depth` is how many relations it is away. */
export type AroundEntry = { ref: string; name: string; kind: string; depth: number };

export type ConfigurationChange = {
  id: string;
  at: Date;
  ref: string;
  /** "Changed", "Appeared", "Added in the portal". */
  title: string;
  /** What changed, each a short sentence. */
  changes: string[];
};

export type AroundItem =
  | { kind: "deployment"; at: Date; ref: string; depth: number; deployment: TimelineDeployment }
  | { kind: "configuration"; at: Date; ref: string; depth: number; change: ConfigurationChange }
  | { kind: "incident"; at: Date; ref: string; depth: number; incident: TimelineIncident };

export type Around = {
  ref: string;
  entries: AroundEntry[];
  /** The newest first. */
  items: AroundItem[];
  /** More happened than is shown; the oldest are left out. */
  isMore: boolean;
  /** It depends on more than was looked at. */
  isPartial: boolean;
};

export const mostAroundItems = 200;
