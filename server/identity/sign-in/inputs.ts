import { z } from "zod";

/** Signing in once more, to link one more account or to confirm a weighty change. */
export const BeginProof = z.object({
  purpose: z.enum(["link", "confirm"]),
  returnTo: z.string().max(2_000).default("/account"),
});
export type BeginProof = z.infer<typeof BeginProof>;

export const SpendSignInLink = z.object({ token: z.string().regex(/^[\w-]{20,100}$/) });
export type SpendSignInLink = z.infer<typeof SpendSignInLink>;

export const SessionId = z.object({ id: z.uuid() });
export type SessionId = z.infer<typeof SessionId>;

export const AccountId = z.object({ id: z.uuid() });
export type AccountId = z.infer<typeof AccountId>;

export const EndOwnSessions = z.object({ which: z.enum(["others", "all"]) });
export type EndOwnSessions = z.infer<typeof EndOwnSessions>;

export const EndSessionsOf = z.object({ userId: z.uuid() });
export type EndSessionsOf = z.infer<typeof EndSessionsOf>;
