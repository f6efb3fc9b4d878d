import { hostname } from "node:os";
import type { Env } from "#server/core/env.ts";
import type { Logger } from "#server/core/log.ts";
import { readRelease } from "#server/core/release.ts";
import { readListenAddress } from "#server/observe/listen-address.ts";
import { readHeaders } from "#server/observe/read-headers.ts";
import { nameProcess } from "#server/observe/series.ts";

type Program = "web" | "worker";
export type Observing = { stop: () => Promise<void> };

/**
 * Turns on what the settings ask for: the series of this process; with MILEPOST_METRICS_ADDR a listener of their own (on
 * that port for the web, on the next one for the worker, since both may run on one machine); with
 * OTEL_EXPORTER_OTLP_ENDPOINT traces. What is off is not even loaded. Throws when the listener cannot be had.
 */
export async function observeProgram(
  program: Program,
  env: Env,
  tools: { log: Logger; render: () => Promise<{ contentType: string; text: string }> },
): Promise<Observing> {
  nameProcess({ program, version: readRelease() });
  const running: Observing[] = [];
  if (env.OTEL_EXPORTER_OTLP_ENDPOINT) running.push(await traceProgram(program, env, tools.log));
  const address = env.MILEPOST_METRICS_ADDR ? readListenAddress(env.MILEPOST_METRICS_ADDR) : null;
  if (address) {
    const { serveSeries } = await import("#server/observe/serve-series.ts");
    const isOffset = program === "worker" && address.port > 0;
    const port = address.port + (isOffset ? 1 : 0);
    const listener = await serveSeries({ ...address, port }, tools.render).catch((error: Error) => {
      throw new Error(`MILEPOST_METRICS_ADDR: nothing can listen on port ${port} (${error.message})`);
    });
    tools.log.info({ port: listener.port }, "Metrics are served");
    running.push({ stop: listener.close });
  }
  return { stop: async () => void (await Promise.all(running.map((one) => one.stop()))) };
}

async function traceProgram(program: Program, env: Env, log: Logger): Promise<Observing> {
  const { startTracing } = await import("#server/observe/send-spans.ts");
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT ?? "";
  return startTracing({
    url: `${base.replace(/\/+$/, "")}/v1/traces`,
    headers: readHeaders(env.OTEL_EXPORTER_OTLP_HEADERS),
    resource: {
      "service.name": env.OTEL_SERVICE_NAME ?? `milepost-${program}`,
      "service.version": readRelease(),
      "service.instance.id": `${hostname()}-${process.pid}`,
    },
    share: env.OTEL_TRACES_SAMPLER_ARG,
    onTrouble: (reason) => log.warn({ reason }, "Traces cannot be sent"),
  });
}
