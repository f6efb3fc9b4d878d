import type { BadgeText } from "./model.ts";

/** Widths of Verdana 11 px, roughly: the text is fitted to what is reserved for it, so that fonts may differ. */
const narrow = new Set([..."iljtfrI.,:;'|! -()"]);
const wide = new Set([..."mwMW%@"]);
const widthOf = (text: string) =>
  [...text].reduce((sum, letter) => sum + (narrow.has(letter) ? 4.5 : wide.has(letter) ? 10 : 7), 0);

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
/** XML has no way to write most control characters, nor half of a pair, so those go. */
const escaped = (text: string) =>
  text
    .toWellFormed()
    .replace(/\p{Cc}|[\ufffe\uffff]/gu, "")
    .replace(/[&<>"']/g, (sign) => escapes[sign] ?? "");

const padding = 7;

/** A badge as SVG with its words for screen readers. No script, no style, nothing from elsewhere; contrast above 7 to 1. */
export function drawBadge({ label, value }: BadgeText): string {
  const [left, right] = [widthOf(label), widthOf(value)].map((width) => Math.ceil(width) + 2 * padding) as [
    number,
    number,
  ];
  const width = left + right;
  const words = escaped(`${label}: ${value}`);
  const text = (x: number, space: number, shown: string) =>
    `<text x="${x + padding}" y="14" textLength="${space - 2 * padding}" lengthAdjust="spacingAndGlyphs">${escaped(shown)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" viewBox="0 0 ${width} 20" role="img" aria-label="${words}">`,
    `<title>${words}</title>`,
    `<rect width="${width}" height="20" rx="3" fill="#2f3437"/>`,
    `<path d="M${left} 0h${right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-${right - 3}z" fill="#1f4fa3"/>`,
    `<g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">`,
    text(0, left, label),
    text(left, right, value),
    "</g></svg>",
  ].join("");
}
