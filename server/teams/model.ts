import type { EntityListItem } from "#server/catalog/model.ts";

/** One thing that a team or a person owns, with how it stands; nothing in it is about anybody alone. */
export type OwnedThing = EntityListItem & {
  /** To production. */
  lastDeployedAt: Date | null;
  openIncidents: number;
  /** Who of those asked about owns it, where that is not the asked one itself. */
  isBelow: boolean;
};

export type OwnedThings = {
  items: OwnedThing[];
  total: number;
  byKind: { kind: string; total: number }[];
};

/** Deployments to production of all that a team owns, in the last 30 days. */
export type TeamDelivery = {
  services: number;
  deployments: number;
  failed: number;
  openIncidents: number;
};

export const mostOwned = 100;
export const deliveryDays = 30;
