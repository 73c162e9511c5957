import type { Live } from "../build/cluster.ts";
import { cannotPull, crashes, notFound } from "../build/fates.ts";
import { configMap, cronJob, object } from "../build/manifests.ts";
import type { Story } from "../build/story.ts";
import { minutesAgo } from "../build/time.ts";
import { changed, type Tree, withObject } from "../build/tree.ts";
import { imageOf, inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const NONE = { expected: "none", category: ["no_op"], roots: [] } as const;

const STAYS: Tree = {
  ...SHOP,
  "apps/report.yaml": [cronJob({ name: "report", schedule: "0 2 * * *", image: imageOf("report"), suspend: true })],
};

/** What looks like a fault that a rule knows, and is none, or is another. */
export const LOOK_ALIKES: readonly Story[] = [
  {
    id: "pulled-in-the-end",
    tells: "The registry did not have the image for some minutes; it was pushed then, and all runs.",
    resembles: ["image-cannot-be-pulled"],
    good: SHOP,
    cluster: (cluster) => {
      const image = imageOf("catalog");
      for (const pod of cluster.ofKind("Pod").filter(({ metadata }) => metadata.name.startsWith("catalog-")))
        for (const told of cannotPull(image, notFound(image)).events ?? [])
          cluster.event(`Pod/shop/${pod.metadata.name}`, { ...told, ago: 50 });
    },
    git: NONE,
    folder: NONE,
  },
  {
    id: "quota-no-more",
    tells: "The quota was used up for a while; all pods are there since somebody made room.",
    resembles: ["pods-may-not-be-created"],
    good: SHOP,
    cluster: (cluster) => {
      for (const set of cluster.ofKind("ReplicaSet").filter(({ metadata }) => metadata.name.startsWith("catalog-")))
        cluster.event(`ReplicaSet/shop/${set.metadata.name}`, {
          reason: "FailedCreate",
          message: `Error creating: pods "${set.metadata.name}-x2x4x" is forbidden: exceeded quota: shop, requested: pods=1, used: pods=10, limited: pods=10`,
          from: "replicaset-controller",
          ago: 40,
          count: 9,
        });
    },
    git: NONE,
    folder: NONE,
  },
  {
    id: "route-leads-elsewhere",
    tells: "The Ingress sends to a Service that is a name outside of the cluster: it has no endpoints, and needs none.",
    resembles: ["route-leads-nowhere", "service-leads-nowhere"],
    good: withObject(
      changed(
        SHOP,
        "Ingress/shop/storefront",
        ["spec", "rules", 0, "http", "paths", 0, "backend", "service", "name"],
        "storefront-cdn",
      ),
      "apps/cdn.yaml",
      object("v1", "Service", "storefront-cdn", {
        spec: { type: "ExternalName", externalName: "shop.cdn.example.test", ports: [{ port: 80 }] },
      }),
    ),
    git: NONE,
    folder: NONE,
  },
  {
    id: "suspended-with-an-old-complaint",
    tells: "A CronJob could not be followed this morning; it was suspended then.",
    resembles: ["schedule-cannot-be-followed"],
    good: STAYS,
    cluster: (cluster) => {
      cluster.get("CronJob/shop/report")["status"] = { lastScheduleTime: minutesAgo(33 * 60) };
      cluster.event("CronJob/shop/report", {
        reason: "TooManyMissedTimes",
        message: "too many missed start times: 101. Set or decrease .spec.startingDeadlineSeconds or check clock skew",
        from: "cronjob-controller",
        ago: 200,
      });
    },
    git: NONE,
    folder: NONE,
  },
  {
    id: "zero-as-always",
    tells: "The orders are asked to run no pod, and have been since anybody knows.",
    resembles: ["scaled-to-zero"],
    good: changed(SHOP, "Deployment/shop/orders", "spec.replicas", 0),
    git: NONE,
  },
  {
    id: "node-closed-on-purpose",
    tells: "A node takes no new pods for an hour's work on it; it is ready, and its pods run.",
    resembles: ["node-is-not-well", "fits-no-node"],
    good: SHOP,
    cluster: (cluster) => {
      const [node] = cluster.ofKind("Node");
      const taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule", timeAdded: minutesAgo(30) };
      cluster.set(`Node/${node?.metadata.name}`, "spec", { unschedulable: true, taints: [taint] });
    },
    git: NONE,
    folder: NONE,
  },
  {
    id: "flags-all-off",
    tells: "There are flags that make things fail on purpose, and all of them are off.",
    resembles: ["flag-makes-it-fail"],
    good: {
      ...SHOP,
      "apps/flags.yaml": [
        configMap("flagd-config", {
          "demo.flagd.json": JSON.stringify({
            flags: {
              catalogFailure: { state: "ENABLED", variants: { on: true, off: false }, defaultVariant: "off" },
              memoryLeak: { state: "DISABLED", variants: { on: true, off: false }, defaultVariant: "on" },
            },
          }),
        }),
      ],
    },
    git: NONE,
    folder: NONE,
  },
  {
    id: "complains-while-it-starts",
    tells:
      "A pod of the catalog was made half a minute ago; it is not ready yet, and complains until the database answers.",
    resembles: ["peer-cannot-be-reached", "started-with-what-breaks-it"],
    good: SHOP,
    cluster: (cluster) => {
      const [pod] = cluster.ofKind("Pod").filter(({ metadata }) => metadata.name.startsWith("catalog-"));
      if (pod === undefined) throw new Error("the catalog has no pods");
      pod.metadata["creationTimestamp"] = minutesAgo(0.5);
      const state = { running: { startedAt: minutesAgo(0.5) } };
      pod["status"] = {
        phase: "Running",
        conditions: [{ type: "Ready", status: "False", lastTransitionTime: minutesAgo(0.5) }],
        containerStatuses: [{ name: "catalog", ready: false, restartCount: 0, started: true, state, lastState: {} }],
      };
      const complaint = "WARN database: dial tcp 10.96.12.34:5432: connect: connection refused, trying again\n";
      cluster.logs.set(`shop/${pod.metadata.name}/catalog.log`, complaint.repeat(8));
    },
    alerts: [],
    git: NONE,
    folder: NONE,
  },
  {
    id: "scaled-by-hand-beside-a-wrong-tag",
    tells: "The tag of the catalog does not exist; that somebody scaled it by hand has nothing to do with it.",
    resembles: ["differs-from-git"],
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "image"), imageOf("catalog", "1.4.22")),
    fates: {
      [CATALOG]: cannotPull(imageOf("catalog", "1.4.22"), notFound(imageOf("catalog", "1.4.22"))),
    },
    cluster: (cluster) => cluster.set(CATALOG, "spec", { replicas: 3 }),
    git: { expected: "propose", category: ["image_ref"], roots: [CATALOG] },
  },
];

