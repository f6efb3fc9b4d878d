import { z } from "zod";
import { tierRules } from "#server/delivery/sources/inputs.ts";
import { isTimeZone } from "#server/installation/model.ts";
import { defaultSources } from "./model.ts";

/** Rules that would change; what is left out stays as it stands. */
export const StartSimulation = z.strictObject({
  tiers: tierRules.optional(),
  defaultSource: z.enum(defaultSources).optional(),
  weekStartsOn: z.number().int().min(1).max(7).optional(),
  timeZone: z
    .string()
    .max(60)
    .refine(isTimeZone, "Choose a time zone from the list, such as Europe/Berlin")
    .optional(),
});
export type StartSimulation = z.infer<typeof StartSimulation>;

export const SimulationId = z.object({ id: z.uuid() });
export type SimulationId = z.infer<typeof SimulationId>;

export const SaveSimulation = z.object({
  id: z.uuid(),
  reason: z
    .string("Write why it changes")
    .trim()
    .min(1, "Write why it changes")
    .max(500, "At most 500 characters")
    .transform((text) => text.toWellFormed()),
});
export type SaveSimulation = z.infer<typeof SaveSimulation>;

const page = {
  cursor: z.string().max(1000).optional(),
  limit: z.number().int().min(1).max(100).default(25),
};
export const ListSimulated = z.object({ id: z.uuid(), onlyChanged: z.boolean().default(false), ...page });
export type ListSimulated = z.infer<typeof ListSimulated>;

export const ListMoves = z.object({ id: z.uuid(), entityRef: z.string().min(1).max(400), ...page });
export type ListMoves = z.infer<typeof ListMoves>;
