import { z } from "zod";

export const SaveCommentSetting = z.object({ connectionId: z.uuid(), isOn: z.boolean() });
export type SaveCommentSetting = z.infer<typeof SaveCommentSetting>;
