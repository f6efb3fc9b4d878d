import { z } from "zod";
import { originOf, patternProblem } from "./model.ts";

const pointer = z
  .string()
  .trim()
  .max(300)
  .regex(/^(\/([^~/]|~[01])*)*$/, "has to be empty or begin with a slash, such as /status/name");

/** A card for the pages of entries. `header` is sent with the request of a card of values; empty keeps the stored one. */
export const SaveCard = z
  .object({
    id: z.uuid().optional(),
    preset: z.string().max(60).nullable().default(null),
    name: z.string().trim().min(1, "is missing").max(60),
    kind: z.enum(["link", "values"]),
    annotation: z.string().trim().min(1).max(300).nullable(),
    entityKinds: z.array(z.string().trim().toLowerCase().min(1).max(63)).max(20).default([]),
    urlPattern: z
      .string()
      .trim()
      .min(1, "is missing")
      .max(1000)
      .superRefine((pattern, context) => {
        const problem = patternProblem(pattern);
        if (problem) context.addIssue({ code: "custom", message: problem.replace(/^it /, "") });
      }),
    fields: z
      .array(z.object({ label: z.string().trim().min(1).max(60), pointer }))
      .max(12)
      .default([]),
    header: z
      .object({
        name: z
          .string()
          .trim()
          .regex(/^[A-Za-z0-9-]{1,60}$/),
        value: z.string().trim().min(1).max(2000),
      })
      .nullable()
      .default(null),
    /** Private address ranges that an admin approves for this card's requests, as 10.20.0.0/16. */
    privateRanges: z.array(z.string().trim().min(1).max(50)).max(20).default([]),
    position: z.number().int().min(0).max(1000).default(0),
    isOn: z.boolean().default(true),
  })
  .superRefine((card, context) => {
    const problem = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (/\{\+?value\}/.test(card.urlPattern) && card.annotation === null)
      problem("annotation", "is needed, since the address names {value}");
    if (card.kind === "values" && card.fields.length === 0)
      problem("fields", "name at least one value of the answer");
    if (card.kind === "values" && originOf(card.urlPattern) === null)
      problem("urlPattern", "has to name its host, since the portal itself sends the request");
  });
export type SaveCard = z.infer<typeof SaveCard>;

export const CardId = z.object({ id: z.uuid() });
export type CardId = z.infer<typeof CardId>;

export const CardOfEntry = z.object({ id: z.uuid(), ref: z.string().min(1).max(400) });
export type CardOfEntry = z.infer<typeof CardOfEntry>;
