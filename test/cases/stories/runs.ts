import type { Cluster } from "../build/cluster.ts";
import { cronJob, job } from "../build/manifests.ts";
import { addPod, ownerOf, podName, type Template } from "../build/pods.ts";
import type { Story } from "../build/story.ts";
import { minutesAgo } from "../build/time.ts";
import { changed, type Manifest, type Tree } from "../build/tree.ts";

const REPORT = "CronJob/shop/report";
const SHIPPER = {
  name: "log-shipper",
  image: "docker.io/fluent/fluent-bit:4.2.0",
  args: ["-c", "/etc/fluent-bit.conf"],
};
const HOURLY: Tree = { "apps/report.yaml": [cronJob({ name: "report", schedule: "0 * * * *" })] };
const SHIPPED = changed(HOURLY, REPORT, "spec.jobTemplate.spec.template.spec.containers.1", SHIPPER);

/** A run of the report whose own container ended so many minutes ago, while the other runs on. */
function runsOn(minutes: number): NonNullable<Story["cluster"]> {
  return (cluster) => {
    const owner = cluster.get(REPORT);
    const { spec } = (owner["spec"] as { jobTemplate: { spec: Manifest } }).jobTemplate as { spec: Manifest };
    const run = job({ name: "report-29380050" });
    const live = cluster.add({ ...run, spec }, minutes + 4);
    live.metadata["ownerReferences"] = [ownerOf(owner)];
    live["status"] = { active: 1, ready: 0, startTime: minutesAgo(minutes + 4) };
    const state = { terminated: { exitCode: 0, reason: "Completed", startedAt: "-200", finishedAt: `-${minutes}` } };
    addPod(cluster, {
      owner: live,
      name: podName(live.metadata.name, 0),
      namespace: "shop",
      template: spec["template"] as Template,
      node: "worker-1",
      made: minutes + 4,
      fate: { phase: "Running", isReady: false, status: { ready: false, started: false, state } },
    });
  };
}

// The story goes on until the next run is due.
function leftOut(cluster: Cluster): void {
  cluster.event(REPORT, {
    reason: "JobAlreadyActive",
    message: "Not starting job because prior execution is running and concurrency policy is Forbid",
    isNormal: true,
    from: "cronjob-controller",
    ago: -45,
  });
}

/** Runs whose work is done, and that do not end for a container beside it. */
export const RUNS: readonly Story[] = [
  {
    id: "run-kept-open",
    tells: "A commit added a container that ships logs for ever: the runs do not end, and later ones are left out.",
    good: HOURLY,
    bad: SHIPPED,
    cluster: (cluster) => {
      runsOn(20)(cluster);
      leftOut(cluster);
    },
    alerts: [{ alertname: "KubeJobNotCompleted", namespace: "shop", job_name: "report-29380050" }],
    git: { expected: "propose", also: "issue", category: ["job_failed"], roots: [REPORT] },
    plain: { expected: "propose", also: "issue", category: ["job_failed"], roots: [REPORT] },
    folder: { expected: "issue", category: ["job_failed"], roots: [REPORT] },
  },
  {
    id: "run-goes-on",
    tells: "One container of a run was done an hour ago, and the other has more to do; no later run is due.",
    resembles: ["job-does-not-end"],
    good: SHIPPED,
    cluster: runsOn(70),
    alerts: [],
    git: { expected: "none", category: ["no_op"], roots: [] },
    folder: { expected: "none", category: ["no_op"], roots: [] },
  },
];
