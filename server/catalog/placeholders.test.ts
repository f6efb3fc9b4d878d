import { expect, test } from "vitest";
import { fillPlaceholders } from "./placeholders.ts";

const files: Record<string, string> = {
  "a.txt": "plain text",
  "a.json": '{"list":[1,2]}',
  "a.yaml": "deep: { value: true }\n",
  "two.yaml": "a: 1\n---\nb: 2\n",
  "broken.json": "{",
  "broken.yaml": "a: [",
};
const read = async (target: string) => {
  const text = files[target];
  if (text === undefined) throw new Error("there is no such file");
  return text;
};
const fill = (spec: unknown) => fillPlaceholders({ spec }, read);

test("each placeholder becomes what its file holds, wherever it stands", async () => {
  const { judged, kept, problems } = await fill({
    definition: { $text: "a.txt" },
    list: [{ $json: "a.json" }, { deep: { $yaml: "a.yaml" } }],
    api: { $openapi: "a.yaml" },
  });
  expect(judged).toEqual({
    spec: {
      definition: "plain text",
      list: [{ list: [1, 2] }, { deep: { deep: { value: true } } }],
      api: "deep: { value: true }\n",
    },
  });
  expect(kept).toEqual(judged);
  expect(problems).toEqual([]);
});

test("other dollar keys, and objects with more than the placeholder, are left alone", async () => {
  const spec = { a: { $ref: "#/x" }, b: { $text: "a.txt", more: 1 }, c: { $unknown: "a.txt" } };
  const { judged, problems } = await fill(spec);
  expect(judged).toEqual({ spec });
  expect(problems).toEqual([]);
});

test.each([
  [{ $text: "absent.txt" }, "$text cannot be filled in from absent.txt: there is no such file"],
  [{ $json: "broken.json" }, "$json cannot be filled in: broken.json is not readable"],
  [{ $yaml: "broken.yaml" }, "$yaml cannot be filled in: broken.yaml is not readable"],
  [{ $yaml: "two.yaml" }, "it holds 2 documents instead of one"],
  [{ $text: 5 }, "$text takes a path or a web address"],
])("%j stays as written, is judged as a text, and is told with its place", async (placeholder, message) => {
  const { judged, kept, problems } = await fill({ definition: placeholder });
  expect(kept).toEqual({ spec: { definition: placeholder } });
  expect(typeof (judged.spec as { definition: unknown }).definition).toBe("string");
  expect(problems).toEqual([{ pointer: "/spec/definition", message: expect.stringContaining(message) }]);
});

test("nested too deeply, or bringing in too much, a placeholder is not filled in", async () => {
  files["deep.json"] = `${"[".repeat(200)}${"]".repeat(200)}`;
  files["large.txt"] = "x".repeat(4_000_000);
  const { problems } = await fill([{ $json: "deep.json" }, ...Array(4).fill({ $text: "large.txt" })]);
  expect(problems).toEqual([
    { pointer: "/spec/0", message: expect.stringContaining("nested deeper than 100 levels") },
    { pointer: "/spec/4", message: expect.stringContaining("all texts together exceed 10 MB") },
  ]);
});
