import { z } from "zod";
import { evidenceParts, metrics } from "./model.ts";

const ref = z.string().min(1).max(400);
const day = z.iso.date("Write the day as 2026-12-24");

export const Scope = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("service"), ref }),
  z.object({ kind: z.literal("team"), ref }),
  z.object({ kind: z.literal("system"), ref }),
  z.object({ kind: z.literal("organisation") }),
]);
export type Scope = z.infer<typeof Scope>;

/** The longest window; together with the one before it, it spans four years. */
export const longestDays = 731;

const asked = {
  scope: Scope,
  /** Up to and with today; not beside `from` and `to`. */
  days: z.coerce.number().int().min(1).max(longestDays).optional(),
  /** The first day, and the day after the last. */
  from: day.optional(),
  to: day.optional(),
  /** False: as if no team had left anything out. */
  exclusions: z.boolean().default(true),
  /** False: without changes that bots wrote. */
  bots: z.boolean().default(true),
  /** Of a team: what it owns now, or what it owned at the time of each deployment. */
  ownership: z.enum(["now", "then"]).default("now"),
};

type Days = { days?: number | undefined; from?: string | undefined; to?: string | undefined };

const isWhole = ({ days, from, to }: Days) =>
  (from === undefined) === (to === undefined) && (days === undefined || from === undefined);
const isForward = ({ from, to }: Days) => from === undefined || to === undefined || from < to;
const isShort = ({ from, to }: Days) =>
  from === undefined || to === undefined || Date.parse(to) - Date.parse(from) <= longestDays * 86_400_000;

/** `from` and `to` belong together, and stand in place of `days`. */
const checked = <Schema extends z.ZodType<Days>>(schema: Schema) =>
  schema
    .refine(isWhole, {
      path: ["from"],
      message: "Name either days, or both the first day and the day after the last",
    })
    .refine(isForward, { path: ["to"], message: "The window ends before it begins" })
    .refine(isShort, { path: ["to"], message: `A window has at most ${longestDays} days` });

export const AskFigures = checked(z.object(asked));
export type AskFigures = z.infer<typeof AskFigures>;

const cursor = z.string().max(500).optional();
const limit = z.coerce.number().int().min(1).max(100).default(25);

export const AskEvidence = checked(
  z.object({ ...asked, metric: z.enum(metrics), part: z.string().max(20), cursor, limit }),
).refine(({ metric, part }) => (evidenceParts[metric] as readonly string[]).includes(part), {
  path: ["part"],
  message: "This figure has no such part",
});
export type AskEvidence = z.infer<typeof AskEvidence>;

export const AskDistribution = checked(z.object({ ...asked, metric: z.enum(["leadTime", "recovery"]) }));
export type AskDistribution = z.infer<typeof AskDistribution>;

export const AskByService = checked(z.object({ ...asked, cursor, limit }));
export type AskByService = z.infer<typeof AskByService>;
