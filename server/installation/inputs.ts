import { z } from "zod";
import { answeredSteps, isTimeZone } from "./model.ts";

export const OpenSetup = z.object({ token: z.string().trim().min(1, "Enter the setup token").max(200) });
export type OpenSetup = z.infer<typeof OpenSetup>;

export const SetTimeZone = z.object({
  timeZone: z.string().max(60).refine(isTimeZone, "Choose a time zone from the list, such as Europe/Berlin"),
});
export type SetTimeZone = z.infer<typeof SetTimeZone>;

export const AnswerStep = z.object({ step: z.enum(answeredSteps) });
export type AnswerStep = z.infer<typeof AnswerStep>;
