import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { podNamesLike } from "../../src/evidence/metrics/pod-names.ts";
import { recordOf } from "../../src/evidence/metrics/recorded.ts";
import { climbs } from "../../src/evidence/metrics/trend.ts";
import { wantedMetrics } from "../../src/evidence/metrics/wanted.ts";
import { worldOf } from "../../src/evidence/readings.ts";
import { readRecording } from "../../src/evidence/recording.ts";
import type { World } from "../../src/evidence/world.ts";
import type { JsonMap, KubernetesObject } from "../../src/signal/object.ts";
import { MADE, QUESTIONS } from "../metrics/held.ts";
import { recordedAnswers } from "../metrics/recorded.ts";

const HASH = "7b6c4d9f5";
const isoOf = (seconds: number): string => new Date(seconds * 1000).toISOString();

type Container = { readonly limits?: JsonMap; readonly status: object };

function pod(name: string, { limits = { memory: "256Mi" }, status }: Container, made = MADE): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...{ name, namespace: "shop", creationTimestamp: isoOf(made), labels: { "pod-template-hash": HASH } },
      ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: `catalog-${HASH}`, uid: "u" }],
    },
    spec: { containers: [{ name: "app", resources: { limits } }] },
    status: { containerStatuses: [{ name: "app", ready: false, ...status }] },
  };
}

const killed = { state: { waiting: {} }, lastState: { terminated: { reason: "OOMKilled", exitCode: 137 } } };
const unready = { state: { running: { startedAt: isoOf(MADE) } }, lastState: {} };

function worldWith(...objects: readonly KubernetesObject[]): World {
  return { now: new Date((MADE + 4 * 3600) * 1000), objects, listed: new Set(), logs: new Map(), unknown: [] };
}

const asked = (world: World): readonly string[] =>
  wantedMetrics(world).questions.map(({ metric, window }) => `${metric} ${window}`);

describe("what is asked of a metrics server", () => {
  const MEMORY = ["memory-working-set before", "memory-working-set since", "memory-limit since", "restarts before"];

  test("memory, of a container that was killed for it; nothing where it has no limit or is well again", () => {
    expect(asked(worldWith(pod("catalog-7b6c4d9f5-x2k4z", { status: killed })))).toEqual(MEMORY);
    expect(asked(worldWith(pod("catalog-7b6c4d9f5-x2k4z", { limits: {}, status: killed })))).toEqual([]);
    const past = { lastState: { terminated: { reason: "OOMKilled", finishedAt: isoOf(MADE) } } };
    expect(asked(worldWith(pod("a", { status: { ...past, ready: true, state: { running: {} } } })))).toEqual([]);
  });

  test("CPU, of one that is not ready or was killed for another reason", () => {
    const limits = { cpu: "100m", memory: "256Mi" };
    const crashed = { state: { waiting: {} }, lastState: { terminated: { reason: "Error", exitCode: 137 } } };
    const failed = { state: { waiting: {} }, lastState: { terminated: { reason: "Error", exitCode: 1 } } };
    expect(asked(worldWith(pod("a", { limits, status: unready })))).toHaveLength(5);
    expect(asked(worldWith(pod("a", { limits, status: crashed })))).toHaveLength(5);
    expect(asked(worldWith(pod("a", { limits, status: failed })))).toEqual([]);
  });

  test("once a workload: of its newest pods, and of all before the first of these was made", () => {
    const { questions } = wantedMetrics(
      worldWith(
        pod("catalog-7b6c4d9f5-x2k4z", { status: killed }),
        pod("catalog-7b6c4d9f5-zzzzz", { status: killed }, MADE + 600),
      ),
    );
    expect(questions).toHaveLength(4);
    expect(questions[0]).toEqual(QUESTIONS.memoryBefore);
    expect(questions[1]?.query).toContain('pod=~"catalog-7b6c4d9f5-zzzzz"');
    expect(questions[1]).toMatchObject({ start: MADE, end: MADE + 4 * 3600 });
  });

  test("within a budget, memory first; what it leaves out is counted", () => {
    const many = Array.from({ length: 9 }, (_, index): KubernetesObject => {
      const one = pod(`p${index}`, { limits: { cpu: 1, memory: 1 }, status: index < 7 ? unready : killed });
      return { ...one, metadata: { ...one.metadata, ownerReferences: [] } };
    });
    const { questions, leftOut } = wantedMetrics(worldWith(...many));
    expect(questions.length).toBeLessThanOrEqual(32);
    expect(questions[0]?.metric).toBe("memory-working-set");
    expect(leftOut).toBe(3);
  });
});

