import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { MarkedText } from "./marked-text.tsx";

const inner = (text: string) =>
  renderToStaticMarkup(<MarkedText text={text} />)
    .replaceAll(/<\/?span>/g, "")
    .replaceAll(/ class="[^"]*"/g, "");

test.each([
  ["plain", "plain"],
  ["a \u0002found\u0003 b", "a <mark>found</mark> b"],
  ["\u0002a\u0003\u0002b\u0003", "<mark>a</mark><mark>b</mark>"],
  ["<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"],
  ["\u0002<script>\u0003", "<mark>&lt;script&gt;</mark>"],
  ["cut \u0002off", "cut off"],
  ["\u0003 stray", " stray"],
])("%j", (text, expected) => {
  expect(inner(text)).toBe(expected);
});
