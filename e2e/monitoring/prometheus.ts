import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { findFreePort, until } from "../scale-out/programs.ts";

/** Debian's package `prometheus`; null where it is not installed. */
export function hasPrometheus(): boolean {
  return ["prometheus", "promtool"].every((name) => spawnSync(name, ["--version"]).status === 0);
}

export type Prometheus = {
  query: (expression: string) => Promise<Sample[]>;
  seriesNames: () => Promise<Set<string>>;
  targets: () => Promise<{ health: string; lastError: string; lastScrapeDuration: number }[]>;
  end: () => Promise<void>;
};
export type Sample = { metric: Record<string, string>; value: [number, string] };

/** A Prometheus that scrapes once a second, with its data in `folder`. */
export async function startPrometheus(folder: string, scrapeConfigs: readonly object[]): Promise<Prometheus> {
  mkdirSync(folder, { recursive: true });
  const config = join(folder, "prometheus.yaml");
  writeFileSync(config, stringify({ global: { scrape_interval: "1s" }, scrape_configs: scrapeConfigs }));
  const port = await findFreePort();
  const address = `http://127.0.0.1:${port}`;
  const child: ChildProcess = spawn(
    "prometheus",
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--log.level=warn",
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const ask = async (path: string) => {
    const answer = await fetch(`${address}/api/v1/${path}`);
    const body = (await answer.json()) as { status: string; error?: string; data: never };
    if (body.status !== "success") throw new Error(`${path}: ${body.error}`);
    return body.data;
  };
  await until("Prometheus is up", () =>
    fetch(`${address}/-/ready`).then(
      (it) => it.ok,
      () => false,
    ),
  );
  return {
    query: async (expression) =>
      ((await ask(`query?query=${encodeURIComponent(expression)}`)) as { result: Sample[] }).result,
    seriesNames: async () => new Set((await ask("label/__name__/values")) as string[]),
    targets: async () => ((await ask("targets")) as { activeTargets: never[] }).activeTargets,
    end: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
