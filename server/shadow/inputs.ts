import { z } from "zod";
import { shadowVerdicts } from "./model.ts";

/** Where a Backstage answers. An empty token keeps the one that is stored. */
export const ConnectShadow = z.object({
  address: z
    .string()
    .trim()
    .max(1000)
    .refine((value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ""), {
      message: "has to begin with https://",
    })
    .refine((value) => !URL.parse(value)?.username && !URL.parse(value)?.password, {
      message: "carries a user name or password: give the token in its own field",
    })
    .transform((value) => {
      const url = new URL(value);
      return `${url.origin}${url.pathname.replace(/\/api\/catalog\/?$/, "").replace(/\/+$/, "")}`;
    }),
  token: z.string().trim().max(5000).optional(),
  /** Certificate in PEM that is trusted besides those of the machine. */
  ca: z.string().trim().max(100_000).optional(),
  /** Private address ranges that it may lie in, as 10.20.0.0/16. */
  privateRanges: z.array(z.string().trim().min(1).max(50)).max(20).default([]),
});
export type ConnectShadow = z.infer<typeof ConnectShadow>;

const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema.optional());

export const FilterShadow = z.object({
  verdict: optional(z.enum(shadowVerdicts)),
  kind: optional(z.string().max(100)),
  query: z.string().trim().max(200).default(""),
});
export type FilterShadow = z.infer<typeof FilterShadow>;

export const ListShadow = FilterShadow.extend({
  cursor: z.string().max(2000).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ListShadow = z.infer<typeof ListShadow>;
