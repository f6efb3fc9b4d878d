import { z } from "zod";

const ref = z.string().min(1).max(400);
const version = z.coerce.number().int().min(1).max(1_000_000_000);

/** Without a number the newest version. */
export const ApiRef = z.object({ ref, number: version.optional() });
export type ApiRef = z.infer<typeof ApiRef>;

export const ApiPart = z.object({ ref, number: version, name: z.string().min(1).max(400) });
export type ApiPart = z.infer<typeof ApiPart>;

export const CompareVersions = z.object({ ref, from: version, to: version });
export type CompareVersions = z.infer<typeof CompareVersions>;
