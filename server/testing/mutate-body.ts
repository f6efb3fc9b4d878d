import type { Random } from "#db/seed/random.ts";

const strange: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  12,
  1.5,
  1e308,
  2 ** 53,
  "",
  " ",
  "0",
  "x 5",
  "\u0000",
  "\ud800",
  "x".repeat(5_000),
  "2026-02-30T99:00:00Z",
  "2026-03-02T10:00:00",
  "0001-01-01T00:00:00Z",
  "2199-01-01T00:00:00Z",
  [],
  {},
  [[[[[[]]]]]],
  { __proto__: { polluted: true } },
  "'; drop table users; --",
];

/** Puts something strange in the place of one value, wherever that lies, or leaves one out. */
export function distort(value: unknown, random: Random, depth = 0): unknown {
  const something = () => strange[random.between(0, strange.length - 1)];
  if (typeof value !== "object" || value === null || (depth > 0 && random.isTrue(0.15))) return something();
  const keys = Object.keys(value);
  const key = keys[random.between(0, Math.max(0, keys.length - 1))];
  if (key === undefined) return something();
  const inner = distort((value as Record<string, unknown>)[key], random, depth + 1);
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === key ? inner : item));
  if (random.isTrue(0.1)) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  return { ...value, [key]: inner };
}

/** The body with one thing wrong in it: cut off, bits turned over, nested without end, or a value that nobody means. */
export function mutateBody(body: Buffer, random: Random): Buffer {
  const kind = random.between(0, 9);
  if (kind === 0) return body.subarray(0, random.between(0, body.length));
  if (kind === 1) {
    const flipped = Buffer.from(body);
    for (let count = random.between(1, 8); count > 0; count -= 1) {
      const place = random.between(0, body.length - 1);
      flipped[place] = (flipped[place] ?? 0) ^ (1 << random.between(0, 7));
    }
    return flipped;
  }
  if (kind === 2)
    return Buffer.concat([body.subarray(0, 1), Buffer.from('"repository":7,"action":[],'), body.subarray(1)]);
  if (kind === 3 && random.isTrue(0.2)) {
    const deep = "[".repeat(100_000);
    return Buffer.concat([body.subarray(0, -1), Buffer.from(`,"deep":${deep}${deep.replaceAll("[", "]")}}`)]);
  }
  return Buffer.from(JSON.stringify(distort(JSON.parse(body.toString("utf8")), random)));
}

/** How many broken bodies a test sends: some thousand each time, or as many as MILEPOST_TEST_BODIES says. */
export const bodyCount = (usual: number): number => Number(process.env.MILEPOST_TEST_BODIES ?? usual);
