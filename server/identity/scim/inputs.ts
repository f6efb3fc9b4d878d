import { z } from "zod";
import { scimMembersMax } from "./model.ts";

export const SaveScimConnection = z.object({
  name: z.string().trim().min(1, "Give it a name").max(80, "Use at most 80 characters"),
  providerId: z.uuid("Choose the sign-in provider whose people it writes"),
  matchClaim: z
    .string()
    .trim()
    .regex(/^[\w.:/-]{1,100}$/, "Write the name of a claim, such as sub or oid")
    .refine(
      (claim) => claim.toLowerCase() !== "email",
      "People can change their e-mail address: choose a claim that the company gives out",
    )
    .default("sub"),
});
export type SaveScimConnection = z.input<typeof SaveScimConnection>;

export const ScimConnectionId = z.object({ id: z.uuid() });
export type ScimConnectionId = z.infer<typeof ScimConnectionId>;

const name = z.string().trim().min(1).max(300);
/** Some clients say true, others "True". */
const truth = z.union([
  z.boolean(),
  z
    .string()
    .regex(/^(true|false)$/i)
    .transform((text) => text.toLowerCase() === "true"),
]);
const externalId = z.string().max(300).nullish();

/** What of a user means something here; all else is kept as it came and given back. */
export const ScimUser = z.looseObject({
  userName: name,
  externalId,
  active: truth.nullish().transform((value) => value ?? true),
});
export type ScimUser = z.infer<typeof ScimUser>;

export const ScimGroup = z.looseObject({
  displayName: name,
  externalId,
  members: z
    .array(z.looseObject({ value: z.uuid() }))
    .max(scimMembersMax)
    .nullish()
    .transform((value) => value ?? []),
});
export type ScimGroup = z.infer<typeof ScimGroup>;

const operation = z.object({
  op: z
    .string()
    .transform((text) => text.toLowerCase())
    .pipe(z.enum(["add", "replace", "remove"])),
  path: z.string().max(500).optional(),
  value: z.unknown().optional(),
});
export const ScimPatch = z.object({ Operations: z.array(operation).min(1).max(1000) });
export type ScimPatch = z.infer<typeof ScimPatch>;

const whole = z.coerce.number().int();
export const ScimQuery = z.object({
  filter: z.string().max(2000).optional(),
  startIndex: whole.default(1).transform((value) => Math.max(1, value)),
  count: whole.default(100).transform((value) => Math.max(0, value)),
});
export type ScimQuery = z.infer<typeof ScimQuery>;
