import { sign } from "@octokit/webhooks-methods";
import { expect, test } from "vitest";
import { findSigner, signBody } from "./signature.ts";

test("signs as GitHub's own library does", async () => {
  for (const body of ["{}", '{"name":"Tomás \\u0000"}', "x".repeat(100_000)])
    expect(signBody("s3cret", Buffer.from(body))).toBe(await sign("s3cret", body));
});

test("finds the secret that signed, whichever of the active ones it is", () => {
  const secrets = [{ value: "old" }, { value: "new" }];
  const body = Buffer.from("{}");
  for (const secret of secrets) expect(findSigner(secrets, body, signBody(secret.value, body))).toBe(secret);
});

test.each([
  ["another secret", signBody("other", Buffer.from("{}"))],
  ["another body", signBody("new", Buffer.from("{ }"))],
  ["no digest", "sha256="],
  ["half a digest", signBody("new", Buffer.from("{}")).slice(0, 40)],
  ["another algorithm's name", signBody("new", Buffer.from("{}")).replace("sha256", "sha1")],
  ["text that is not ASCII", "sha256=é"],
])("refuses %s", (_, signature) => {
  expect(findSigner([{ value: "new" }], Buffer.from("{}"), signature)).toBeNull();
});