describe("the names of a workload's pods", () => {
  const named = (owner: object, name = "x"): RegExp =>
    new RegExp(
      `^(?:${podNamesLike({
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
          ...{ name, labels: { "pod-template-hash": HASH } },
          ownerReferences: [{ apiVersion: "apps/v1", uid: "u", kind: "", name: "", ...owner }],
        },
      })})$`,
    );

  test.each([
    [{ kind: "ReplicaSet", name: `catalog-${HASH}` }, "catalog-5c9d6f7b8-q4w7z", "catalog-worker-5c9d6f7b8-q4w7z"],
    [{ kind: "ReplicaSet", name: "loose" }, "loose-q4w7z", "loose-5c9d6f7b8-q4w7z"],
    [{ kind: "StatefulSet", name: "db" }, "db-11", "db-replica-0"],
    [{ kind: "DaemonSet", name: "agent" }, "agent-q4w7z", "agent-windows-q4w7z"],
    [{ kind: "Job", name: "import" }, "import-0-q4w7z", "import-b-q4w7z"],
  ])("%o: %s, and not %s", (owner, own, other) => {
    expect(own).toMatch(named(owner));
    expect(other).not.toMatch(named(owner));
  });

  test("a pod that nothing made has only its own", () => {
    expect(podNamesLike({ apiVersion: "v1", kind: "Pod", metadata: { name: "a.b" } })).toBe("a\\.b");
  });
});

describe("a climb", () => {
  const series = (value: (minute: number) => number): readonly (readonly [number, number])[] =>
    Array.from({ length: 240 }, (_, minute) => [minute * 60, value(minute)] as const);

  test.each<[string, (minute: number) => number, boolean]>([
    ["a program that gives nothing back", (minute) => 100 + minute, true],
    ["one that is killed for it again and again", (minute) => 100 + (minute % 80) * 3, true],
    ["with a collector that gives a little back", (minute) => 100 + minute + 10 * (minute % 3), true],
    ["a start that is over soon", (minute) => Math.min(100 + minute * 20, 400), false],
    ["work that comes and goes", (minute) => 200 + 100 * Math.sin(minute / 20), false],
    ["a flat line", () => 200, false],
    ["a start that is killed every half hour", (minute) => 100 + (minute % 30) * 5, false],
  ])("%s: %#", (_, value, is) => {
    expect(climbs(series(value))).toBe(is);
  });

  test("any numbers make an answer", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer(), fc.float({ noNaN: true }))), (points) => {
        expect(typeof climbs(points)).toBe("boolean");
      }),
    );
  });
});

describe("metrics of a recording", () => {
  const failing = pod("catalog-7b6c4d9f5-x2k4z", { status: killed });
  const clock = { apiVersion: "v1", kind: "Event", metadata: { name: "e" }, lastTimestamp: isoOf(MADE + 4 * 3600) };
  const read = (metrics: Readonly<Record<string, string>>) =>
    worldOf(
      readRecording(
        Object.entries({ "pods.json": JSON.stringify([failing, clock]), ...metrics }).map(([path, text]) => ({
          path,
          text,
        })),
      ),
    );
  const answers = JSON.stringify(recordedAnswers());

  test("are answers to what would be asked, and no objects", () => {
    const world = read({ "deep/metrics/all.json": answers });
    expect(world.objects).toHaveLength(2);
    expect(world.metrics?.map(({ question, reading }) => [question.metric, reading.known])).toEqual([
      ["memory-working-set", true],
      ["memory-working-set", true],
      ["memory-limit", true],
      ["restarts", true],
    ]);
  });

  test("are not missed where there are none", () => {
    expect(read({}).metrics).toBeUndefined();
    expect(read({}).unknown.filter((said) => said.includes("metric"))).toEqual([]);
  });

  test("a namespace called metrics keeps its objects, and what is no record is said", () => {
    const world = read({
      "metrics/pods.json": JSON.stringify({ ...failing, metadata: { name: "other", namespace: "metrics" } }),
      "metrics/half.json": JSON.stringify({ metric: "restarts", version: 1 }),
      "elsewhere.json": answers,
    });
    expect(world.objects.map(({ metadata }) => metadata.name)).toContain("other");
    expect(world.unknown.some((said) => said.startsWith("metrics/half.json holds a metric without"))).toBe(true);
    expect(world.metrics).toBeUndefined();
  });

  test("one without the answer to a question leaves it unknown", () => {
    const [first] = recordedAnswers();
    const world = read({ "metrics/one.json": JSON.stringify(first) });
    expect(world.unknown).toContain("3 of 4 metrics are not known: the recording has no answer to it.");
  });

  test("what was answered can be recorded, and tells the same again", () => {
    const { metrics = [] } = read({ "metrics/all.json": answers });
    const again = read({ "metrics/all.json": JSON.stringify(metrics.map(recordOf)) });
    expect(again.metrics).toEqual(metrics);
  });
});
