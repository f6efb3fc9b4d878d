import { z } from "zod";

/** `owner/repository`, `owner/*` or `owner/pay*`: a star stands for anything. `groupRef` null: everybody who works here. */
export const SaveReadingRule = z.object({
  pattern: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^[^\s/*]+\/[^\s]+$/, "Write it as owner/repository; a star after the slash stands for anything"),
  groupRef: z.string().trim().min(1).max(300).nullable(),
});
export type SaveReadingRule = z.infer<typeof SaveReadingRule>;

export const ReadingRuleId = z.object({ id: z.uuid() });
export type ReadingRuleId = z.infer<typeof ReadingRuleId>;
