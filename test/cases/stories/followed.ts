import type { Cluster } from "../build/cluster.ts";
import { misconfigured } from "../build/fates.ts";
import { kustomization } from "../build/flux.ts";
import { configMap, cronJob, deployment, from } from "../build/manifests.ts";
import type { Story } from "../build/story.ts";
import { minutesAgo } from "../build/time.ts";
import { changed, type Tree, withObject } from "../build/tree.ts";
import { namespace, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const SERVICE = "Service/shop/catalog";
const REPORT = "CronJob/shop/report";

const SHARED = "infra/next.yaml";

function twoFolders(apps: Tree, next: readonly ReturnType<typeof deployment>[]): Tree {
  const paths = [kustomization("apps", "./apps"), kustomization("infra", "./infra")];
  return { "clusters/prod/apps.yaml": paths, ...apps, [SHARED]: [configMap("region", { name: "eu" }), ...next] };
}

function keyed(key: string, staging: string): Tree {
  const settings = (name: string): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: {${name}: "4"}\n`;
  const flux = (folder: string): string =>
    `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps, namespace: flux-system}\nspec: {path: ./${folder}, sourceRef: {kind: GitRepository, name: flux-system}}\n`;
  return {
    "clusters/prod/apps.yaml": [kustomization("apps", "./overlays/prod")],
    "clusters/staging/apps.yaml": flux("overlays/staging"),
    "base/app.yaml": [deployment({ name: "catalog", env: { PAGE: from("configMap", "settings", key) } })],
    "base/kustomization.yaml": "resources: [app.yaml]\n",
    "overlays/prod/shop.yaml": [namespace("shop"), configMap("settings", { rows: "4" })],
    "overlays/prod/kustomization.yaml": "resources: [../../base, shop.yaml]\n",
    "overlays/staging/settings.yaml": settings(staging),
    "overlays/staging/kustomization.yaml": "resources: [../../base, settings.yaml]\n",
  };
}

/** Changes that others have followed, or are about to. */
const SHARING: readonly Story[] = [
  {
    id: "selector-of-what-comes",
    tells: "A commit lets the Service select a new Deployment, which stands in the shared folder and is not applied.",
    good: twoFolders(SHOP, []),
    bad: twoFolders(changed(SHOP, SERVICE, "spec.selector.app", "catalog-next"), [
      deployment({ name: "catalog-next" }),
    ]),
    cluster: (cluster) => {
      for (const { kind, metadata } of ["Deployment", "ReplicaSet", "Pod"].flatMap((kind) => cluster.ofKind(kind)))
        if (metadata.name.startsWith("catalog-next")) cluster.remove(`${kind}/shop/${metadata.name}`);
    },
    git: { expected: "issue", category: ["service_selector"], roots: [SERVICE], isCommit: false },
  },
  {
    id: "key-followed-by-another-cluster",
    tells: "A commit asks for another key in the base of two clusters; one has followed, and the other lacks it.",
    good: keyed("rows", "rows"),
    bad: keyed("page_size", "page_size"),
    fates: { [CATALOG]: misconfigured("couldn't find key page_size in ConfigMap shop/settings") },
    git: { expected: "issue", category: ["configmap_missing"], roots: [CATALOG] },
  },
];

function issued(cluster: Cluster, made: number, isDone: boolean): void {
  const owner = cluster.get(REPORT);
  const { jobTemplate } = owner["spec"] as {
    readonly jobTemplate: { readonly spec: { readonly template: { readonly spec: object } } };
  };
  const name = `report-${made}`;
  const owned = (kind: string, of: string, uid: unknown): object => ({
    ownerReferences: [{ apiVersion: "batch/v1", kind, name: of, uid, controller: true }],
  });
  const metadata = { name, namespace: "shop", ...owned("CronJob", "report", owner.metadata["uid"]) };
  const run = cluster.add({ apiVersion: "batch/v1", kind: "Job", metadata, spec: jobTemplate.spec }, made);
  const [type, reason] = isDone ? ["Complete", "CompletionsReached"] : ["Failed", "BackoffLimitExceeded"];
  run["status"] = {
    conditions: [{ type, status: "True", reason, message: "", lastTransitionTime: minutesAgo(made - 1) }],
  };
  const ended = isDone ? { exitCode: 0, reason: "Completed" } : { exitCode: 137, reason: "OOMKilled" };
  const pod = cluster.add(
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: `${name}-x2k4v`, namespace: "shop", ...owned("Job", name, run.metadata["uid"]) },
      spec: { ...jobTemplate.spec.template.spec, nodeName: "worker-1" },
    },
    made,
  );
  const state = { terminated: { ...ended, finishedAt: minutesAgo(made - 1) } };
  pod["status"] = {
    phase: isDone ? "Succeeded" : "Failed",
    containerStatuses: [{ name: "report", ready: false, restartCount: 0, state }],
  };
}

const LIMIT = "spec.jobTemplate.spec.template.spec.containers.report.resources.limits.memory";
const REPORTED = withObject(SHOP, "apps/report.yaml", cronJob({ name: "report", schedule: "0 * * * *" }));
const LARGE = changed(REPORTED, REPORT, LIMIT, "512Mi");

/** Commits with which all was well for long enough. */
const PROVEN: readonly Story[] = [
  {
    id: "runs-done-with-less-memory",
    tells: "A commit lowered the report's limit; a run came to its end with it before one was killed.",
    good: LARGE,
    bad: changed(LARGE, REPORT, LIMIT, "256Mi"),
    cluster: (cluster) => {
      issued(cluster, 20, true);
      issued(cluster, 8, false);
    },
    git: { expected: "issue", category: ["oom_limit"], roots: [REPORT], isCommit: false },
  },
  {
    id: "runs-killed-with-less-memory",
    tells: "A commit lowered the report's limit; no run came to its end with it.",
    good: LARGE,
    bad: changed(LARGE, REPORT, LIMIT, "256Mi"),
    cluster: (cluster) => issued(cluster, 8, false),
    git: { expected: "propose", category: ["oom_limit"], roots: [REPORT] },
  },
];

/** Changes that cannot be undone for what others made of them since. */
export const FOLLOWED: readonly Story[] = [SHARING, PROVEN].flat();
