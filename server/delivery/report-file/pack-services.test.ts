import { expect, test } from "vitest";
import { packServices, rowsAtOnce } from "./pack-services.ts";

const most = { services: 3, commits: 10, deployments: 5 };
const one = (name: string, commits: number, deployments: number) => ({ name, commits, deployments });
const names = (services: Parameters<typeof packServices<ReturnType<typeof one>>>[0]) =>
  packServices(services, most).map((pack) => pack.map(({ name }) => name).join(""));

test("services are packed in their order, up to what one statement reads", () => {
  expect(names([])).toEqual([]);
  expect(names([one("a", 4, 1), one("b", 6, 1), one("c", 1, 1), one("d", 1, 4), one("e", 0, 1)])).toEqual([
    "ab",
    "cd",
    "e",
  ]);
  expect(names(Array.from("abcde", (name) => one(name, 0, 0)))).toEqual(["abc", "de"]);
});

test("a large one stands alone, and nothing is put to it", () => {
  const large = one("L", rowsAtOnce.commits + 1, 0);
  const also = one("M", 0, rowsAtOnce.deployments + 1);
  expect(names([one("a", 0, 0), large, one("b", 0, 0), also, also, one("c", 0, 0)])).toEqual(
    Array.from("aLbMMc"),
  );
});
