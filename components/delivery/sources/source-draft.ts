import type { Source } from "#server/delivery/projection/recognise.ts";
import type { SourceCandidate } from "#server/delivery/sources/inputs.ts";
import { settingNames } from "#server/delivery/sources/model.ts";

/** What stands in the form. Paths one a line. */
export type SourceDraft = { source: Source; settings: Readonly<Record<string, string>>; pathGlobs: string };

/** The same for the same choice, so that nothing that the source does not know makes two choices differ. */
export function toCandidate(
  entityRef: string,
  { source, settings, pathGlobs }: SourceDraft,
): SourceCandidate {
  const told = settingNames[source].flatMap((name) => {
    const value = settings[name]?.trim();
    return value ? [[name, value] as const] : [];
  });
  const globs = pathGlobs
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  return { entityRef, source, settings: Object.fromEntries(told), pathGlobs: globs };
}
