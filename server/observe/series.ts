import {
  Counter,
  type CounterConfiguration,
  collectDefaultMetrics,
  Gauge,
  type GaugeConfiguration,
  Histogram,
  type HistogramConfiguration,
  Registry,
} from "prom-client";

const shared = Symbol.for("milepost.series");
type Shared = { [shared]?: Registry };

/** The process's one registry. Next bundles its own copy of this module, so the registry hangs on a global symbol. */
export function seriesRegistry(): Registry {
  const holder = globalThis as Shared;
  holder[shared] ??= new Registry();
  return holder[shared];
}

/** What this process is. Called once, by an entry point. */
export function nameProcess(about: { program: string; version: string }): void {
  new Gauge({
    name: "milepost_info",
    help: "1, with the program and its version as labels",
    labelNames: ["program", "version", "node"],
    registers: [seriesRegistry()],
  }).set({ ...about, node: process.version }, 1);
}

/**
 * What Node itself can tell of this process: processor, memory, event loop, garbage collection. Begun by the first who asks:
 * to watch the event loop's delay costs more than anything else that a portal at rest does.
 */
export function measureRuntime(): void {
  if (seriesRegistry().getSingleMetric("process_cpu_seconds_total")) return;
  collectDefaultMetrics({ register: seriesRegistry(), eventLoopMonitoringPrecision: 50 });
}

/** Upper bounds in seconds: from a cached read to what GitHub would wait for. */
export const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The series of this name, made by whoever asks first. A label's values have to be few and known beforehand. */
export function counter<Label extends string>(settings: CounterConfiguration<Label>): Counter<Label> {
  const known = seriesRegistry().getSingleMetric(settings.name);
  return (known as Counter<Label> | undefined) ?? new Counter({ ...settings, registers: [seriesRegistry()] });
}

export function gauge<Label extends string>(settings: GaugeConfiguration<Label>): Gauge<Label> {
  const known = seriesRegistry().getSingleMetric(settings.name);
  return (known as Gauge<Label> | undefined) ?? new Gauge({ ...settings, registers: [seriesRegistry()] });
}

export function histogram<Label extends string>(settings: HistogramConfiguration<Label>): Histogram<Label> {
  const known = seriesRegistry().getSingleMetric(settings.name);
  const full = { buckets: secondsBuckets, ...settings, registers: [seriesRegistry()] };
  return (known as Histogram<Label> | undefined) ?? new Histogram(full);
}
