import { histogram } from "#server/observe/series.ts";
import { traced } from "#server/observe/trace.ts";

const seconds = histogram({
  name: "milepost_procedure_duration_seconds",
  help: "tRPC procedures, by name and by the code of their answer",
  labelNames: ["procedure", "code"],
});

type Result = { ok: true } | { ok: false; error: { code: string } };

/** Measures and traces a procedure. Only known ones come here, so that the names are few; inputs are not kept. */
export function observeProcedure<R extends Result>(
  path: string,
  type: string,
  next: () => Promise<R>,
): Promise<R> {
  const began = performance.now();
  const attributes = { "rpc.system": "trpc", "rpc.method": path, "milepost.procedure.type": type };
  return traced(`trpc ${path}`, { attributes }, async (note) => {
    const result = await next();
    const code = result.ok ? "OK" : result.error.code;
    seconds.observe({ procedure: path, code }, (performance.now() - began) / 1000);
    if (!result.ok) note.fail(code);
    return result;
  });
}
