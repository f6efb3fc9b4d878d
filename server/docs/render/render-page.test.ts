import { describe, expect, test } from "vitest";
import { renderPage } from "./render-page.ts";
import type { SitePlaces } from "./site-places.ts";

const places: SitePlaces = {
  base: "/docs",
  imageBase: "/image",
  pages: { "index.md": "", "guide/install.md": "guide/install", "guide/index.md": "guide" },
  files: { "img/a.png": "docs/img/a.png", "guide/b.svg": "docs/guide/b.svg", "x.pdf": "docs/x.pdf" },
  fileUrls: {
    "docs/img/a.png": "https://git.example/docs/img/a.png",
    "docs/x.pdf": "https://git.example/docs/x.pdf",
    "src/main.ts": "https://git.example/src/main.ts",
  },
  slugs: { separator: "-", isUnicode: false },
};

const render = (text: string, docPath = "index.md") =>
  renderPage({ docPath, file: `docs/${docPath}`, navTitle: null, text }, places);
const htmlOf = (text: string, docPath?: string) => render(text, docPath).html;

describe("blocks of MkDocs", () => {
  test("admonitions, with and without a title, nested and in lists", () => {
    const html = htmlOf(`!!! note "A *title*"
    Inside **bold**

        code

    !!! danger ""
        No title
outside

- item

    !!! tip
        in a list
`);
    expect(html).toContain('<div class="admonition kind-note"><p class="admonition-title">A *title*</p>');
    expect(html).toContain("<strong>bold</strong>");
    expect(html).toMatch(/<div class="admonition kind-danger">\s*<p>No title<\/p>/);
    expect(html).toMatch(/<\/div>\s*<p>outside<\/p>/);
    expect(html).toMatch(/<li>\s*<p>item<\/p>\s*<div class="admonition kind-tip">/);
  });

  test("collapsible ones, closed and open", () => {
    const html = htmlOf('??? tip "Look"\n    hidden\n\n???+ warning\n    shown\n');
    expect(html).toMatch(/<details class="kind-tip"><summary>Look<\/summary>/);
    expect(html).toMatch(/<details class="kind-warning" open><summary>Warning<\/summary>/);
  });

  test("content tabs that follow one another are one group", () => {
    const html = htmlOf(
      '=== "A"\n\n    one\n\n=== "B"\n\n    ```sh\n    two\n    ```\n\ntext\n\n=== "C"\n\n    three\n',
    );
    expect(html.match(/class="doc-tabs"/g)).toHaveLength(2);
    expect(html.match(/class="doc-tab"/g)).toHaveLength(3);
    expect(html).toContain('data-title="B"');
  });

  test("what only looks like one stays text", () => {
    expect(htmlOf("!!! \n\nWow!!! note\n\n===\n")).not.toContain("admonition");
    expect(htmlOf("Title\n=====\n")).toContain('class="doc-h1"');
    expect(htmlOf("```\n!!! note\n    x\n```\n")).not.toContain("admonition");
    expect(htmlOf(": no term\n")).not.toContain("<dl");
  });

  test("definition lists, abbreviations, footnotes, task lists and tables", () => {
    const html = htmlOf(`Apple
:   A fruit
:   A company

The HTML of HTMLX[^1]

- [x] done
- [ ] open

| a | b |
| - | -: |
| 1 | 2 |

[^1]: Note

*[HTML]: Hyper Text
`);
    expect(html).toContain("<dl><dt>Apple</dt><dd>A fruit</dd><dd>A company</dd></dl>");
    expect(html).toContain('<abbr title="Hyper Text">HTML</abbr> of HTMLX');
    expect(html).toContain('<a id="fnref:1" href="#fn:1">');
    expect(html).toContain('<li id="fn:1">');
    expect(html).toContain('role="img" aria-label="Done"');
    expect(html).toContain('<div class="doc-table" tabindex="0"');
    expect(html).toContain('<td align="right">2</td>');
  });

  test("code with title, marked lines and numbers", () => {
    const html = htmlOf('```python title="a.py" linenums="3" hl_lines="2"\nx = 1\ny = 2\n```\n');
    expect(html).toContain("<figcaption>a.py</figcaption>");
    expect(html).toContain('class="doc-line is-marked" data-line="4"');
    expect(html).toContain('class="hljs-number"');
    expect(htmlOf('``` { .yaml title="b" }\na: 1\n```\n')).toContain("language-yaml");
    expect(htmlOf("`#!python x`")).toContain("<code>x</code>");
    expect(htmlOf("```mermaid\ngraph TD; A-->B\n```")).toMatch(/<figure class="doc-mermaid"><pre.*A-->B/s);
  });

  test("attribute lists, emoji, keys and marks", () => {
    const html = htmlOf(`# Title {#own}

[Go](guide/install.md){ .md-button title="x" } ![p](img/a.png){ width=300 onclick="x" }

A paragraph
{: #para }

:rocket: ++ctrl+alt+del++ ==m== ^^i^^ x^2^ C++ and C++, {not a list} and :nosuch:
`);
    expect(html).toContain('<h2 id="own"');
    expect(html).toContain('<a title="x" class="md-button" href="/docs/guide/install">Go</a>');
    expect(html).toContain('alt="p" loading="lazy" width="300"');
    expect(html).not.toContain("onclick");
    expect(html).toContain('<p id="para">A paragraph');
    expect(html).toContain('🚀 <span class="keys"><kbd>Ctrl</kbd>+<kbd>Alt</kbd>+<kbd>Del</kbd></span>');
    expect(html).toContain(
      "<mark>m</mark> <ins>i</ins> x<sup>2</sup> C++ and C++, {not a list} and :nosuch:",
    );
  });
});

