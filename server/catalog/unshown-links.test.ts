import { expect, test } from "vitest";
import { unshownLinks } from "./unshown-links.ts";

test("links that no page shows are told with their place, others and odd shapes are not", () => {
  const links = [
    { url: "https://x.example" },
    { url: "JavaScript:alert(1)" },
    { url: "mailto:a@x.example" },
    { url: "data:text/html,x" },
    { url: 5 },
    null,
  ];
  expect(unshownLinks({ metadata: { links } }).map(({ pointer }) => pointer)).toEqual([
    "/metadata/links/1/url",
    "/metadata/links/3/url",
  ]);
  expect(unshownLinks({ metadata: { links: "x" } })).toEqual([]);
  expect(unshownLinks({})).toEqual([]);
});
