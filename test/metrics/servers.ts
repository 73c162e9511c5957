import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MetricQuestion } from "../../src/evidence/metrics/question.ts";
import { freePorts, startAt, until } from "../cluster/program.ts";
import { metricsProgram } from "../tools/metrics-tools.ts";
import { type HeldSeries, MADE } from "./held.ts";

/** A real metrics server that holds known samples and scrapes nothing. */
export type RealServer = { readonly url: string; readonly stop: () => Promise<void> };

/** Loads the samples and starts a Prometheus on a free port of the loopback interface. */
export function startPrometheus(held: readonly HeldSeries[]): Promise<RealServer> {
  return started("prometheus", "/-/ready", (folder, port) => {
    const [samples, data] = [join(folder, "samples.txt"), join(folder, "data")];
    mkdirSync(data);
    writeFileSync(samples, openMetrics(held));
    writeFileSync(join(folder, "prometheus.yml"), "scrape_configs: []\n");
    const load = ["tsdb", "create-blocks-from", "openmetrics", samples, data];
    execFileSync(metricsProgram("promtool"), load, { stdio: "pipe" });
    return [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${data}`,
      "--storage.tsdb.retention.time=100y",
      `--web.listen-address=127.0.0.1:${port}`,
      "--log.level=warn",
    ];
  });
}

/** Starts a VictoriaMetrics on a free port of the loopback interface and gives it the samples. */
export async function startVictoriaMetrics(held: readonly HeldSeries[]): Promise<RealServer> {
  const startedWith = (folder: string, port: number): readonly string[] => [
    `-storageDataPath=${join(folder, "data")}`,
    "-retentionPeriod=100y",
    `-httpListenAddr=127.0.0.1:${port}`,
  ];
  const server = await started("victoria-metrics", "/health", startedWith, async (url) => {
    const lines = held.flatMap((series) => samplesOf(series, 1000));
    await fetch(`${url}/api/v1/import/prometheus`, { method: "POST", body: `${lines.join("\n")}\n` });
    await until("VictoriaMetrics to know every series", async () => (await countSeries(url)) === held.length);
  });
  return { ...server, url: `${server.url}/prometheus` };
}

async function countSeries(url: string): Promise<number> {
  await fetch(`${url}/internal/force_flush`);
  const day = 24 * 3600;
  const asked = { "match[]": '{__name__!=""}', start: String(MADE - day), end: String(MADE + day) };
  const body = await (await fetch(`${url}/api/v1/series?${new URLSearchParams(asked)}`)).json();
  return (body as { readonly data: readonly unknown[] }).data.length;
}

async function started(
  name: "prometheus" | "victoria-metrics",
  ready: string,
  prepare: (folder: string, port: number) => readonly string[],
  fill: (url: string) => Promise<void> = async () => {},
): Promise<RealServer> {
  const folder = mkdtempSync(join(tmpdir(), `oakum-${name}-`));
  const [port = 0] = await freePorts(1);
  const program = startAt(metricsProgram(name), prepare(folder, port), folder);
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    await program.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until(`${name} to be ready`, async () => {
      if (program.hasEnded()) throw new Error(`${name} ended before it was ready: ${program.lastWords()}`);
      return (await fetch(`${url}${ready}`).catch(() => undefined))?.status === 200;
    });
    await fill(url);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

function openMetrics(held: readonly HeldSeries[]): string {
  const byName = Map.groupBy(held, ({ name }) => name);
  const lines = [...byName].flatMap(([name, series]) => [
    `# TYPE ${name} unknown`,
    ...series.flatMap((one) => samplesOf(one, 1)),
  ]);
  return `${lines.join("\n")}\n# EOF\n`;
}

/** OpenMetrics counts time in seconds, the older form of Prometheus in thousandths of them. */
function samplesOf({ name, labels, from, to, value }: HeldSeries, perSecond: 1 | 1000): readonly string[] {
  const told = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const minute = from + index;
    return `${name}{${told.join(",")}} ${value(minute)} ${(MADE + minute * 60) * perSecond}`;
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
