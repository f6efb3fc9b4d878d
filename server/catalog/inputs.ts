import { z } from "zod";
import { flagNames, pageSize, severities, sortDirections, sortKeys } from "./model.ts";

/** Search parameters give one value as text and several as a list. */
const oneOrMany = z.preprocess(
  (value) => (value === undefined || value === "" ? [] : Array.isArray(value) ? value : [value]),
  z.array(z.string().min(1).max(200)).max(50),
);

const cursor = z.string().max(2000).optional();

/** Everything by which the catalogue can be narrowed; values of one facet widen it, facets narrow each other. */
export const EntityFilter = z.object({
  query: z.string().trim().max(200).default(""),
  kind: oneOrMany,
  type: oneOrMany,
  /** Full refs, such as `group:default/payments`. */
  owner: oneOrMany,
  lifecycle: oneOrMany,
  tag: oneOrMany,
  system: oneOrMany,
  is: z.preprocess(
    (value) => (value === undefined || value === "" ? [] : Array.isArray(value) ? value : [value]),
    z.array(z.enum(flagNames)).max(flagNames.length),
  ),
});
export type EntityFilter = z.infer<typeof EntityFilter>;

export const ListEntities = EntityFilter.extend({
  /** Without a sort, a query orders by relevance and everything else by name. */
  sort: z.enum(sortKeys).optional(),
  direction: z.enum(sortDirections).default("asc"),
  cursor,
  limit: z.coerce.number().int().min(1).max(200).default(pageSize),
});
export type ListEntities = z.infer<typeof ListEntities>;

/** `[kind:][namespace/]name`, upper or lower case. */
export const EntityRefInput = z.object({ ref: z.string().min(1).max(400) });
export type EntityRefInput = z.infer<typeof EntityRefInput>;

export const ListRelated = EntityRefInput.extend({
  type: z.string().min(1).max(100),
  cursor,
  limit: z.coerce.number().int().min(1).max(200).default(pageSize),
});
export type ListRelated = z.infer<typeof ListRelated>;

export const ListProblems = z.object({
  locationId: z.uuid().optional(),
  severity: z.enum(severities).optional(),
  cursor,
  limit: z.coerce.number().int().min(1).max(200).default(pageSize),
});
export type ListProblems = z.infer<typeof ListProblems>;

/** In the order of their registration; `query` is a part of the target. */
export const ListLocations = z.object({
  query: z.string().trim().max(200).default(""),
  cursor,
  limit: z.coerce.number().int().min(1).max(200).default(pageSize),
});
export type ListLocations = z.infer<typeof ListLocations>;

export const ListUnowned = z.object({ limit: z.coerce.number().int().min(1).max(200).default(10) });
export type ListUnowned = z.infer<typeof ListUnowned>;

/** A folder of the machine that runs the portal, a git repository, or the web address of one file. */
export const RegisterLocation = z.object({ target: z.string().trim().min(1).max(2000) });
export type RegisterLocation = z.infer<typeof RegisterLocation>;

export const LocationId = z.object({ id: z.uuid() });
export type LocationId = z.infer<typeof LocationId>;
