import { killedByProbe, outOfMemory } from "../build/fates.ts";
import type { Story } from "../build/story.ts";
import { changed } from "../build/tree.ts";
import { inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const CPU = inContainer("catalog", "resources.limits.cpu");
const MEMORY = inContainer("catalog", "resources.limits.memory");
const MEBIBYTE = 2 ** 20;

const TOO_LATE = killedByProbe(
  "Liveness",
  'Get "http://10.244.1.7:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
);
const KILLED = outOfMemory("INFO loading 40000 items\n");

/** What containers used, where a metrics server was asked. */
export const USED: readonly Story[] = [
  {
    id: "used-more-memory-before",
    tells: "The memory limit was cut below what the catalog used on every day before.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, MEMORY, "128Mi"),
    fates: { [CATALOG]: KILLED },
    metrics: {
      "memory-working-set before": (minute) => (minute % 1440 < 600 ? 190 : 150) * MEBIBYTE,
      "memory-working-set since": 120 * MEBIBYTE,
      "memory-limit since": 128 * MEBIBYTE,
      "restarts before": 0,
    },
    git: { expected: "propose", category: ["oom_limit"], roots: [CATALOG] },
  },
  {
    id: "used-little-memory-before",
    tells: "The memory limit was cut, but the catalog had never used a third of what is left: something else grew.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, MEMORY, "128Mi"),
    fates: { [CATALOG]: KILLED },
    metrics: {
      "memory-working-set before": 40 * MEBIBYTE,
      "memory-working-set since": 120 * MEBIBYTE,
      "memory-limit since": 128 * MEBIBYTE,
      "restarts before": 0,
    },
    git: { expected: "issue", category: ["oom_limit"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "used-memory-of-another-cluster",
    tells: "The memory limit was cut; the metrics server tells of a catalog with another limit, in another cluster.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, MEMORY, "128Mi"),
    fates: { [CATALOG]: KILLED },
    metrics: { "memory-working-set before": 40 * MEBIBYTE, "memory-limit since": 512 * MEBIBYTE },
    git: { expected: "propose", category: ["oom_limit"], roots: [CATALOG] },
  },
  {
    id: "used-memory-unknown",
    tells: "The memory limit was cut; the metrics server was just set up and knows nothing.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, MEMORY, "128Mi"),
    fates: { [CATALOG]: KILLED },
    metrics: {},
    git: { expected: "propose", category: ["oom_limit"], roots: [CATALOG] },
  },
  {
    id: "used-ever-more-memory",
    tells: "The catalog gives no memory back: every few hours it climbs to a limit that nobody changed.",
    good: SHOP,
    fates: { [CATALOG]: KILLED },
    metrics: {
      "memory-working-set since": (minute) => (60 + ((minute % 400) * 195) / 400) * MEBIBYTE,
      "memory-limit since": 256 * MEBIBYTE,
    },
    git: { expected: "issue", category: ["oom_limit", "app_or_db"], roots: [CATALOG] },
    folder: { expected: "issue", category: ["oom_limit", "app_or_db"], roots: [CATALOG] },
  },
  {
    id: "waits-for-cut-cpu",
    tells: "The CPU limit was cut below what the catalog used, and it waits most of the time.",
    good: changed(SHOP, CATALOG, CPU, "500m"),
    bad: changed(SHOP, CATALOG, CPU, "50m"),
    fates: { [CATALOG]: TOO_LATE },
    metrics: {
      "cpu-throttled before": 0.02,
      "cpu-throttled since": 0.9,
      "cpu-usage before": 0.3,
      "cpu-limit since": 0.05,
    },
    git: { expected: "propose", category: ["cpu_limit"], roots: [CATALOG] },
  },
  {
    id: "never-waits-for-cut-cpu",
    tells: "The CPU limit was cut to more than the catalog needs: it answers too late, and not for want of CPU.",
    good: changed(SHOP, CATALOG, CPU, "500m"),
    bad: changed(SHOP, CATALOG, CPU, "400m"),
    fates: { [CATALOG]: TOO_LATE },
    metrics: {
      "cpu-throttled before": 0,
      "cpu-throttled since": 0.01,
      "cpu-usage before": 0.05,
      "cpu-limit since": 0.4,
    },
    git: { expected: "issue", category: ["cpu_limit", "app_or_db", "probe"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "waits-for-cpu-as-ever",
    tells: "Nobody changed anything; the catalog waits for CPU most of the time and answers its probe too late.",
    good: changed(SHOP, CATALOG, CPU, "100m"),
    fates: { [CATALOG]: TOO_LATE },
    metrics: { "cpu-throttled since": 0.8, "cpu-usage before": 0.1, "cpu-limit since": 0.1 },
    git: { expected: "issue", category: ["cpu_limit"], roots: [CATALOG] },
    folder: { expected: "issue", category: ["cpu_limit"], roots: [CATALOG] },
  },
];
