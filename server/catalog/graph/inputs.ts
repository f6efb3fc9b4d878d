import { z } from "zod";
import { graphDirections, graphLimits, graphRelations, impactDirections } from "./model.ts";

const listOf = (item: z.ZodType<string>, most: number) =>
  z.preprocess(
    (value) => (value === undefined || value === "" ? [] : Array.isArray(value) ? value : [value]),
    z.array(item).max(most),
  );

/** An empty list of relations or kinds means all of them. */
export const ReadGraph = z.object({
  root: z.string().min(1).max(400),
  direction: z.enum(graphDirections).default("both"),
  relation: listOf(z.enum(graphRelations), graphRelations.length),
  kind: listOf(z.string().min(1).max(60), 20),
  depth: z.coerce.number().int().min(1).max(graphLimits.depth).default(2),
});
export type ReadGraph = z.infer<typeof ReadGraph>;

export const ReadImpact = z.object({
  ref: z.string().min(1).max(400),
  direction: z.enum(impactDirections).default("breaks"),
});
export type ReadImpact = z.infer<typeof ReadImpact>;
