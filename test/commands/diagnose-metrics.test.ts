import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { run } from "../../src/commands/diagnose.ts";
import type { Report } from "../../src/proposal/report.ts";
import { MADE } from "../metrics/held.ts";
import { type MetricsStandIn, startStandIn } from "../metrics/stand-in.ts";
import { runIn } from "../twins/terminal.ts";

const TOKEN = "canary-9f31c2";

let server: MetricsStandIn;
let folder: string;
beforeEach(async () => {
  server = await startStandIn();
  folder = mkdtempSync(join(tmpdir(), "oakum-diagnose-"));
  mkdirSync(join(folder, "snapshot"));
  mkdirSync(join(folder, "repo"));
  writeFileSync(join(folder, "snapshot", "pods.json"), JSON.stringify([KILLED, LATER]));
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const isoOf = (seconds: number): string => new Date(seconds * 1000).toISOString();
const NOW = isoOf(MADE + 4 * 3600);
const HASH = "7b6c4d9f5";
const KILLED = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    ...{ name: `catalog-${HASH}-x2k4z`, namespace: "shop", creationTimestamp: isoOf(MADE) },
    labels: { "pod-template-hash": HASH },
    ownerReferences: [
      { apiVersion: "apps/v1", kind: "ReplicaSet", name: `catalog-${HASH}`, uid: "u", controller: true },
    ],
  },
  spec: { containers: [{ name: "app", image: "a", resources: { limits: { memory: "256Mi" } } }] },
  status: {
    phase: "Running",
    containerStatuses: [
      {
        ...{ name: "app", ready: false, restartCount: 9, image: "a", imageID: "" },
        state: { waiting: { reason: "CrashLoopBackOff" } },
        lastState: { terminated: { exitCode: 137, reason: "OOMKilled", finishedAt: NOW } },
      },
    ],
  },
};
const LATER = { apiVersion: "v1", kind: "Event", metadata: { name: "e", namespace: "shop" }, lastTimestamp: NOW };

async function diagnose(...args: readonly string[]): Promise<Report> {
  const looked = ["--snapshot", "snapshot", "--repo", "repo", "--output", "json", ...args];
  const { code, stdout } = await runIn(folder, run, looked, {
    OAKUM_HELM: "none",
    OAKUM_PROMETHEUS_TOKEN: TOKEN,
  });
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

const told = ({ unknown }: Report): readonly string[] => unknown.filter((sentence) => sentence.includes("metrics"));

test("what a server answered can be kept, and a look at the recording says the same", async () => {
  const asked = await diagnose("--prometheus", server.url, "--keep-metrics", "snapshot");
  expect(server.asked).toHaveLength(4);
  expect(told(asked)).toEqual([]);
  expect(readFileSync(join(folder, "snapshot/metrics/answers.json"), "utf8")).not.toContain(TOKEN);
  expect(await diagnose()).toEqual(asked);
});

test("a server that does not know Oakum is one line, and so is its recording", async () => {
  server.fail((response) => response.writeHead(401).end());
  const asked = await diagnose("--prometheus", server.url, "--keep-metrics", "snapshot");
  const why =
    "the metrics server answers 401 (it does not know Oakum: check OAKUM_PROMETHEUS_TOKEN, or _USER and _PASSWORD)";
  expect(told(asked)).toEqual([`4 of 4 metrics are not known: ${why}.`]);
  expect(await diagnose()).toEqual(asked);
});

test("an address that is none is refused", async () => {
  await expect(diagnose("--prometheus", "prometheus:9090")).rejects.toThrow(
    "--prometheus cannot be asked: the address",
  );
});
