import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MetricQuestion } from "../../src/evidence/metrics/question.ts";
import { freePorts, startAt, until } from "../cluster/program.ts";
import { prometheusPath } from "../tools/prometheus-tools.ts";
import { type HeldSeries, MADE } from "./held.ts";

/** A real Prometheus that holds known samples and scrapes nothing. */
export type RealPrometheus = { readonly url: string; readonly stop: () => Promise<void> };

/** Loads the samples and starts a Prometheus on a free port of the loopback interface. */
export async function startPrometheus(held: readonly HeldSeries[]): Promise<RealPrometheus> {
  const [server, tool] = [prometheusPath("prometheus"), prometheusPath("promtool")];
  if (server === undefined || tool === undefined) throw new Error("There is no Prometheus here");
  const folder = mkdtempSync(join(tmpdir(), "oakum-prometheus-"));
  const data = join(folder, "data");
  mkdirSync(data);
  writeFileSync(join(folder, "samples.txt"), openMetrics(held));
  writeFileSync(join(folder, "prometheus.yml"), "scrape_configs: []\n");
  execFileSync(tool, ["tsdb", "create-blocks-from", "openmetrics", join(folder, "samples.txt"), data], {
    stdio: "pipe",
  });
  const [port = 0] = await freePorts(1);
  const program = startAt(server, argumentsOf(folder, data, port), folder);
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    await program.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until("Prometheus to be ready", async () => {
      if (program.hasEnded()) throw new Error(`Prometheus ended before it was ready: ${program.lastWords()}`);
      return (await fetch(`${url}/-/ready`).catch(() => undefined))?.status === 200;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

function argumentsOf(folder: string, data: string, port: number): readonly string[] {
  return [
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${data}`,
    "--storage.tsdb.retention.time=100y",
    `--web.listen-address=127.0.0.1:${port}`,
    // An address below a path, as a proxy or VictoriaMetrics has it.
    "--web.external-url=http://127.0.0.1/select/0/prometheus",
    "--web.route-prefix=/",
    "--log.level=warn",
  ];
}

function openMetrics(held: readonly HeldSeries[]): string {
  const byName = Map.groupBy(held, ({ name }) => name);
  const lines = [...byName].flatMap(([name, series]) => [`# TYPE ${name} unknown`, ...series.flatMap(samplesOf)]);
  return `${lines.join("\n")}\n# EOF\n`;
}

function samplesOf({ name, labels, from, to, value }: HeldSeries): readonly string[] {
  const told = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const minute = from + index;
    return `${name}{${told.join(",")}} ${value(minute)} ${MADE + minute * 60}`;
  });
}

/** The body with which a server answers a question, as it comes. */
export async function bodyOf(url: string, { query, start, end, step }: MetricQuestion): Promise<unknown> {
  const asked = Object.entries({ query, start, end, step }).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  return (await fetch(`${url}/api/v1/query_range?${new URLSearchParams(asked)}`)).json();
}
