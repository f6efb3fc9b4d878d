import { expect, test } from "vitest";
import { codeTokens } from "./code-tokens.ts";

const kinds = (text: string, language: "graphql" | "grpc") =>
  codeTokens(text, language).map((line) =>
    line.filter(({ kind }) => kind !== "plain").map(({ text: part, kind }) => `${kind} ${part}`),
  );

test("GraphQL", () => {
  const text = `"""\nAll of it # not a comment\n"""\ntype Query { # fields\n  a(x: Int = -3): String @deprecated(reason: "old \\" one")\n}`;
  expect(kinds(text, "graphql")).toEqual([
    ['text """'],
    ["text All of it # not a comment"],
    ['text """'],
    ["key type", "comment # fields"],
    ["literal -3", "key @deprecated", 'text "old \\" one"'],
    [],
  ]);
  expect(
    codeTokens(text, "graphql")
      .map((line) => line.map((token) => token.text).join(""))
      .join("\n"),
  ).toBe(text);
});

test(".proto", () => {
  expect(kinds(`/* a\n b */ message M { // c\n int32 a = 1; }`, "grpc")).toEqual([
    ["comment /* a"],
    ["comment  b */", "key message", "comment // c"],
    ["literal 1"],
  ]);
});
