import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CardFacts, fillPattern, isForKind, originOf, patternProblem, textAt } from "./model.ts";
import { cardPresets } from "./presets.ts";

const facts: CardFacts = {
  value: "team a/über?x",
  name: "ledger",
  namespace: "default",
  kind: "Component",
  owner: "payments",
  system: null,
  repository: "acme/ledger",
};

describe("a pattern", () => {
  test.each([
    ["https://grafana.example.com/d?q={value}", "https://grafana.example.com/d?q=team%20a%2F%C3%BCber%3Fx"],
    ["https://ci.example.com/{+repository}/runs", "https://ci.example.com/acme/ledger/runs"],
    [
      "https://x.example.com/{namespace}/{name}?team={owner}",
      "https://x.example.com/default/ledger?team=payments",
    ],
    ["https://x.example.com/{system}", null],
    ["{+value}", null],
  ])("%s is filled", (pattern, address) => {
    expect(fillPattern(pattern, facts)).toBe(address);
  });

  test("that is the annotation itself takes web addresses and nothing else", () => {
    const of = (value: string) => fillPattern("{+value}", { ...facts, value });
    expect(of("https://wiki.example.com/runbook#restart")).toBe("https://wiki.example.com/runbook#restart");
    for (const value of [
      "javascript:alert(1)",
      "data:text/html,x",
      "//evil",
      "/etc",
      "https://a:b@evil.example",
    ])
      expect(of(value), value).toBeNull();
  });

  test("never leads to a host other than the one that it names, whatever the entry says", () => {
    const pattern = "https://grafana.example.com/{+value}?n={name}";
    fc.assert(
      fc.property(fc.string(), fc.string(), (value, name) => {
        const address = fillPattern(pattern, { ...facts, value: wellFormed(value), name: wellFormed(name) });
        expect(address === null || new URL(address).origin === "https://grafana.example.com").toBe(true);
      }),
    );
  });

  test("stays in the path that it names", () => {
    const of = (pattern: string, value: string) => fillPattern(pattern, { ...facts, value });
    const pattern = "https://tool.example.com/api/projects/{+value}/status";
    expect(of(pattern, "team/ledger")).toBe("https://tool.example.com/api/projects/team/ledger/status");
    expect(of(pattern, "x?admin=1#y")).toBe("https://tool.example.com/api/projects/x%3Fadmin%3D1%23y/status");
    for (const value of ["../../admin", "a/../b", "..", ".", "a/%2e%2E/b"]) {
      expect(of(pattern, value), value).toBeNull();
      expect(
        of("https://tool.example.com/api/projects/{value}/status", value.split("/")[0] ?? ""),
        value,
      ).toSatisfy(
        (address: string | null) =>
          address === null || address.startsWith("https://tool.example.com/api/projects/"),
      );
    }
  });

  test.each([
    ["https://{value}/x", "it has to begin with https:// and a host, or be {+value} alone"],
    ["https://grafana.example.com.{value}", "it has to begin with https:// and a host, or be {+value} alone"],
    ["javascript:alert({value})", "it has to begin with https:// and a host, or be {+value} alone"],
    [
      "https://user:secret@example.com/{value}",
      "it has to begin with https:// and a host, or be {+value} alone",
    ],
    ["https://example.com/{secret}", "it names {secret}, which is not known"],
    ["https://example.com/{value}", null],
    ["{+value}", null],
  ])("%s is judged before it is saved", (pattern, problem) => {
    const found = patternProblem(pattern);
    if (problem === null) expect(found).toBeNull();
    else expect(found).toContain(problem);
  });

  test("of each preset can be used once its own part is filled in", () => {
    for (const { urlPattern, preset } of cardPresets) expect(patternProblem(urlPattern), preset).toBeNull();
    expect(new Set(cardPresets.map(({ preset }) => preset)).size).toBe(cardPresets.length);
  });
});

const wellFormed = (text: string) => text.toWellFormed();

test("kinds are compared whatever their case, and no kinds mean all", () => {
  expect(isForKind({ entityKinds: ["component"] }, "Component")).toBe(true);
  expect(isForKind({ entityKinds: ["api"] }, "Component")).toBe(false);
  expect(isForKind({ entityKinds: [] }, "Anything")).toBe(true);
});

test("the origin of a pattern is the one before its first place", () => {
  expect(originOf("https://Grafana.Example.com:8443/x{value}")).toBe("https://grafana.example.com:8443");
  expect(originOf("https://example.com")).toBe("https://example.com");
  expect(originOf("{+value}")).toBeNull();
});

test.each([
  ["/status", "green"],
  ["/open", "3"],
  ["/alerts", "2"],
  ["/on/0/name", "Ana"],
  ["/a~1b/~0", "true"],
  ["/nothing", null],
  ["/on", "1"],
  ["/on/0", null],
  ["/__proto__/polluted", null],
])("%s is looked up as RFC 6901 says", (pointer, text) => {
  const document = { status: "green", open: 3, alerts: [1, 2], on: [{ name: "Ana" }], "a/b": { "~": true } };
  expect(textAt(document, pointer)).toBe(text);
});
