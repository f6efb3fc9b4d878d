import { expect, test } from "vitest";
import { takeTurns } from "#server/core/take-turns.ts";
import { documentsOf } from "./documents-of.ts";
import { judgeSent } from "./judge-sent.ts";

const component = (number: number) => ({
  apiVersion: "backstage.io/v1alpha1",
  kind: "Component",
  metadata: { name: `c${number}`, description: "Does one thing" },
  spec: {
    type: "service",
    lifecycle: "production",
    owner: "nobody",
    dependsOn: [`component:c${number + 1}`],
  },
});
const origin = { managedBy: (ref: string) => `custom:x/${ref}`, origin: "custom:x" };

/** How often others had their turn while the work went on. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await work();
  isOver = true;
  return turns;
}

test("others get their turn while many entries are read and judged", async () => {
  const sent = Array.from({ length: 2000 }, (_, number) => component(number));
  let documents: Awaited<ReturnType<typeof documentsOf>> = [];
  expect(
    await turnsDuring(async () => {
      documents = await documentsOf(sent);
    }),
  ).toBeGreaterThan(1);
  expect(
    await turnsDuring(async () => {
      expect((await judgeSent(documents, origin)).entries).toHaveLength(2000);
    }),
  ).toBeGreaterThan(1);
});

test("a turn is given as often as was asked for, and else the work goes on", async () => {
  const always = takeTurns(0);
  const seldom = takeTurns(3_600_000);
  const four = async (letOthersRun: () => Promise<void>) => {
    for (let part = 0; part < 4; part += 1) await letOthersRun();
  };
  expect(await turnsDuring(() => four(always))).toBeGreaterThanOrEqual(4);
  expect(await turnsDuring(() => four(seldom))).toBe(0);
});
