import fc from "fast-check";
import { expect, test } from "vitest";
import { mergeOverlays, type Overlay } from "./merge-overlays.ts";

const key = fc.constantFrom("a", "b", "example.com/c", "milepost.dev/added-in-portal", "__proto__");
const url = fc.constantFrom("https://one.test", "https://two.test", "mailto:a@b.test");
const base = fc.record(
  {
    kind: fc.constant("Component"),
    metadata: fc.record(
      {
        name: fc.constant("x"),
        annotations: fc.dictionary(key, fc.string()),
        links: fc.oneof(fc.array(fc.record({ url, title: fc.string() })), fc.constant("odd")),
      },
      { requiredKeys: ["name"] },
    ),
    spec: fc.dictionary(fc.string(), fc.string()),
  },
  { requiredKeys: ["metadata"] },
);
const overlay: fc.Arbitrary<Overlay> = fc.oneof(
  fc.record({ kind: fc.constant("annotation" as const), key, value: fc.string() }),
  fc.record({ kind: fc.constant("link" as const), key: url, value: fc.string() }),
);

type Metadata = { annotations?: Record<string, string>; links?: unknown };

test("whatever is added, nothing that the file says is changed or lost", () => {
  fc.assert(
    fc.property(base, fc.array(overlay, { maxLength: 6 }), (file, overlays) => {
      const before = structuredClone(file);
      const { document, superseded, added } = mergeOverlays(file as Record<string, unknown>, overlays);
      expect(file).toEqual(before);
      const stated = file.metadata as Metadata;
      const merged = document.metadata as Metadata;
      for (const name of Object.keys(stated.annotations ?? {})) {
        expect(merged.annotations?.[name]).toBe(stated.annotations?.[name]);
      }
      if (Array.isArray(stated.links))
        expect((merged.links as unknown[]).slice(0, stated.links.length)).toEqual(stated.links);
      else if (stated.links !== undefined) expect(merged.links).toBe(stated.links);
      const { metadata: _a, ...others } = document;
      const { metadata: _b, ...own } = file;
      expect(others).toEqual(own);
      for (const { kind, key: name } of overlays)
        if (kind === "annotation" && Object.hasOwn(stated.annotations ?? {}, name))
          expect(superseded.has(`annotation ${name}`)).toBe(true);
      if (overlays.every((one) => superseded.has(`${one.kind} ${one.key}`))) expect(added).toBe(0);
    }),
  );
});

test("what was added is told apart, and gives the entry its repository", () => {
  const { document, projectSlug } = mergeOverlays({ metadata: { name: "x" } }, [
    { kind: "annotation", key: "github.com/project-slug", value: "Acme/X" },
    { kind: "link", key: "https://one.test", value: "Runbook" },
  ]);
  expect(document).toEqual({
    metadata: {
      name: "x",
      annotations: {
        "github.com/project-slug": "Acme/X",
        "milepost.dev/added-in-portal": "github.com/project-slug",
        "milepost.dev/links-added-in-portal": "https://one.test",
      },
      links: [{ url: "https://one.test", title: "Runbook" }],
    },
  });
  expect(projectSlug).toBe("acme/x");
});
