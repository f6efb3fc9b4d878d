import { z } from "zod";
import { outcomes, tiers } from "./model.ts";

const entityRef = z.string().min(1).max(400);
const cursor = z.string().max(500).optional();
const limit = (usual: number) => z.coerce.number().int().min(1).max(100).default(usual);

export const ServiceInput = z.object({ entityRef });
export type ServiceInput = z.infer<typeof ServiceInput>;

export const ListDeployments = z.object({
  entityRef,
  tier: z.enum(tiers).optional(),
  outcome: z.enum(outcomes).optional(),
  cursor,
  limit: limit(20),
});
export type ListDeployments = z.infer<typeof ListDeployments>;

export const WeeklyInput = z.object({ entityRef, tier: z.enum(tiers).default("production") });
export type WeeklyInput = z.infer<typeof WeeklyInput>;

export const ListRuns = z.object({ entityRef, cursor, limit: limit(10) });
export type ListRuns = z.infer<typeof ListRuns>;

export const ListIncidents = z.object({ entityRef, cursor, limit: limit(20) });
export type ListIncidents = z.infer<typeof ListIncidents>;

export const ManyServices = z.object({ refs: z.array(entityRef).max(100) });
export type ManyServices = z.infer<typeof ManyServices>;

export const ListUnmatched = z.object({ cursor, limit: limit(20) });
export type ListUnmatched = z.infer<typeof ListUnmatched>;
