import { crashes, unready } from "../build/fates.ts";
import { cronJob, deployment, job, object, service } from "../build/manifests.ts";
import { field, type Story } from "../build/story.ts";
import { minutesAgo } from "../build/time.ts";
import { changed, type Manifest, type Tree, withObject } from "../build/tree.ts";
import { imageOf, inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const HPA = "HorizontalPodAutoscaler/shop/catalog";

function scaler(target = "catalog", rest: Readonly<Record<string, unknown>> = {}): Manifest {
  return object("autoscaling/v2", "HorizontalPodAutoscaler", "catalog", {
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: target },
      minReplicas: 2,
      maxReplicas: 4,
      metrics: [
        { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
      ],
      ...rest,
    },
  });
}

function scaled(target?: string): Tree {
  return withObject(SHOP, "apps/catalog.yaml", scaler(target));
}

type Condition = readonly [type: string, status: string, reason: string, message: string];

function says(...conditions: readonly Condition[]): NonNullable<Story["cluster"]> {
  return (cluster) => {
    for (const [type, status, reason, message] of conditions)
      cluster.condition(HPA, { type, status, reason, message }, 25);
  };
}

/** Autoscalers, budgets and rollouts. */
export const SCALING: readonly Story[] = [
  {
    id: "autoscaler-target-slip",
    tells: "The autoscaler scales Deployment catlog, which does not exist.",
    good: scaled(),
    bad: scaled("catlog"),
    cluster: says([
      "AbleToScale",
      "False",
      "FailedGetScale",
      'the HPA controller was unable to get the target\'s current scale: deployments.apps "catlog" not found',
    ]),
    git: { expected: "propose", category: ["hpa_pdb_rollout"], roots: [HPA] },
    folder: {
      expected: "propose",
      category: ["hpa_pdb_rollout"],
      roots: [HPA],
      fields: [field(HPA, "spec.scaleTargetRef.name", "catalog")],
    },
  },
  {
    id: "autoscaler-without-requests",
    tells: "The catalog's CPU request was removed, so its autoscaler sees nothing.",
    good: scaled(),
    bad: changed(scaled(), CATALOG, inContainer("catalog", "resources.requests.cpu")),
    cluster: says([
      "ScalingActive",
      "False",
      "FailedGetResourceMetric",
      "the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container catalog of Pod catalog-6c9f-abcde",
    ]),
    git: { expected: "propose", category: ["hpa_pdb_rollout"], roots: [HPA, CATALOG] },
    folder: { expected: "issue", category: ["hpa_pdb_rollout"], roots: [HPA, CATALOG] },
  },
  {
    id: "autoscaler-without-metrics",
    tells: "There is no metrics service in the cluster.",
    good: scaled(),
    cluster: says([
      "ScalingActive",
      "False",
      "FailedGetResourceMetric",
      "the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)",
    ]),
    git: { expected: "issue", category: ["hpa_pdb_rollout"], roots: [HPA] },
    folder: { expected: "issue", category: ["hpa_pdb_rollout"], roots: [HPA] },
  },
  {
    id: "autoscaler-at-its-end",
    tells: "The autoscaler runs its maximum, and the load asks for more: how much more is for people.",
    good: scaled(),
    cluster: (cluster) => {
      says([
        "ScalingLimited",
        "True",
        "TooManyReplicas",
        "the desired replica count is more than the maximum replica count",
      ])(cluster);
      cluster.set(HPA, "status", {
        currentReplicas: 4,
        desiredReplicas: 4,
        currentMetrics: [
          { type: "Resource", resource: { name: "cpu", current: { averageUtilization: 96, averageValue: "96m" } } },
        ],
      });
    },
    alerts: [{ alertname: "KubeHpaMaxedOut", namespace: "shop", horizontalpodautoscaler: "catalog" }],
    git: { expected: "issue", category: ["hpa_pdb_rollout", "load"], roots: [HPA] },
    folder: { expected: "issue", category: ["hpa_pdb_rollout", "load"], roots: [HPA] },
  },
  {
    id: "autoscaler-at-its-end-idle",
    tells: "The autoscaler once ran its maximum and the load is gone: nothing is wrong.",
    resembles: ["autoscaler-cannot-scale"],
    good: scaled(),
    cluster: says([
      "ScalingLimited",
      "True",
      "TooFewReplicas",
      "the desired replica count is less than the minimum replica count",
    ]),
    git: { expected: "none", category: ["no_op"], roots: [] },
    folder: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "scaled-to-zero-in-git",
    tells: "A commit scaled the catalog to zero, which others still ask.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, "spec.replicas", 0),
    subject: "Save a little",
    fates: {
      "Deployment/shop/storefront": unready(
        "HTTP probe failed with statuscode: 503",
        'level=error err="Get \\"http://catalog:80/\\": dial tcp 10.96.12.34:80: connect: connection refused"\n',
      ),
    },
    git: { expected: "issue", also: "propose", category: ["replicas_drift"], roots: [CATALOG] },
    folder: { expected: "issue", category: ["replicas_drift"], roots: [CATALOG] },
  },
  {
    id: "scaled-to-zero-by-hand",
    tells: "Somebody scaled the catalog to zero by hand; git asks for two pods.",
    good: SHOP,
    cluster: (cluster) => {
      cluster.set(CATALOG, "spec", { replicas: 0 });
      cluster.set(CATALOG, "status", { replicas: 0, readyReplicas: 0, availableReplicas: 0 });
      for (const pod of cluster.ofKind("Pod"))
        if (pod.metadata.name.startsWith("catalog-")) cluster.remove(`Pod/shop/${pod.metadata.name}`);
      for (const set of cluster.ofKind("ReplicaSet"))
        if (set.metadata.name.startsWith("catalog-"))
          cluster.set(`ReplicaSet/shop/${set.metadata.name}`, "spec", { replicas: 0 });
    },
    git: { expected: "none", also: "issue", category: ["replicas_drift", "drift"], roots: [CATALOG] },
  },
  {
    id: "rollout-runs",
    tells: "A rollout began a minute ago and goes on: nothing is wrong.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "image"), imageOf("catalog", "1.4.3")),
    cluster: (cluster) => {
      const progressing = {
        type: "Progressing",
        status: "True",
        reason: "ReplicaSetUpdated",
        message: 'ReplicaSet "catalog-x" is progressing.',
        lastUpdateTime: minutesAgo(1),
      };
      cluster.condition(CATALOG, progressing, 1);
      cluster.set(CATALOG, "status", { updatedReplicas: 1, unavailableReplicas: 1 });
    },
    alerts: [],
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "rollout-finished",
    tells: "A new version was rolled out and is well; old events of it are left.",
    resembles: ["probe-asks-wrongly"],
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "image"), imageOf("catalog", "1.4.3")),
    cluster: (cluster) => {
      const pod = cluster.ofKind("Pod").find(({ metadata }) => metadata.name.startsWith("catalog-"));
      const named = `Pod/shop/${pod?.metadata.name}`;
      cluster.event(named, {
        reason: "Unhealthy",
        message:
          'Readiness probe failed: Get "http://10.244.1.7:8080/readyz": dial tcp 10.244.1.7:8080: connect: connection refused',
        ago: 24,
      });
    },
    git: { expected: "none", category: ["no_op"], roots: [] },
    folder: { expected: "none", category: ["no_op"], roots: [] },
  },
];

