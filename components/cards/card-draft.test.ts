import { expect, test } from "vitest";
import { draftOf, fieldsOf, listOf } from "./card-draft.ts";

test("values are written a line each, and a line without a place in the answer is not taken for one", () => {
  expect(fieldsOf("Gate: /status\n\n Open: alerts: /open/0 \nWhole:\nno colon")).toEqual([
    { label: "Gate", pointer: "/status" },
    { label: "Open: alerts", pointer: "/open/0" },
    { label: "Whole", pointer: "" },
    { label: "no colon", pointer: "?" },
  ]);
  expect(listOf(" component,api  system ")).toEqual(["component", "api", "system"]);
});

test("a preset becomes a draft that is on and has no row yet", () => {
  const preset = {
    name: "A",
    preset: "a",
    kind: "link",
    annotation: null,
    entityKinds: ["api"],
    urlPattern: "{+value}",
  };
  expect(draftOf(preset as never)).toMatchObject({
    id: null,
    isOn: true,
    annotation: "",
    entityKinds: "api",
  });
});
