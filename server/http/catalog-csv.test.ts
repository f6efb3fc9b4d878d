import { expect } from "vitest";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { entitiesCsv } from "./catalog-csv.ts";

async function download(
  db: Parameters<typeof as>[0],
  query: string,
): Promise<{ headers: Record<string, string>; lines: string[] }> {
  const url = new URL(`http://127.0.0.1/api/v1/catalog/entities.csv${query}`);
  const request = {
    method: "GET",
    url,
    headers: new Headers(),
    params: {},
    requestId: "r1",
    address: null,
    readJson: async () => null,
  };
  const answer = await entitiesCsv(as(db, undefined, new Date("2026-05-04T00:00:00Z")), request);
  let text = "";
  for await (const part of answer.body as AsyncIterable<string>) text += part;
  expect(text.endsWith("\r\n")).toBe(true);
  return { headers: answer.headers ?? {}, lines: text.trimEnd().split("\r\n") };
}

test("the filtered catalog comes as CSV, quoted, and without formulas", async ({ db }) => {
  await importFiles(db, "/csv", {
    "a.yaml": fileOf(
      documentText("Component", "plain", {
        metadata: { tags: ["a", "b"], description: 'He said "no", twice' },
        spec: { owner: "team" },
      }),
      documentText("Component", "evil", {
        metadata: { title: "=HYPERLINK(1)", description: "@SUM(1+1)*cmd" },
      }),
      documentText("Resource", "other"),
    ),
  });
  const { headers, lines } = await download(db, "?kind=component");
  expect(headers).toMatchObject({
    "content-type": "text/csv; charset=utf-8; header=present",
    "content-disposition": 'attachment; filename="catalogue-2026-05-04.csv"',
  });
  expect(lines[0]).toBe(
    "ref,kind,name,title,type,lifecycle,owner,system,tags,problems,file gone since,updated,description",
  );
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(/^component:default\/evil,Component,evil,'=HYPERLINK\(1\),.*,'@SUM\(1\+1\)\*cmd$/);
  expect(lines[2]).toMatch(
    /^component:default\/plain,.*,group:default\/team,,a b,0,,2026-05-04T00:00:00\.000Z,"He said ""no"", twice"$|^component:default\/plain,.*"He said ""no"", twice"$/,
  );
  expect((await download(db, "?kind=component&kind=resource&query=other")).lines).toHaveLength(2);
  await expect(download(db, "?is=strange")).rejects.toMatchObject({ code: "invalid" });
});
