import { expect, test } from "vitest";
import { judgeRequest } from "./body.ts";

const url = "http://127.0.0.1:3000/api/trpc/catalog.list";
const post = (body: BodyInit, headers: Record<string, string> = {}) =>
  new Request(url, { method: "POST", body, headers, duplex: "half" } as RequestInit);

test("what may pass is handed on as it came", async () => {
  const judged = await judgeRequest(post('{"0":{"json":{"a":"ü"}}}', { "x-a": "b" }));
  expect([judged.method, judged.url, judged.headers.get("x-a")]).toEqual(["POST", url, "b"]);
  expect(await judged.json()).toEqual({ 0: { json: { a: "ü" } } });
  expect(await (await judgeRequest(post("no json"))).text()).toBe("no json");
  const read = new Request(`${url}?input=${encodeURIComponent('{"0":{}}')}`);
  expect(await judgeRequest(read)).toBe(read);
});

test("a body without an end is cut off, whatever length it claims", async () => {
  let sent = 0;
  const endless = new ReadableStream({
    pull: (controller) => {
      sent += 65_536;
      controller.enqueue(new Uint8Array(65_536));
    },
  });
  await expect(judgeRequest(post(endless))).rejects.toMatchObject({ code: "too_large" });
  expect(sent).toBeLessThan(1_300_000);
  await expect(judgeRequest(post("{}", { "content-length": "5000000" }))).rejects.toMatchObject({
    code: "too_large",
  });
});

test.each([
  ["[".repeat(1_000_000 - 1), "deeper"],
  ['{"0":{"json":{"a":1,"a":2}}}', "twice"],
  ['{"0":{"json":{"__proto__":{}}}}', "__proto__"],
])("%# of a shape that nobody means is refused", async (text, words) => {
  await expect(judgeRequest(post(text))).rejects.toThrow(words);
  const short = text.slice(0, 2_000);
  if (short === text || words === "deeper")
    await expect(judgeRequest(new Request(`${url}?input=${encodeURIComponent(short)}`))).rejects.toThrow(
      words,
    );
});
