import { describe, expect } from "vitest";
import { as, test } from "#server/testing/database.ts";
import { documentedEntry, importDocs } from "#server/testing/documentation.ts";
import { person } from "#server/testing/people.ts";
import { docsRoutes } from "./docs.ts";
import type { HttpRequest } from "./route.ts";

const request = (path: string, headers: Record<string, string> = {}): HttpRequest => ({
  method: "GET",
  url: new URL(`http://portal.test/image?path=${encodeURIComponent(path)}`),
  headers: new Headers(headers),
  params: { kind: "component", namespace: "default", name: "pictured" },
  requestId: "1",
  address: null,
  readJson: async () => null,
});

describe("an image of a documentation", () => {
  test("comes with its type, a sandbox, and is asked for again each time", async ({ db }) => {
    await importDocs(db, {
      "catalog-info.yaml": documentedEntry("pictured"),
      "docs/index.md": "# P\n\n![a](a.svg) ![b](b.html)\n",
      "docs/a.svg": '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
      "docs/b.html": "<script>alert(1)</script>",
      "docs/unshown.png": "x",
    });
    const [image] = docsRoutes;
    const ctx = as(db, person("developer"));
    const answer = await image!.handle(ctx, request("docs/a.svg"));
    expect(answer.headers).toMatchObject({
      "content-type": "image/svg+xml",
      "content-security-policy": expect.stringMatching(/^default-src 'none';.*sandbox$/),
      "cache-control": "private, no-cache",
    });
    const again = await image!.handle(
      ctx,
      request("docs/a.svg", { "if-none-match": answer.headers?.etag ?? "" }),
    );
    expect([again.status, again.body]).toEqual([304, null]);
    for (const path of ["docs/b.html", "docs/unshown.png", "../../etc/passwd", "catalog-info.yaml"])
      await expect(image!.handle(ctx, request(path)), path).rejects.toMatchObject({ code: "not_found" });
    await expect(image!.handle(ctx, request(""))).rejects.toMatchObject({ code: "invalid" });
  });
});
