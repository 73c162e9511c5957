import { cannotPull, crashes, misconfigured, notFound, outOfMemory } from "../build/fates.ts";
import { configMap, cronJob, deployment, object, service } from "../build/manifests.ts";
import { field, type Story } from "../build/story.ts";
import { minutesAgo } from "../build/time.ts";
import { changed, type Manifest, type Tree, withObject } from "../build/tree.ts";
import { imageOf, inContainer, namespace, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const INGRESS = "Ingress/shop/storefront";
const SERVICE = "Service/shop/storefront";
const HPA = "HorizontalPodAutoscaler/shop/catalog";
const BACKEND = "spec.rules.0.http.paths.0.backend.service";
const RESOURCES = inContainer("catalog", "resources");

const MEMORY = { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "256Mi" } };

function withAgent(own: object, agent: object, tag = "3.1"): Tree {
  return changed(changed(SHOP, CATALOG, RESOURCES, own), CATALOG, "spec.template.spec.containers.1", {
    name: "agent",
    image: imageOf("agent", tag),
    resources: agent,
  });
}

/** The catalog's autoscaler, which scales what is not there. */
function astray(target: string, maxReplicas = 4): Manifest {
  return object("autoscaling/v2", "HorizontalPodAutoscaler", "catalog", {
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: target }, maxReplicas },
  });
}

function findsNo(target: string): NonNullable<Story["cluster"]> {
  const message = `the HPA controller was unable to get the target's current scale: deployments.apps "${target}" not found`;
  return (cluster) =>
    cluster.condition(HPA, { type: "AbleToScale", status: "False", reason: "FailedGetScale", message }, 25);
}

function report(tag: string): Tree {
  return {
    ...SHOP,
    "apps/report.yaml": [cronJob({ name: "report", schedule: "0 2 * * 8", image: imageOf("report", tag) })],
  };
}

/** Another namespace, with a workload and a Service of its own. */
function withBilling(tree: Tree, name: string): Tree {
  return {
    ...tree,
    "apps/billing.yaml": [
      namespace("billing"),
      deployment({ name, namespace: "billing" }),
      service(name, { namespace: "billing" }),
    ],
  };
}

const MORE = withObject(
  changed(
    changed(SHOP, CATALOG, inContainer("catalog", "envFrom"), [{ configMapRef: { name: "extra" } }]),
    CATALOG,
    inContainer("catalog", "env.PAGE_SIZE.valueFrom.configMapKeyRef.key"),
    "rows",
  ),
  "apps/catalog.yaml",
  configMap("extra", { rows: "40", level: "info" }),
);

const LEDGER = "FATAL cannot open ledger\n";

const UNPROBED = changed(SHOP, CATALOG, inContainer("catalog", "readinessProbe"));

