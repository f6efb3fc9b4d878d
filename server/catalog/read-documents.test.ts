import { expect, test } from "vitest";
import { fileLimits, readDocuments, readOneValue } from "./read-documents.ts";

const read = (text: string) =>
  [...readDocuments(text)].map((item) =>
    item.ok
      ? item.document.value
      : `${item.problem.position.line}:${item.problem.position.column} ${item.problem.message}`,
  );

test("documents of one file are read apart, empty ones passed over", () => {
  expect(read("# about\n---\nkind: A\n---\n---\n# nothing\n---\nkind: B\n...\n")).toEqual([
    { kind: "A" },
    { kind: "B" },
  ]);
  expect(read("")).toEqual([]);
  expect(read("%YAML 1.2\n---\nkind: A\r\n---\r\nkind: B\r\n")).toEqual([{ kind: "A" }, { kind: "B" }]);
});

test.each([
  ["an unclosed quote", "name: 'x\n", "4:"],
  ["an unclosed bracket", "tags: [a, b\n", "4:"],
  ["a tab for indenting", "a:\n\tb: c\n", "4:"],
  ["a key twice", "a: 1\na: 2\n", "4:"],
  ["an unknown alias", "a: *nobody\n", "3:"],
])("%s does not hide the documents before and after it, and says its line", (_, broken, place) => {
  const found = read(`kind: Before\n---\n${broken}---\nkind: After\n`);
  expect(found[0]).toEqual({ kind: "Before" });
  expect(found.at(-1)).toEqual({ kind: "After" });
  expect(found).toHaveLength(3);
  expect(found[1]).toMatch(new RegExp(`^${place}\\d+ \\S`));
});

test.each([
  ["- a\n- b\n", 'Expected fields such as "kind:" but found a list'],
  ["just text\n", 'Expected fields such as "kind:" but found a text'],
  ["42\n", 'Expected fields such as "kind:" but found a number'],
  ['a: "x\\0y"\n', "A value holds U+0000 or half of a surrogate pair, which cannot be stored"],
  ['a: "x\\ud800y"\n', "A value holds U+0000 or half of a surrogate pair, which cannot be stored"],
])("%j is refused in words", (text, message) => {
  expect(read(text)).toEqual([`1:1 ${message}`]);
});

/** Nine aliases of nine aliases, ten levels deep: 3.5 thousand million values in 300 bytes. */
const laughs = ["a: &a [x, x, x, x, x, x, x, x, x]"]
  .concat(
    [..."bcdefghij"].map(
      (name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghi"[index]}`).join(", ")}]`,
    ),
  )
  .join("\n");

test.each([
  ["an alias bomb", laughs, "Aliases expand"],
  ["an alias of itself", "a: &a [*a]\n", "Aliases expand"],
  ["a million open brackets", "[".repeat(1_000_000), "nested deeper"],
  ["a million open braces", "{a: ".repeat(1_000_000), "nested deeper"],
  ["a hundred thousand dashes", "- ".repeat(100_000), "nested deeper"],
  ["a thousand levels of keys", "a: ".repeat(1000), "nested deeper"],
  ["a million small values", `{${"a,".repeat(1_000_000)}}`, "too many values"],
  ["a million anchors", "&a ".repeat(1_000_000), "too many values"],
  [
    "many aliases of a long text",
    `a: &a ${"x".repeat(100_000)}\nb: [${"*a, ".repeat(90)}]\n`,
    "Aliases expand",
  ],
  [
    "a hundred thousand keys",
    `{${Array.from({ length: 100_000 }, (_, index) => `k${index},`).join("")}}`,
    "too many values",
  ],
  ["a million lines of one text", `a: |\n${" x\n".repeat(1_000_000)}`, "too many lines"],
  [
    "a key twice, far apart",
    `${Array.from({ length: 9_000 }, (_, index) => `k${index}: 1\n`).join("")}k0: 2\n`,
    "unique",
  ],
  ["a million documents", "---\na\n".repeat(30_000), "documents"],
])("%s ends with a sentence", (_, text, message) => {
  const found = read(`kind: Before\n---\n${text}`);
  expect(found[0]).toEqual({ kind: "Before" });
  expect(found.at(-1)).toContain(message);
});

test("a field's place is found by its pointer, and its parent's where it is missing", () => {
  const text =
    'kind: A\n---\nkind: B\nmetadata:\n  annotations:\n    a.b/c~d: x\n  tags:\n    - one\n    - "two"\n';
  const items = [...readDocuments(text)];
  const second = items[1];
  if (!second?.ok) throw new Error("not read");
  const { locate, start } = second.document;
  expect(start).toEqual({ line: 3, column: 1 });
  expect(locate("/metadata/annotations/a.b~1c~0d")).toEqual({ line: 6, column: 5 });
  expect(locate("/metadata/tags/1")).toEqual({ line: 9, column: 7 });
  expect(locate("/metadata/name")).toEqual({ line: 4, column: 1 });
  expect(locate("/spec/owner")).toEqual({ line: 3, column: 1 });
});

test("a document's own text is its YAML without the separators", () => {
  const items = [...readDocuments("# head\n---\nkind: A # why\n---\nkind: B\n")];
  expect(items.map((item) => item.ok && item.document.text)).toEqual(["kind: A # why\n", "kind: B\n"]);
});

test("keys that mean something to JavaScript are plain keys", () => {
  const [value] = read("__proto__:\n  polluted: yes\nconstructor: x\n");
  expect(Object.keys(value as object)).toEqual(["__proto__", "constructor"]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test("a million directives end with a sentence", () => {
  expect(read("%a\n".repeat(1_000_000))[0]).toContain("too many values");
});

test("a map of fifteen thousand keys is read", () => {
  const text = Array.from({ length: 15_000 }, (_, index) => `k${index}: 1\n`).join("");
  expect(Object.keys(read(text)[0] as object)).toHaveLength(15_000);
});

test("a value is read within the same bounds", () => {
  expect(readOneValue("- a\n- { b: c }\n")).toEqual(["a", { b: "c" }]);
  for (const text of [
    laughs,
    "[".repeat(1_000),
    "a: 1\na: 2\n",
    "a: [",
    "a: 1\n---\nb: 2\n",
    "",
    `[${"1,".repeat(200_000)}]`,
  ])
    expect(() => readOneValue(text), text.slice(0, 20)).toThrow();
});

test("the limits leave room for real files", () => {
  const entity = "kind: Component\nmetadata:\n  name: x\n  tags: [a, b, c]\nspec:\n  owner: y\n";
  const text = Array(2000).fill(entity).join("---\n");
  expect(text.length).toBeLessThan(fileLimits.bytes);
  expect(read(text)).toHaveLength(2000);
});
