import { z } from "zod";
import { shapeWords } from "#server/delivery/shape-words.ts";

/** What a pager's webhook says of one incident. `hints` are for `findServices`; `resolvedAt` null: open at `asOf`. */
export type ToldIncident = {
  key: string;
  hints: string[];
  title: string;
  severity: string | null;
  url: string | null;
  openedAt: Date;
  resolvedAt: Date | null;
  asOf: Date;
};

/** `ignored`: understood, and nothing that counts. `unreadable`: not what this sender sends, with what is wrong. */
export type Told =
  | { state: "told"; incidents: ToldIncident[] }
  | { state: "ignored"; reason: string }
  | { state: "unreadable"; reason: string };

export const ignored = (reason: string): Told => ({ state: "ignored", reason });

/** What is wrong and where, then what to look at where the webhook was made. */
export const unreadable = (error: z.ZodError, body: unknown, advice: string): Told => ({
  state: "unreadable",
  reason: `${shapeWords(error, body)}. ${advice}`,
});

/** A pager's "0001-01-01" stands for none, and a number of seconds in place of milliseconds lies in 1970. */
export function isOfOurTime(date: Date): boolean {
  return date.getTime() >= Date.UTC(2000, 0, 1) && date.getTime() < Date.UTC(2200, 0, 1);
}

/** Senders write moments with and without fractions, and with an offset. */
export const moment = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine(isOfOurTime, "does not lie between the years 2000 and 2200");
export const words = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .transform((text) => text.toWellFormed());
export const titleOf = (text: string) => (text.length > 300 ? `${text.slice(0, 299)}…` : text).toWellFormed();
export const severityOf = (text: string | null | undefined): string | null =>
  text?.trim() ? text.trim().slice(0, 50).toWellFormed() : null;
export const webAddress = (text: string | null | undefined): string | null =>
  text && /^https?:\/\//i.test(text) && text.length <= 2000 ? text.toWellFormed() : null;
/** A name of a service as people write it into labels: a reference or a plain name. */
export const serviceHint = (name: string): string => {
  const text = name.trim().slice(0, 400).toWellFormed();
  return text.includes("/") || text.includes(":")
    ? `ref:${text.includes(":") ? text : `component:${text}`}`.toLowerCase()
    : `service:${text.toLowerCase()}`;
};