const NIGHTLY = cronJob({ name: "report", schedule: "0 2 * * *", image: imageOf("report") });

/** Jobs and their schedules. */
export const JOBS: readonly Story[] = [
  {
    id: "job-argument-wrong",
    tells: "A Job was given an argument that its program does not know; a Job's template cannot be changed in place.",
    good: { "apps/job.yaml": [job({ name: "import", container: { args: ["--sorce=s3"] } })] },
    fates: {
      "Job/shop/import": {
        ...crashes({ exitCode: 2, log: "error: unknown flag: --sorce\n" }),
        phase: "Failed",
        status: {
          started: false,
          restartCount: 0,
          state: { terminated: { exitCode: 2, reason: "Error", startedAt: "-12", finishedAt: "-11.9" } },
        },
      },
    },
    git: { expected: "issue", category: ["job_failed", "command_args"], roots: ["Job/shop/import"] },
    folder: { expected: "issue", category: ["job_failed", "command_args"], roots: ["Job/shop/import"] },
  },
  {
    id: "job-done",
    tells: "A Job has done its work: nothing is wrong.",
    resembles: ["names-itself"],
    good: { "apps/job.yaml": [job({ name: "import" })] },
    git: { expected: "none", category: ["no_op"], roots: [] },
    folder: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "cronjob-forgotten",
    tells: "A commit suspended a CronJob, and an alert misses its runs: a person must say whether it should run again.",
    good: { "apps/report.yaml": [cronJob({ name: "report", schedule: "0 2 * * *" })] },
    bad: { "apps/report.yaml": [cronJob({ name: "report", schedule: "0 2 * * *", suspend: true })] },
    alerts: [{ alertname: "BackupTooOld", namespace: "shop", cronjob: "report" }],
    git: { expected: "issue", category: ["job_failed"], roots: ["CronJob/shop/report"] },
  },
  {
    id: "cronjob-suspended",
    tells: "A CronJob was suspended on purpose: nothing is wrong.",
    good: { "apps/report.yaml": [cronJob({ name: "report", schedule: "0 2 * * *", suspend: true })] },
    folder: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "cronjob-zone-unknown",
    tells: "The schedule names a time zone that does not exist.",
    good: { "apps/report.yaml": [NIGHTLY] },
    bad: changed({ "apps/report.yaml": [NIGHTLY] }, "CronJob/shop/report", "spec.timeZone", "Europe/Zurch"),
    cluster: (cluster) => {
      cluster.get("CronJob/shop/report")["status"] = { lastScheduleTime: minutesAgo(33 * 60) };
      cluster.event("CronJob/shop/report", {
        reason: "UnknownTimeZone",
        message: 'invalid timeZone: "Europe/Zurch": unknown time zone Europe/Zurch',
        from: "cronjob-controller",
      });
    },
    git: { expected: "propose", also: "issue", category: ["job_failed"], roots: ["CronJob/shop/report"] },
    folder: { expected: "issue", category: ["job_failed"], roots: ["CronJob/shop/report"] },
  },
];

