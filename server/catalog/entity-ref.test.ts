import { parseEntityRef, stringifyEntityRef } from "@backstage/catalog-model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatRef, normaliseRef, parseRef } from "./entity-ref.ts";

const part = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,20}$/);

test("a reference is known under one spelling, whatever its case", () => {
  fc.assert(
    fc.property(part, part, part, (kind, namespace, name) => {
      const ref = formatRef({ kind, namespace, name });
      expect(formatRef(parseRef(ref))).toBe(ref);
      expect(formatRef(parseRef(ref.toUpperCase()))).toBe(ref);
      expect(normaliseRef(` ${kind}:${namespace}/${name} `)).toBe(ref);
    }),
  );
});

test("any text is read as Backstage reads it, or refused as there", () => {
  const texts = fc.oneof(
    fc.stringMatching(/^[a-z:/.]{0,12}$/),
    fc.tuple(part, part, part).map(([kind, namespace, name]) => `${kind}:${namespace}/${name}`),
    fc.string({ maxLength: 12 }),
  );
  fc.assert(
    fc.property(texts, fc.option(part, { nil: undefined }), (text, kind) => {
      const theirs = attempt(() =>
        stringifyEntityRef(
          parseEntityRef(text, { ...(kind ? { defaultKind: kind } : {}), defaultNamespace: "here" }),
        ),
      );
      const ours = attempt(() => formatRef(parseRef(text, { ...(kind ? { kind } : {}), namespace: "here" })));
      expect(ours).toBe(theirs);
    }),
    { numRuns: 2000 },
  );
});

function attempt(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}

test.each([
  ["", "is empty"],
  ["payments", "does not say its kind"],
  ["component:", "is not a reference"],
  ["component:/x", "is not a reference"],
])("%j says what is wrong with it", (text, message) => {
  expect(() => parseRef(text)).toThrow(message);
});
