import { histogram } from "#server/observe/series.ts";
import { traced } from "#server/observe/trace.ts";

const seconds = histogram({
  name: "milepost_job_duration_seconds",
  help: "How long a job's work took, by queue and outcome",
  labelNames: ["queue", "outcome"],
  buckets: [0.01, 0.05, 0.25, 1, 5, 15, 60, 300, 900],
});

/** Measures one run of a job, and traces it. What the job was told to do is not kept. */
export function observeJob(queue: string, id: string, work: () => Promise<void>): Promise<void> {
  const began = performance.now();
  const settled = (outcome: "done" | "failed") =>
    seconds.observe({ queue, outcome }, (performance.now() - began) / 1000);
  const attributes = {
    "messaging.system": "pg-boss",
    "messaging.destination.name": queue,
    "messaging.message.id": id,
  };
  return traced(`job ${queue}`, { kind: "consumer", attributes }, async () => {
    try {
      await work();
      settled("done");
    } catch (error) {
      settled("failed");
      throw error;
    }
  });
}
