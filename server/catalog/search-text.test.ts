import { expect, test } from "vitest";
import { meantWords, plainText, prefixQuery, typingErrors, wordsOf } from "./search-text.ts";

test.each([
  ["checkoutPaymentAPI-v2", ["checkout", "payment", "api", "v2"]],
  ["Zürich_Straße.Łódź", ["zurich", "strasse", "lodz"]],
  ["HTTPServer", ["http", "server"]],
  ["支付 service", ["支付", "service"]],
  ["--- !!! ", []],
])("words of %s", (text, words) => {
  expect(wordsOf(text)).toEqual(words);
});

test("what is typed becomes a query of word beginnings, with nothing in it that PostgreSQL would read as syntax", () => {
  expect(prefixQuery(wordsOf("pay & !(out):*").map((word) => [word]))).toBe("(pay:*) & (out:*)");
  expect(prefixQuery([["ledger", "ledgers"], ["api"]])).toBe("(ledger:* | ledgers:*) & (api:*)");
  expect(plainText("É")).toBe("e");
});

test.each([
  ["ledger", "ledger", 0],
  ["legder", "ledger", 1],
  ["leger", "ledger", 1],
  ["ledgeer", "ledger", 1],
  ["lodger", "ledger", 1],
  ["authetnicatoin", "authentication", 2],
  ["", "abc", 3],
])("from %s to %s it takes %i errors", (a, b, errors) => {
  expect(typingErrors(a, b)).toBe(errors);
  expect(typingErrors(b, a)).toBe(errors);
});

test("short words have to be right, longer ones may have one or two errors", () => {
  expect(meantWords("app", ["api"])).toEqual([]);
  expect(meantWords("legder", ["letter", "ledger", "ledgers", "ledger"])).toEqual(["ledger"]);
  expect(meantWords("gatewya", ["gateway", "gateways"])).toEqual(["gateway"]);
});
