import { z } from "zod";

/** A hostname, image, repository path, namespace, queue, cost tag or alert address. */
export const AskWhose = z.object({ text: z.string().trim().min(1, "is missing").max(1000) });
export type AskWhose = z.infer<typeof AskWhose>;
