import type { CheckResult } from "./model.ts";
import { counted, summaryOf } from "./model.ts";

/** By it the one comment is found again. */
export const commentMarker = "<!-- milepost: catalogue check -->";

const mostLines = 30;

type Told = {
  result: CheckResult;
  /** Anybody can read the repository: what others have is counted, not named. The result is that `withoutOthers`. */
  isPublic: boolean;
  /** Where the portal shows it; null where the portal's address is not known. */
  url: string | null;
};

/**
 * The result as Markdown. Everything that comes from files or the catalogue stands in code, in which nobody is mentioned,
 * nothing is linked and no HTML is read.
 */
export function checkMarkdown({ result, isPublic, url }: Told): string {
  const { added, changed, renamed, removed, errors, warnings, broken, affected } = result;
  const own = broken.filter(({ file }) => file !== null);
  const others = broken.filter(({ file }) => file === null);
  const sections = [
    section("Errors", errors.map(findingLine)),
    section(
      "Added",
      added.map(({ ref, file }) => `${code(ref)} in ${code(file)}`),
    ),
    section(
      "Changed",
      changed.map(
        ({ ref, fields }) =>
          `${code(ref)}: ${fields.slice(0, 8).map(fieldText).join(", ")}${fields.length > 8 ? " …" : ""}`,
      ),
    ),
    section(
      "Renamed",
      renamed.map(({ from, to }) => `${code(from)} becomes ${code(to)}`),
    ),
    section(
      "Removed: stays in the catalog, marked as gone, until somebody removes it",
      removed.map(({ ref, file }) => `${code(ref)}, was in ${code(file)}`),
    ),
    section(
      "Broken references here",
      own.map(({ ref, target, file, line, suggestion }) => {
        const hint = suggestion ? `: did you mean ${code(suggestion)}?` : "";
        return `${code(ref)} names ${code(target)} (${code(`${file}:${line}`)})${hint}`;
      }),
    ),
    section(
      "Broken references elsewhere",
      isPublic && others.length > 0
        ? [
            `${counted(others.length, "entry of another place names", "entries of other places name")} what goes`,
          ]
        : others.map(
            ({ ref, target, ownerRef }) =>
              `${code(ref)}${ownerRef ? ` of ${code(ownerRef)}` : ""} names ${code(target)}`,
          ),
    ),
    section(
      "Affected",
      isPublic && affected.length > 0
        ? [affectedCount(affected)]
        : affected.map(
            ({ ownerRef, refs }) =>
              `${ownerRef ? code(ownerRef) : "no owner"}: ${refs.slice(0, 10).map(code).join(", ")}${refs.length > 10 ? ` and ${refs.length - 10} more` : ""}`,
          ),
    ),
    section("Warnings", warnings.map(findingLine)),
  ].filter((text) => text !== "");
  // The same sentence always: that it is there must not tell anything either.
  const silence = isPublic ? "\nNames that lie elsewhere are looked up in the portal alone.\n" : "";
  const more = `${silence}${url ? `\n[Open in the portal](${url})\n` : ""}`;
  return `${summaryOf(result)}.\n${sections.map((text) => `\n${text}`).join("")}${more}`;
}

function affectedCount(affected: CheckResult["affected"]): string {
  const { length } = affected.flatMap(({ refs }) => refs);
  const owners = counted(affected.length, "owner", "owners");
  return `${counted(length, "entry", "entries")} of ${owners} ${length === 1 ? "rests" : "rest"} on what changes`;
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  const shown = lines.slice(0, mostLines).map((line) => `- ${line}\n`);
  const left = lines.length - shown.length;
  return `**${title}**\n\n${shown.join("")}${left > 0 ? `- and ${left} more\n` : ""}`;
}

function findingLine({ ref, file, line, message }: CheckResult["errors"][number]): string {
  const place = file ? code(line ? `${file}:${line}` : file) : ref ? code(ref) : "";
  return place ? `${place} ${code(message)}` : code(message);
}

const fieldText = ({ at, from, to }: CheckResult["changed"][number]["fields"][number]): string => {
  const name = code(at.slice(1).replaceAll("/", ".").replaceAll("~1", "/").replaceAll("~0", "~"));
  if (from === null) return `${name} gets ${code(short(to))}`;
  return to === null
    ? `${name} loses ${code(short(from))}`
    : `${name} from ${code(short(from))} to ${code(short(to))}`;
};

const short = (text: string | null) => (text && text.length > 80 ? `${text.slice(0, 80)}…` : (text ?? ""));

/** A code span that no text can leave: fenced by more backticks than it has in a row, on one line. */
export function code(text: string): string {
  const flat =
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what would end the line, or not be shown
      .replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069]+/g, " ")
      .trim()
      .slice(0, 500) || " ";
  const longest = Math.max(0, ...(flat.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const isEdged = flat.startsWith("`") || flat.endsWith("`");
  return isEdged ? `${fence} ${flat} ${fence}` : `${fence}${flat}${fence}`;
}