describe("headings", () => {
  test("have the anchors of Python-Markdown, the author's own first", () => {
    const { contents } = render("# A\n## Setup\n## Setup\n##No space `x_y`\n## Own {#setup_1}\n## 日本\n");
    expect(contents.map(({ anchor }) => anchor)).toEqual([
      "a",
      "setup",
      "setup_2",
      "no-space-x_y",
      "setup_1",
      "_1",
    ]);
  });

  test("raw ones get none, and the page is called by its first line or its file", () => {
    expect(render("<h2>Raw</h2>\n\n# First\n").contents.map(({ text }) => text)).toEqual(["First"]);
    expect(render("---\ntitle: Front\n---\n# Body\n").title).toBe("Front");
    expect(render("## Second level\n", "guide/how-to_do.md").title).toBe("How to do");
    expect(render("text").title).toBe("Home");
  });

  test("part the page for searching", () => {
    const { sections } = render("# A\nintro\n## B\nmore `code`\n\n- x\n- y\n");
    expect(sections).toEqual([
      { anchor: "a", title: "A", text: "intro" },
      { anchor: "b", title: "B", text: "more code x y" },
    ]);
  });
});

describe("links", () => {
  test.each([
    ["guide/install.md", "index.md", "/docs/guide/install"],
    ["./guide/install.md#a-b", "index.md", "/docs/guide/install#a-b"],
    ["../index.md", "guide/install.md", "/docs"],
    ["install.md", "guide/index.md", "/docs/guide/install"],
    ["../", "guide/install.md", "/docs/guide"],
    ["../../", "guide/install.md", "/docs"],
    ["/guide/install.md", "index.md", "/docs/guide/install"],
    ["guide/", "index.md", "/docs/guide"],
    ["../x.pdf", "guide/install.md", "https://git.example/docs/x.pdf"],
    ["../src/main.ts", "index.md", "https://git.example/src/main.ts"],
    ["https://example.com/a?b", "index.md", "https://example.com/a?b"],
    ["//example.com/a", "index.md", "https://example.com/a"],
    ["mailto:a@example.com", "index.md", "mailto:a@example.com"],
  ])("%s of %s leads to %s", (href, docPath, expected) => {
    const { html, problems } = render(`[x](${href})`, docPath);
    expect(html).toContain(`href="${expected}"`);
    expect(problems).toEqual([]);
  });

  test("that lead nowhere stay as text, and are told", () => {
    const { html, problems } = render("[x](no.md) [y](../../../etc/passwd) ![z](no.png) ![w](x.pdf)");
    expect(html).not.toContain("href");
    expect(problems.map(({ kind, target }) => [kind, target])).toEqual([
      ["link", "no.md"],
      ["link", "../../../etc/passwd"],
      ["image", "no.png"],
      ["image", "x.pdf"],
    ]);
  });

  test("to headings are given on, also those of the page itself", () => {
    const { links } = render("[a](#there) [b](guide/install.md#here)");
    expect(links).toEqual([
      { target: "#there", path: "", anchor: "there" },
      { target: "guide/install.md#here", path: "guide/install", anchor: "here" },
    ]);
  });

  test("to images of other hosts are links, so that no host learns who reads", () => {
    const html = htmlOf(
      "![Build](https://ci.example/badge.svg) [![B](https://ci.example/b.svg)](https://ci.example)",
    );
    expect(html).not.toContain("<img");
    expect(html).toContain('<a href="https://ci.example/badge.svg" class="doc-outside-image" rel="noopener');
    expect(html).not.toMatch(/<a[^>]*><a/);
  });
});
