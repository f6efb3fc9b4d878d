import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

type Tokens = Map<string, string>;
type Rgb = [number, number, number];

const css = readFileSync(new URL("../../app/globals.css", import.meta.url), "utf8");
const light = tokensIn(block("@theme static"));
const themes: [string, Tokens][] = [
  ["light", light],
  ["dark", new Map([...light, ...tokensIn(block('[data-theme="dark"] {'))])],
];

/** What lies behind text, and every text colour that is laid upon it. */
const papers = ["canvas", "rail", "sunken", "raised", "hover", "hover-floating", "pressed"];
const texts = ["fg", "fg-soft", "muted", "danger", "success", "warning", "info", "accent"];
const pairs: [text: string, on: string, atLeast: number][] = [
  ...papers.flatMap((paper) => texts.map((text): [string, string, number] => [text, paper, 4.5])),
  ...["success", "warning", "danger", "info", "neutral"].flatMap((tone): [string, string, number][] => [
    [tone, `${tone}-tint`, 4.5],
    ["fg", `${tone}-tint`, 4.5],
    ["fg-soft", `${tone}-tint`, 4.5],
    [`${tone}-line`, "canvas", 3],
    [`${tone}-line`, "raised", 3],
  ]),
  ["on-accent", "accent", 4.5],
  ["on-accent", "accent-strong", 4.5],
  ["on-ink", "ink", 4.5],
  ["fg", "accent-tint", 4.5],
  ["muted", "accent-tint", 4.5],
  ["accent", "accent-tint", 3],
  ...["canvas", "rail", "raised", "sunken", "hover"].map((paper): [string, string, number] => [
    "line-control",
    paper,
    3,
  ]),
  ...["canvas", "raised"].flatMap((paper) =>
    ["1", "2", "3", "4", "5", "other"].map((series): [string, string, number] => [
      `chart-${series}`,
      paper,
      3,
    ]),
  ),
];

for (const [name, tokens] of themes) {
  test.each(pairs)(`${name}: %s on %s reaches %d`, (text, paper, atLeast) => {
    expect(contrast(rgb(tokens, text), rgb(tokens, paper))).toBeGreaterThanOrEqual(atLeast);
  });
}

test("the dark theme is its own", () => {
  const [, dark] = themes;
  expect(dark?.[1].get("n1")).not.toBe(light.get("n1"));
});

test("the measure agrees with known values", () => {
  expect(contrast([1, 1, 1], [0, 0, 0])).toBeCloseTo(21);
  expect(contrast(fromHex("#767676"), [1, 1, 1])).toBeCloseTo(4.54, 2);
  expect(fromOklch("oklch(0.627955 0.257683 29.2339)").map((part) => Math.round(part * 255))).toEqual([
    255, 0, 0,
  ]);
});

/** The text between the braces that follow `head`. */
function block(head: string): string {
  const start = css.indexOf("{", css.indexOf(head));
  if (!css.includes(head)) throw new Error(`No block ${head}`);
  let depth = 0;
  for (let at = start; at < css.length; at += 1) {
    if (css[at] === "{") depth += 1;
    if (css[at] === "}") depth -= 1;
    if (depth === 0) return css.slice(start + 1, at);
  }
  throw new Error(`${head} is never closed`);
}

function tokensIn(text: string): Tokens {
  return new Map(
    [...text.matchAll(/--color-([\w-]+):\s*([^;]+);/g)].map(([, name = "", value = ""]) => [
      name,
      value.trim(),
    ]),
  );
}

function rgb(tokens: Tokens, name: string): Rgb {
  const value = tokens.get(name);
  if (!value) throw new Error(`No token --color-${name}`);
  const other = /^var\(--color-([\w-]+)\)$/.exec(value)?.[1];
  if (other) return rgb(tokens, other);
  return value.startsWith("#") ? fromHex(value) : fromOklch(value);
}

function fromHex(hex: string): Rgb {
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return [part(1), part(3), part(5)];
}

/** OKLCH to sRGB as in CSS Color 4, what lies outside clipped. */
function fromOklch(text: string): Rgb {
  const [l = 0, c = 0, h = 0] = (/oklch\(([^)]+)\)/.exec(text)?.[1] ?? "").split(" ").map(Number);
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const [x, y, z] = [
    (l + 0.3963377774 * a + 0.2158037573 * b) ** 3,
    (l - 0.1055613458 * a - 0.0638541728 * b) ** 3,
    (l - 0.0894841775 * a - 1.291485548 * b) ** 3,
  ];
  return [
    gamma(4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z),
    gamma(-1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z),
    gamma(-0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z),
  ];
}

function gamma(linear: number): number {
  const part = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.min(1, Math.max(0, part));
}

function contrast(one: Rgb, other: Rgb): number {
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

function luminance(colour: Rgb): number {
  const [r = 0, g = 0, b = 0] = colour.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
