import fc from "fast-check";
import { expect, test } from "vitest";
import { readClues } from "./clues.ts";

test.each([
  [
    "ledger.payments.svc.cluster.local",
    { host: "ledger.payments.svc.cluster.local", values: ["ledger", "payments"] },
  ],
  ["API.example.com:8443", { host: "api.example.com", values: ["api"] }],
  ["images.example.com/pay/ledger:1.2.3", { values: ["images.example.com/pay/ledger", "ledger"] }],
  [`ledger@sha256:${"a".repeat(64)}`, { values: ["ledger"] }],
  [
    "https://github.com/Acme/Ledger/tree/main/services/pay",
    { repository: { slug: "acme/ledger", path: "services/pay" } },
  ],
  ["https://github.com/acme/ledger.git", { repository: { slug: "acme/ledger", path: null } }],
  ["git@github.com:acme/ledger.git", { repository: { slug: "acme/ledger", path: null } }],
  ["acme/ledger/services/pay", { repository: { slug: "acme/ledger", path: "services/pay" } }],
  ["arn:aws:sqs:eu-west-1:123456789012:orders", { values: ["orders"] }],
  ["cost-center=4711", { values: ["4711"] }],
  ["team: payments", { values: ["payments"] }],
  [
    "https://alerts.example.com/rules/77?x=1#y",
    { host: "alerts.example.com", address: "https://alerts.example.com/rules/77" },
  ],
  ["9F86D081", { commit: "9f86d081" }],
  ["orders", { values: ["orders"], host: null, repository: null, commit: null }],
])("%s is taken apart", (text, expected) => {
  const { values, ...rest } = readClues(text);
  const { values: wanted, ...others } = expected as Partial<ReturnType<typeof readClues>>;
  expect(rest).toMatchObject(others);
  expect(values).toEqual(expect.arrayContaining(wanted ?? []));
});

test("any text is taken, in bounded time, and its values are short", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 3000 }), (text) => {
      const { values } = readClues(text);
      return values.length <= 8 && values.every((value) => value.length <= 200);
    }),
  );
  const long = `${"a.".repeat(5000)}!`;
  expect(readClues(long).host).toBeNull();
});
