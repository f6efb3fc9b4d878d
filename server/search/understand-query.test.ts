import { describe, expect, test } from "vitest";
import { correctedText, queryText, understandQuery } from "./understand-query.ts";

const synonyms = [
  ["db", "database"],
  ["lb", "load balancer"],
];
const textOf = (typed: string) => queryText(understandQuery(typed, synonyms).terms);

describe("words, phrases and what means the same:", () => {
  test.each([
    ["", ""],
    ["   ", ""],
    ["pay", "((pay:*))"],
    ["Zürich pay", "((zurich:*)) & ((pay:*))"],
    ["payment-gateway", "((payment:* & gateway:*))"],
    ["GitHub", "((git:* & hub:*) | (github:*))"],
    ['"front door"', "((front <-> door))"],
    ['"front door', "((front <-> door))"],
    ["orders db", "((orders:*)) & ((db:*) | (database:*))"],
    ["load balancer", "((load:* & balancer:*) | (lb))"],
    ["lb", "((lb:*) | (load <-> balancer))"],
    // What is syntax to PostgreSQL is nothing here.
    ["a & b | !c:* <-> (d)", "((a:*)) & ((b:*)) & ((c:*)) & ((d:*))"],
    ["'; drop table entities; --", "((drop:*)) & ((table:*)) & ((entities:*))"],
    ["\u0002\u0003 <script>", "((script:*))"],
  ])("%s", (typed, expected) => {
    expect(textOf(typed)).toBe(expected);
  });

  test("by weight, and as whole words", () => {
    const { terms } = understandQuery("orders db", synonyms);
    expect(queryText(terms, { weights: "A" })).toBe("((orders:*A)) & ((db:*A) | (database:*A))");
    expect(queryText(terms, { isWhole: true })).toBe("((orders)) & ((db) | (database))");
  });

  test("no more than ten", () => {
    expect(understandQuery("a b c d e f g h i j k l", []).terms).toHaveLength(10);
  });
});

describe("what narrows:", () => {
  test.each([
    ["kind:api owner:payments orders", { kind: ["api"], owner: ["payments"] }, ["orders"]],
    ["KIND:API", { kind: ["API"] }, []],
    ['owner:"group:default/payments" x', { owner: ["group:default/payments"] }, ["x"]],
    ["tag:a tag:b", { tag: ["a", "b"] }, []],
    // While its value is being typed it narrows nothing.
    ["kind: orders", {}, ["orders"]],
    ["orders type:", {}, ["orders"]],
    // Anything else with a colon is text.
    ["http://orders", {}, ["http", "orders"]],
  ])("%s", (typed, filters, words) => {
    const query = understandQuery(typed, []);
    const none = { kind: [], type: [], owner: [], tag: [], system: [], lifecycle: [], is: [] };
    expect(query.filters).toEqual({ ...none, ...filters });
    expect(query.words).toEqual(words);
  });
});

test.each([
  ["component:default/Cart", "component:default/cart"],
  ["api:orders", "api:default/orders"],
  ["component:default/cart service", null],
  ["cart", null],
  ["kind:api", null],
])("%s names the entry %s", (typed, ref) => {
  expect(understandQuery(typed, []).ref).toBe(ref);
});

test("only mistyped words are replaced, and what narrows stays", () => {
  const meant = new Map([["paymnet", "payment"]]);
  expect(correctedText('Paymnet Gateway kind:api "paymnet x"', meant)).toBe(
    'payment Gateway kind:api "paymnet x"',
  );
});