/** What was changed, or is called nearly so, stands only beside the fault. */
export const BYSTANDERS: readonly Story[] = [
  {
    id: "memory-cut-beside",
    tells:
      "A commit lowered the limit of the agent and the request of the catalog; the catalog outgrows its own limit.",
    good: withAgent(MEMORY, { limits: { memory: "256Mi" } }),
    bad: withAgent({ ...MEMORY, requests: { cpu: "100m", memory: "64Mi" } }, { limits: { memory: "64Mi" } }),
    fates: { [CATALOG]: outOfMemory("", "catalog") },
    git: { expected: "issue", category: ["oom_limit"], roots: [CATALOG], isCommit: false },
    remembered: { expected: "issue", category: ["oom_limit"], roots: [CATALOG] },
  },
  {
    id: "killed-after-a-raise",
    tells: "A commit gave the catalog more memory than before, and it is still killed at its limit.",
    good: changed(SHOP, CATALOG, RESOURCES, { limits: { memory: "128Mi" } }),
    bad: changed(SHOP, CATALOG, RESOURCES, { limits: { memory: "256Mi" } }),
    fates: { [CATALOG]: outOfMemory() },
    git: { expected: "issue", category: ["oom_limit"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "throttled-after-a-raise",
    tells: "A commit gave the catalog more CPU than before, and it is still throttled.",
    good: changed(SHOP, CATALOG, RESOURCES, { limits: { cpu: "50m", memory: "256Mi" } }),
    bad: changed(SHOP, CATALOG, RESOURCES, { limits: { cpu: "100m", memory: "256Mi" } }),
    alerts: [{ alertname: "CPUThrottlingHigh", namespace: "shop", deployment: "catalog", container: "catalog" }],
    git: { expected: "issue", category: ["cpu_limit"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "throttled-beside-a-cut",
    tells: "The catalog is throttled; a commit lowered its memory limit and its CPU request, not its CPU limit.",
    good: changed(SHOP, CATALOG, RESOURCES, MEMORY),
    bad: changed(SHOP, CATALOG, RESOURCES, {
      requests: { cpu: "50m", memory: "128Mi" },
      limits: { cpu: "500m", memory: "192Mi" },
    }),
    alerts: [{ alertname: "CPUThrottlingHigh", namespace: "shop", deployment: "catalog", container: "catalog" }],
    git: { expected: "issue", category: ["cpu_limit"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "ingress-to-a-name-elsewhere",
    tells: "The Ingress sends to chekout; a Service checkout there is in another namespace only.",
    good: withBilling(changed(SHOP, INGRESS, `${BACKEND}.name`, "chekout"), "checkout"),
    git: { expected: "issue", category: ["ingress_route", "service_missing"], roots: [INGRESS] },
    folder: { expected: "issue", category: ["ingress_route", "service_missing"], roots: [INGRESS] },
  },
  {
    id: "ingress-port-of-two",
    tells: "The Ingress asks port 8080 of a Service that has two others: which is meant, nobody can tell.",
    good: changed(changed(SHOP, INGRESS, `${BACKEND}.port.number`, 8080), SERVICE, "spec.ports", [
      { name: "http", port: 80, targetPort: 8080 },
      { name: "metrics", port: 9090, targetPort: 8080 },
    ]),
    folder: { expected: "issue", category: ["ingress_route"], roots: [INGRESS] },
  },
  {
    id: "autoscaler-target-elsewhere",
    tells: "The autoscaler scales Deployment chekout; a checkout there is in another namespace only.",
    good: withObject(withBilling(SHOP, "checkout"), "apps/catalog.yaml", astray("chekout")),
    cluster: findsNo("chekout"),
    folder: { expected: "issue", category: ["hpa_pdb_rollout"], roots: [HPA] },
  },
  {
    id: "autoscaler-astray-beside-a-commit",
    tells: "The autoscaler has never had a target that is there; a commit let it run more pods.",
    good: withObject(SHOP, "apps/catalog.yaml", astray("landing-page")),
    bad: withObject(SHOP, "apps/catalog.yaml", astray("landing-page", 8)),
    cluster: findsNo("landing-page"),
    git: { expected: "issue", category: ["hpa_pdb_rollout"], roots: [HPA], isCommit: false },
  },
  {
    id: "image-gone-beside-a-bump",
    tells: "The catalog's old image is gone from its registry; a commit gave the agent beside it a newer one.",
    good: withAgent(MEMORY, {}),
    bad: withAgent(MEMORY, {}, "3.2"),
    fates: { [CATALOG]: cannotPull(imageOf("catalog"), notFound(imageOf("catalog")), "catalog") },
    git: { expected: "issue", category: ["image_ref"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "schedule-beside-a-bump",
    tells: "The report's schedule could never be followed; a commit gave it a newer image.",
    good: report("1.4.2"),
    bad: report("1.5.0"),
    cluster: (cluster) =>
      cluster.event("CronJob/shop/report", {
        reason: "UnparseableSchedule",
        message: 'unparseable schedule: "0 2 * * 8" : end of range (8) above maximum (6): 8',
        from: "cronjob-controller",
        ago: 9,
      }),
    git: { expected: "issue", category: ["job_failed"], roots: ["CronJob/shop/report"], isCommit: false },
  },
  {
    id: "silent-beside-a-commit",
    tells: "The catalog ends without a word since a commit that gave it more memory, other probes and a note.",
    good: SHOP,
    bad: changed(
      changed(
        changed(SHOP, CATALOG, inContainer("catalog", "resources.limits.memory"), "512Mi"),
        CATALOG,
        inContainer("catalog", "readinessProbe.periodSeconds"),
        20,
      ),
      CATALOG,
      "spec.template.metadata.annotations",
      { "shop.test/note": "reviewed" },
    ),
    fates: { [CATALOG]: crashes({ log: "" }) },
    git: { expected: "issue", category: ["app_or_db"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "key-taken-from-another",
    tells: "The catalog asks its settings for rows, which they never had; a commit took rows out of another ConfigMap.",
    good: MORE,
    bad: changed(MORE, "ConfigMap/shop/extra", "data.rows"),
    fates: { [CATALOG]: misconfigured("couldn't find key rows in ConfigMap shop/catalog-settings") },
    git: { expected: "issue", category: ["configmap_missing"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "crash-beside-the-agent",
    tells: "The catalog cannot open its ledger; a commit told the agent beside it to store a ledger too.",
    good: changed(withAgent(MEMORY, {}), CATALOG, inContainer("agent", "args"), ["--store=cache"]),
    bad: changed(withAgent(MEMORY, {}), CATALOG, inContainer("agent", "args"), ["--store=ledger"]),
    fates: { [CATALOG]: crashes({ log: LEDGER, container: "catalog" }) },
    git: { expected: "issue", category: ["app_or_db"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "crash-beside-a-new-agent",
    tells: "The catalog cannot open its ledger; a commit put an agent beside it that stores a ledger too.",
    good: changed(SHOP, CATALOG, RESOURCES, MEMORY),
    bad: changed(withAgent(MEMORY, {}), CATALOG, inContainer("agent", "args"), ["--store=ledger"]),
    fates: { [CATALOG]: crashes({ log: LEDGER, container: "catalog" }) },
    git: { expected: "issue", category: ["app_or_db"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "port-taken-beside-the-agent",
    tells: "The catalog's port is taken; a commit moved a port of the agent beside it, which is another one.",
    good: changed(withAgent(MEMORY, {}), CATALOG, inContainer("agent", "ports"), [{ containerPort: 9000 }]),
    bad: changed(withAgent(MEMORY, {}), CATALOG, inContainer("agent", "ports"), [{ containerPort: 9001 }]),
    fates: {
      [CATALOG]: crashes({ log: "FATAL listen tcp :8080: bind: address already in use\n", container: "catalog" }),
    },
    git: { expected: "issue", category: ["port_conflict", "app_or_db"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "one-of-two-is-named",
    tells: "A commit wrote a port as a word and moved where the catalog listens; it complains of the port.",
    good: SHOP,
    bad: changed(
      changed(SHOP, CATALOG, inContainer("catalog", "env.DB_PORT.value"), "fivefour"),
      CATALOG,
      inContainer("catalog", "args.1"),
      "--listen=:8081",
    ),
    fates: { [CATALOG]: crashes({ log: 'Error: invalid value "fivefour" for DB_PORT\n' }) },
    git: {
      expected: "propose",
      category: ["env_var"],
      roots: [CATALOG],
      fields: [
        field(CATALOG, inContainer("catalog", "env.DB_PORT.value"), "5432"),
        field(CATALOG, inContainer("catalog", "args.1"), "--listen=:8081"),
      ],
    },
  },
  {
    id: "fails-beside-an-argument",
    tells: "Since a commit moved where the catalog listens, it says that its ledger is corrupt.",
    good: UNPROBED,
    bad: changed(UNPROBED, CATALOG, inContainer("catalog", "args.1"), "--listen=:8081"),
    fates: { [CATALOG]: crashes({ log: LEDGER }) },
    git: { expected: "issue", category: ["app_or_db"], roots: [CATALOG], isCommit: false },
    remembered: { expected: "issue", category: ["app_or_db"], roots: [CATALOG] },
  },
  {
    id: "ran-well-with-the-argument",
    tells: "The catalog ran for two days with another argument before it began to refuse what it is sent.",
    good: UNPROBED,
    bad: changed(UNPROBED, CATALOG, inContainer("catalog", "args.1"), "--listen=:8081"),
    fates: { [CATALOG]: crashes({ log: "Error: invalid value of a product\n", restarts: 3 }) },
    cluster: (cluster) => {
      for (const { metadata } of cluster.ofKind("Pod")) metadata["creationTimestamp"] = minutesAgo(2 * 24 * 60);
    },
    git: { expected: "issue", category: ["app_or_db"], roots: [CATALOG], isCommit: false },
    remembered: { expected: "issue", category: ["app_or_db"], roots: [CATALOG] },
  },
  {
    id: "proven-with-the-variable",
    tells: "The rollout with another port of the database was done two days ago; since today nothing answers there.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "env.DB_PORT.value"), "6432"),
    fates: { [CATALOG]: crashes({ log: "FATAL invalid configuration: DB_PORT: 6432 is not open\n", restarts: 3 }) },
    cluster: (cluster) => {
      const done = { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable", message: "" };
      cluster.condition(CATALOG, done, 2 * 24 * 60);
      for (const { metadata } of cluster.ofKind("Pod")) metadata["creationTimestamp"] = minutesAgo(2 * 24 * 60);
    },
    remembered: { expected: "issue", category: ["env_var", "app_or_db"], roots: [CATALOG] },
  },
  {
    id: "came-up-with-the-argument",
    tells: "With another argument the catalog became ready, before it began to refuse what it is sent.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "args.1"), "--listen=:8081"),
    fates: { [CATALOG]: crashes({ log: "Error: invalid value of a product\n" }) },
    cluster: (cluster) =>
      cluster.condition(
        CATALOG,
        { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable", message: "" },
        30,
      ),
    git: { expected: "issue", category: ["app_or_db"], roots: [CATALOG], isCommit: false },
    remembered: { expected: "issue", category: ["app_or_db"], roots: [CATALOG] },
  },
  {
    id: "complains-while-ready",
    tells: "With another argument the catalog is ready, and complains of what it is sent again and again.",
    good: UNPROBED,
    bad: changed(UNPROBED, CATALOG, inContainer("catalog", "args.1"), "--listen=:8081"),
    fates: { [CATALOG]: { phase: "Running", isReady: true, log: "Error: invalid value of a product\n".repeat(20) } },
    git: { expected: "issue", category: ["app_or_db"], roots: [CATALOG], isCommit: false },
    remembered: { expected: "issue", category: ["app_or_db"], roots: [CATALOG] },
  },
  {
    id: "two-said-the-same",
    tells: "A commit wrote fivefour both as the port and as the page size; it complains of fivefour.",
    good: SHOP,
    bad: changed(
      changed(SHOP, CATALOG, inContainer("catalog", "env.DB_PORT.value"), "fivefour"),
      "ConfigMap/shop/catalog-settings",
      "data.page_size",
      "fivefour",
    ),
    fates: { [CATALOG]: crashes({ log: 'Error: invalid number "fivefour"\n' }) },
    git: { expected: "propose", also: "issue", category: ["env_var"], roots: [CATALOG] },
  },
];
