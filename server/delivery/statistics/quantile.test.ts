import fc from "fast-check";
import { expect, test } from "vitest";
import { ascending, percentile } from "./percentile.ts";
import { quantile } from "./quantile.ts";

test("is the percentile of the sorted values, asked once or again and again", () => {
  const values = fc.array(
    fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: 0, max: 3 })),
    {
      maxLength: 200,
    },
  );
  fc.assert(
    fc.property(
      values,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }),
      (list, shares) => {
        const given = Float64Array.from(list);
        const sorted = ascending(list);
        for (const p of [...shares, 0, 0.5, 1]) {
          const [found, told] = [quantile(given, p), percentile(sorted, p)];
          // -0 and 0 are in no order.
          expect(found === told || Object.is(found, told), `${found} ${told}`).toBe(true);
        }
        expect(ascending(given)).toEqual(sorted);
      },
    ),
  );
});

test("of nothing is nothing", () => {
  expect(quantile(new Float64Array(), 0.5)).toBeNull();
});
