import fc from "fast-check";
import { expect, test } from "vitest";
import { yamlTokens } from "./yaml-tokens.ts";

const shown = (line: string) =>
  yamlTokens(line)
    .map((token) => `${token.kind}(${token.text})`)
    .join("");

test.each([
  ["kind: Component", "key(kind)plain(:)plain( Component)"],
  ["  - name: a # why", "plain(  - )key(name)plain(:)plain( a )comment(# why)"],
  ["# whole line", "comment(# whole line)"],
  ["url: https://x.example/#part", "key(url)plain(:)plain( https://x.example/#part)"],
  ["port: 8080", "key(port)plain(:)literal( 8080)"],
  ["on: true", "key(on)plain(:)literal( true)"],
  ['title: "a # b"', 'key(title)plain(:)text( "a # b")'],
  ["note: it's # not text", "key(note)plain(:)plain( it's )comment(# not text)"],
  ["backstage.io/source: url:x", "key(backstage.io/source)plain(:)plain( url:x)"],
  ['  "openapi": "3.1.0",', 'plain(  )key("openapi")plain(:)text( "3.1.0",)'],
  ["just words", "plain(just words)"],
  ["---", "plain(-)plain(--)"],
  ["", ""],
])("%s", (line, tokens) => {
  expect(shown(line)).toBe(tokens);
});

test("no letter is lost or added, whatever the line", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."ab:#-'\" {[1.\t") }), (line) => {
      expect(
        yamlTokens(line)
          .map((token) => token.text)
          .join(""),
      ).toBe(line);
    }),
  );
});
