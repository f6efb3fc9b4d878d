import { expect, test } from "vitest";
import { guessType } from "./guess-type.ts";

test.each([
  ["", "shop", ["Dockerfile", "package.json", "src/main.ts"], "service"],
  ["", "shop", ["next.config.mjs", "Dockerfile", "package.json"], "website"],
  ["", "shop-sdk", ["package.json", "src/index.ts"], "library"],
  ["", "shop-api", ["package.json", "src/index.ts"], "service"],
  ["", "left-pad", ["package.json"], "library"],
  ["", "platform", ["main.tf", "modules/x/main.tf"], "infrastructure"],
  [
    "services/cart",
    "cart",
    ["services/cart/go.mod", "services/cart/cmd/cart/main.go", "web/index.html"],
    "service",
  ],
  ["web", "web", ["services/cart/Dockerfile", "web/index.html"], "website"],
  ["", "handbook", ["README.md"], "documentation"],
  ["", "thing", ["README.md"], "service"],
])("%j %s with %j is a %s", (folder, name, paths, type) => {
  expect(guessType(folder, name, paths).type).toBe(type);
});

test("what decided is named", () => {
  expect(guessType("a", "a", ["a/deploy/Chart.yaml"])).toEqual({
    type: "service",
    because: "deploy/Chart.yaml is made to be deployed",
    file: "a/deploy/Chart.yaml",
  });
});