// The Deployment is made anew each time, and its controller keeps no former template.
const FORGOTTEN: Story["cluster"] = (cluster) => {
  const isOfCatalog = ({ metadata }: Live): boolean => metadata.name.startsWith("catalog-");
  const [failing] = cluster.ofKind("Pod").filter((pod) => isOfCatalog(pod) && !isReady(pod));
  const hash = String(failing?.metadata.name.split("-")[1]);
  for (const { kind, metadata } of [...cluster.ofKind("Pod"), ...cluster.ofKind("ReplicaSet")].filter(isOfCatalog))
    if (!metadata.name.includes(hash)) cluster.remove(`${kind}/shop/${metadata.name}`);
};

function isReady({ status }: Live): boolean {
  const { conditions } = status as {
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
  };
  return conditions.some(({ type, status }) => type === "Ready" && status === "True");
}

/** What may be the cause and may not be: only their order in time, or facts that speak against it. */
export const DOUBTS: readonly Story[] = [
  {
    id: "silent-after-a-commit",
    tells: "The catalog ends without a word since a commit, and no former template is left to compare with.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "env.DB_PORT.value"), "6432"),
    fates: { [CATALOG]: crashes({ exitCode: 1 }) },
    cluster: FORGOTTEN,
    git: { expected: "issue", category: ["env_var"], roots: [CATALOG] },
  },
  {
    id: "silent-after-two-changes",
    tells: "The catalog ends without a word since a commit that changed a variable and an argument of it.",
    good: SHOP,
    bad: changed(
      changed(SHOP, CATALOG, inContainer("catalog", "env.DB_PORT.value"), "6432"),
      CATALOG,
      inContainer("catalog", "args.1"),
      "--listen=:8081",
    ),
    fates: { [CATALOG]: crashes({ exitCode: 1, log: "INFO starting\n" }) },
    git: { expected: "issue", category: ["env_var", "command_args"], roots: [CATALOG] },
  },
  {
    id: "unheard-after-one-change",
    tells: "The catalog ends since a commit that changed one variable of it, and no log was recorded.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "env.DB_PORT.value"), "6432"),
    fates: { [CATALOG]: crashes({ exitCode: 1 }) },
    git: { expected: "issue", category: ["env_var"], roots: [CATALOG] },
  },
  {
    id: "denied-after-another-version",
    tells: "The catalog ends since its version was changed, and says that another answers it with an error.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "image"), imageOf("catalog", "1.5.0")),
    fates: {
      [CATALOG]: crashes({ log: "FATAL request to https://rates.example.test failed: 429 Too Many Requests\n" }),
    },
    git: { expected: "issue", category: ["app_or_db"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "unheard-after-another-version",
    tells: "The catalog ends since a commit that changed its version, and no log was recorded.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "image"), imageOf("catalog", "1.5.0")),
    fates: { [CATALOG]: crashes({ exitCode: 1 }) },
    git: { expected: "propose", category: ["image_ref"], roots: [CATALOG] },
  },
];
