import { readDemoStatus } from "#server/demo/read.ts";
import { removeDemo } from "#server/demo/remove-demo.ts";
import { anyone, role, router } from "./init.ts";

export const demo = router({
  state: anyone.query(({ ctx }) => readDemoStatus(ctx)),
  remove: role("platform").mutation(({ ctx }) => removeDemo(ctx)),
});
