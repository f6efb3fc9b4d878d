import { expect, test } from "vitest";
import { pageOf, parseAddress, rawAddress } from "./location-address.ts";

test.each([
  ["/srv/catalogue/", { type: "folder", target: "/srv/catalogue" }],
  ["/srv/a/../b", { type: "folder", target: "/srv/b" }],
  ["file:///srv/with%20space", { type: "folder", target: "/srv/with space" }],
  ["/", { type: "folder", target: "/" }],
  [
    "https://github.com/acme/shop",
    { type: "git", target: "https://github.com/acme/shop", branch: null, path: "" },
  ],
  [
    "https://github.com/acme/shop.git",
    { type: "git", target: "https://github.com/acme/shop", cloneUrl: "https://github.com/acme/shop.git" },
  ],
  [
    "https://github.com/acme/shop/tree/main/catalog",
    { type: "git", repository: "https://github.com/acme/shop", branch: "main", path: "catalog" },
  ],
  [
    "https://github.com/acme/shop/blob/v2/a/catalog-info.yaml",
    { type: "git", branch: "v2", path: "a/catalog-info.yaml" },
  ],
  [
    "https://gitlab.com/group/sub/shop/-/tree/main/catalog",
    { type: "git", repository: "https://gitlab.com/group/sub/shop", branch: "main", path: "catalog" },
  ],
  [
    "https://codeberg.org/acme/shop/src/branch/dev/x.yml",
    { type: "git", repository: "https://codeberg.org/acme/shop", branch: "dev", path: "x.yml" },
  ],
  ["https://bitbucket.org/acme/shop/src/main/x", { type: "git", branch: "main", path: "x" }],
  [
    "https://dev.azure.com/org/project/_git/shop?path=/catalog&version=GBmain",
    {
      type: "git",
      repository: "https://dev.azure.com/org/project/_git/shop",
      branch: "main",
      path: "catalog",
    },
  ],
  [
    "https://example.com/files/catalog-info.yaml?x=1#top",
    { type: "file", url: "https://example.com/files/catalog-info.yaml?x=1" },
  ],
])("%s is understood", (text, expected) => {
  expect(parseAddress(text)).toMatchObject(expected);
});

test.each([
  ["git@github.com:acme/shop.git", "https"],
  ["ssh://git@github.com/acme/shop", "https"],
  ["catalogue", "neither a web address nor the full path"],
  ["../catalogue", "neither a web address nor the full path"],
  ["https://jo:secret@github.com/acme/shop", "user name and password"],
  ["https://github.com/", "names no repository"],
])("%s is refused with a sentence", (text, message) => {
  expect(() => parseAddress(text)).toThrow(message);
  expect(() => parseAddress(text)).not.toThrow("secret");
});

test.each([
  ["https://github.com/a/b/blob/main/x/y.yaml", "https://raw.githubusercontent.com/a/b/main/x/y.yaml"],
  ["https://gitlab.com/a/b/-/blob/main/y.yaml", "https://gitlab.com/a/b/-/raw/main/y.yaml"],
  ["https://codeberg.org/a/b/src/branch/main/y.yaml", "https://codeberg.org/a/b/raw/branch/main/y.yaml"],
  ["https://bitbucket.org/a/b/src/main/y.yaml", "https://bitbucket.org/a/b/raw/main/y.yaml"],
  ["https://example.com/src/y.yaml", "https://example.com/src/y.yaml"],
])("the bytes of %s", (page, raw) => {
  expect(rawAddress(page)).toBe(raw);
});

test("the page of a file is written as its host writes it", () => {
  expect(pageOf("https://github.com/a/b", "1f2e", "x y/z.yaml")).toBe(
    "https://github.com/a/b/blob/1f2e/x%20y/z.yaml",
  );
  expect(pageOf("https://gitlab.example.com/a/b", "1f2e", "z.yaml")).toBe(
    "https://gitlab.example.com/a/b/-/blob/1f2e/z.yaml",
  );
});