/** Programs that may not do what they ask of the API server. */
export const RIGHTS: readonly Story[] = [
  {
    id: "role-verb-missing",
    tells: "The operator may get pods and wants to list them: only people may widen its rights.",
    resembles: ["right-was-taken-away"],
    good: rights(["get"], ["pods"]),
    fates: { "Deployment/shop/watcher": forbidden("list", "pods") },
    folder: {
      expected: "issue",
      category: ["rbac_serviceaccount"],
      roots: ["Deployment/shop/watcher", "Role/shop/watcher"],
    },
  },
  {
    id: "role-verb-removed",
    tells: "A commit took the right to list pods away.",
    good: rights(["get", "list", "watch"], ["pods"]),
    bad: rights(["get"], ["pods"]),
    fates: { "Deployment/shop/watcher": forbidden("list", "pods") },
    git: {
      expected: "propose",
      also: "issue",
      category: ["rbac_serviceaccount"],
      roots: ["Deployment/shop/watcher", "Role/shop/watcher"],
    },
  },
  {
    id: "role-other-verb-removed",
    tells: "A commit took the right to delete pods away; the operator wants to list secrets, which it never could.",
    resembles: ["right-was-taken-away"],
    good: rights(["get", "list", "delete"], ["pods"]),
    bad: rights(["get", "list"], ["pods"]),
    fates: { "Deployment/shop/watcher": forbidden("list", "secrets") },
    git: {
      expected: "issue",
      category: ["rbac_serviceaccount"],
      roots: ["Deployment/shop/watcher", "Role/shop/watcher"],
      isCommit: false,
    },
  },
  {
    id: "role-binding-other-account",
    tells: "The binding names another account than the pods use.",
    good: rights(["get", "list"], ["pods"]),
    bad: changed(rights(["get", "list"], ["pods"]), "RoleBinding/shop/watcher", "subjects.watcher.name", "wacher"),
    fates: { "Deployment/shop/watcher": forbidden("list", "pods") },
    git: {
      expected: "propose",
      also: "issue",
      category: ["rbac_serviceaccount"],
      roots: ["Deployment/shop/watcher", "RoleBinding/shop/watcher"],
    },
  },
  {
    id: "role-binding-other-namespace",
    tells: "The binding names the account in a namespace where it is not, and the program logs JSON.",
    good: rights(["get", "list"], ["pods"]),
    bad: changed(rights(["get", "list"], ["pods"]), "RoleBinding/shop/watcher", "subjects.watcher.namespace", "shops"),
    fates: {
      "Deployment/shop/watcher": crashes({
        log: '{"level":"error","msg":"list failed","error":"pods is forbidden: User \\"system:serviceaccount:shop:watcher\\" cannot list resource \\"pods\\" in API group \\"\\" in the namespace \\"shop\\""}\n{"level":"fatal","msg":"cannot start"}\n',
      }),
    },
    git: {
      expected: "propose",
      also: "issue",
      category: ["rbac_serviceaccount"],
      roots: ["Deployment/shop/watcher", "RoleBinding/shop/watcher"],
    },
  },
];

function rights(verbs: readonly string[], resources: readonly string[]): Tree {
  return {
    "apps/watcher.yaml": [
      object("v1", "ServiceAccount", "watcher", {}),
      object("rbac.authorization.k8s.io/v1", "Role", "watcher", { rules: [{ apiGroups: [""], resources, verbs }] }),
      object("rbac.authorization.k8s.io/v1", "RoleBinding", "watcher", {
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "watcher" },
        subjects: [{ kind: "ServiceAccount", name: "watcher", namespace: "shop" }],
      }),
      deployment({ name: "watcher", pod: { serviceAccountName: "watcher" } }),
      service("watcher"),
    ],
  };
}

function forbidden(verb: string, resource: string): ReturnType<typeof crashes> {
  return crashes({
    log: `E1120 09:57:01 reflector.go:147] failed to ${verb} *v1.Pod: ${resource} is forbidden: User "system:serviceaccount:shop:watcher" cannot ${verb} resource "${resource}" in API group "" in the namespace "shop"\nFATAL giving up\n`,
  });
}
