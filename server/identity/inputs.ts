import { z } from "zod";
import { roles, tokenScopes } from "#server/core/actor.ts";
import { tokenMaxDays } from "./model.ts";

export const SignInAsDemoPerson = z.object({ personId: z.uuid() });
export type SignInAsDemoPerson = z.infer<typeof SignInAsDemoPerson>;

export const CreateToken = z.object({
  name: z.string().trim().min(1, "Give the token a name").max(80, "Use at most 80 characters"),
  role: z.enum(roles),
  scopes: z.array(z.enum(tokenScopes)).min(1, "Choose at least one scope").max(tokenScopes.length),
  days: z
    .number()
    .int()
    .min(1, "At least one day")
    .max(tokenMaxDays, `At most ${tokenMaxDays} days`)
    .default(90),
});
export type CreateToken = z.input<typeof CreateToken>;

export const CreateServiceToken = CreateToken.omit({ role: true }).extend({ serviceAccountId: z.uuid() });
export type CreateServiceToken = z.input<typeof CreateServiceToken>;

export const RevokeToken = z.object({ id: z.uuid() });
export type RevokeToken = z.infer<typeof RevokeToken>;

export const SetShortcuts = z.object({ isOn: z.boolean() });
export type SetShortcuts = z.infer<typeof SetShortcuts>;
