import { expect, test } from "vitest";
import { z } from "zod";
import { shapeWords } from "./shape-words.ts";

const Body = z.object({
  name: z.string().min(1).max(5),
  at: z.iso.datetime(),
  count: z.number().refine((value) => value < 10, "lies above 9"),
  alerts: z.array(z.discriminatedUnion("status", [z.object({ status: z.literal("firing") })])),
});
const whole = { name: "a", at: "2026-11-21T14:03:00Z", count: 1, alerts: [{ status: "firing" }] };
const said = (body: unknown) => {
  const read = Body.safeParse(body);
  return read.success ? null : shapeWords(read.error, body);
};

test("what is wrong with a body is said with its place, in no words of the schema's library", () => {
  expect(said(whole)).toBeNull();
  expect(said("text")).toBe("The body is not an object");
  expect(said({ ...whole, name: undefined })).toBe("name is missing");
  expect(said({ ...whole, name: 7 })).toBe("name is not a text");
  expect(said({ ...whole, name: "" })).toBe("name is empty");
  expect(said({ ...whole, name: "abcdef" })).toBe("name is longer than 5 characters");
  expect(said({ ...whole, at: "soon" })).toBe("at is no time such as 2026-11-21T14:03:00Z");
  expect(said({ ...whole, count: 10 })).toBe("count lies above 9");
  expect(said({ ...whole, alerts: {} })).toBe("alerts is not a list");
  expect(said({ ...whole, alerts: [{ status: "lit" }] })).toBe("alerts.0.status is none of firing");
});
