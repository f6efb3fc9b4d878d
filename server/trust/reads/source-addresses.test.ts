import { expect, test } from "vitest";
import { commitAddress, editAddress, lineAddress } from "./source-addresses.ts";

const sha = "0123456789012345678901234567890123456789";

test.each([
  [
    `https://github.com/a/b/blob/${sha}/x/c.yaml`,
    "#L7",
    `https://github.com/a/b/commit/${sha}`,
    "https://github.com/a/b/edit/main/x/c.yaml",
  ],
  [
    `https://gitlab.com/g/s/b/-/blob/${sha}/c.yaml`,
    "#L7",
    `https://gitlab.com/g/s/b/-/commit/${sha}`,
    "https://gitlab.com/g/s/b/-/edit/main/c.yaml",
  ],
  [
    `https://codeberg.org/a/b/src/commit/${sha}/c.yaml`,
    "#L7",
    `https://codeberg.org/a/b/commit/${sha}`,
    "https://codeberg.org/a/b/edit/main/c.yaml",
  ],
  [
    `https://bitbucket.org/a/b/src/${sha}/c.yaml`,
    "#lines-7",
    `https://bitbucket.org/a/b/commit/${sha}`,
    "https://bitbucket.org/a/b/edit/main/c.yaml",
  ],
])("%s", (page, mark, commit, edit) => {
  expect(lineAddress(page, 7)).toBe(`${page}${mark}`);
  expect(commitAddress(page, sha)).toBe(commit);
  expect(editAddress(page, "main")).toBe(edit);
});

test("no address is made up for what is not known, or no page of the web", () => {
  for (const page of [null, "/srv/catalog/c.yaml", "javascript:alert(1)//blob/x/y"]) {
    expect(lineAddress(page, 7)).toBeNull();
    expect(commitAddress(page, sha)).toBeNull();
    expect(editAddress(page, "main")).toBeNull();
  }
  expect(editAddress(`https://github.com/a/b/blob/${sha}/c.yaml`, null)).toBeNull();
  expect(editAddress("https://github.com/a/b/blob/main/c.yaml", null)).toBe(
    "https://github.com/a/b/edit/main/c.yaml",
  );
});
