import type { Cluster, Live } from "../build/cluster.ts";
import { cannotStart, crashes, type Fate, unready } from "../build/fates.ts";
import { cronJob, daemonSet, from, object } from "../build/manifests.ts";
import { addPod, ownerOf, podName, type Template } from "../build/pods.ts";
import type { Story } from "../build/story.ts";
import { minutesAgo } from "../build/time.ts";
import { changed, type Tree } from "../build/tree.ts";
import { imageOf, inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const ORDERS = "Deployment/shop/orders";
const POSTGRES = "StatefulSet/shop/postgres";
const EXPORTER = "DaemonSet/shop/exporter";
const REPORT = "CronJob/shop/report";
const PAGE_SIZE = ["ConfigMap/shop/catalog-settings", "data.page_size"] as const;

const REFUSED = crashes({ log: 'FATAL: password authentication failed for user "app"\n' });
const NO_NUMBER = crashes({ log: 'Error: invalid PAGE_SIZE "forty": not a number\n' });

/** What the catalog is told beside the host of its database, in a version. */
function told(name: string, value: string, version = "1.4.2"): Tree {
  const env = [
    { name: "DB_HOST", value: "postgres" },
    { name, value },
  ];
  const tree = changed(SHOP, CATALOG, inContainer("catalog", "env"), env);
  return changed(tree, CATALOG, inContainer("catalog", "image"), imageOf("catalog", version));
}

/** A DaemonSet whose pods only take a new template once somebody deletes them. */
function exporting(user: string): Tree {
  const tree = { ...SHOP, "apps/exporter.yaml": [daemonSet({ name: "exporter", env: { DB_USER: user } })] };
  return changed(tree, EXPORTER, "spec.updateStrategy", { type: "OnDelete" });
}

function reporting(bucket: string): Tree {
  const container = { args: [`--bucket=s3://${bucket}`] };
  return { ...SHOP, "apps/report.yaml": [cronJob({ name: "report", schedule: "0 * * * *", container })] };
}

/** The account of the orders, and the key of the vault that holds its password. */
function orderingAs(user: string): Tree {
  const data = [{ secretKey: "password", remoteRef: { key: `db/${user}` } }];
  const secret = object("external-secrets.io/v1", "ExternalSecret", "postgres-auth", { spec: { data } });
  const tree = changed(SHOP, ORDERS, inContainer("orders", "env"), [{ name: "DB_USER", value: user }]);
  return { ...tree, "apps/synced.yaml": [secret] };
}

/** Where the catalog gets its tokens from, which it reads from its settings. */
function tokensFrom(url: string): Tree {
  const env = [{ name: "TOKEN_URL", valueFrom: from("configMap", "catalog-settings", "token_url") }];
  return changed(changed(SHOP, CATALOG, inContainer("catalog", "env"), env), PAGE_SIZE[0], "data.token_url", url);
}

type Status = { readonly containerStatuses: readonly { readonly ready: boolean }[] };

function podsOf(cluster: Cluster, prefix: string, isReady: boolean): readonly Live[] {
  return cluster.ofKind("Pod").filter(({ metadata, ...pod }) => {
    const { containerStatuses } = pod["status"] as Status;
    return metadata.name.startsWith(prefix) && containerStatuses.every(({ ready }) => ready === isReady);
  });
}

/** Gives the one container of a pod another status. */
function put(
  pod: Live,
  container: Readonly<Record<string, unknown>>,
  rest: Readonly<Record<string, unknown>> = {},
): void {
  const status = pod["status"] as Status;
  pod["status"] = { ...status, ...rest, containerStatuses: [{ ...status.containerStatuses[0], ...container }] };
}

/** All pods of the catalog's new template but one are ready, since so many minutes. */
function onlyOneFails(since: number): NonNullable<Story["cluster"]> {
  return (cluster) => {
    const conditions = [{ type: "Ready", status: "True", lastTransitionTime: minutesAgo(since) }];
    for (const pod of podsOf(cluster, "catalog-", false).slice(1))
      put(pod, { ready: true, restartCount: 0, state: { running: {} }, lastState: {} }, { conditions });
  };
}

/** The newest run of the report fails; an earlier one ended well so many minutes ago. */
function reportFails(wentWell: number): NonNullable<Story["cluster"]> {
  return (cluster) => {
    const report = cluster.get(REPORT);
    report["status"] = { lastScheduleTime: minutesAgo(20), lastSuccessfulTime: minutesAgo(wentWell) };
    const { jobTemplate } = report["spec"] as { jobTemplate: { spec: { template: Template } } };
    const { spec } = jobTemplate;
    const metadata = { name: "report-29384720", namespace: "shop", ownerReferences: [ownerOf(report)] };
    const owner = cluster.add({ apiVersion: "batch/v1", kind: "Job", metadata, spec }, 20);
    const log = "ERROR PutObject s3://reports-b/2026-11-20.csv: AccessDenied: Access Denied\n";
    const state = { terminated: { exitCode: 1, reason: "Error", startedAt: "-18", finishedAt: "-17" } };
    const fate: Fate = { phase: "Failed", isReady: false, log, status: { ready: false, state } };
    const pod = { owner, fate, name: podName(metadata.name, 0), namespace: "shop", node: "worker-1", made: 18 };
    addPod(cluster, { ...pod, template: spec.template });
  };
}

const FIVE = changed(SHOP, CATALOG, "spec.replicas", 5);
const NEW_VERSION = {
  good: FIVE,
  bad: changed(FIVE, CATALOG, inContainer("catalog", "image"), imageOf("catalog", "1.5.0")),
  fates: { [CATALOG]: crashes({ exitCode: 132, log: "Illegal instruction (core dumped)\n" }) },
};

function issue(category: NonNullable<Story["git"]>["category"], root: string): NonNullable<Story["git"]> {
  return { expected: "issue", category, roots: [root], isCommit: false };
}

/** Changes that cannot be why a program fails, however near they are. */
export const ALIBIS: readonly Story[] = [
  {
    id: "commit-in-no-pod-yet",
    tells:
      "The password was changed; a commit gave the exporter another user, which no pod of it was made with so far.",
    good: exporting("app"),
    bad: exporting("reader"),
    fates: { [EXPORTER]: REFUSED },
    cluster: (cluster) => {
      for (const pod of podsOf(cluster, "exporter-", false))
        Object.assign(pod, JSON.parse(JSON.stringify(pod).replaceAll('"reader"', '"app"')));
    },
    git: issue(["secret_value"], EXPORTER),
  },
  {
    id: "failed-before-as-well",
    tells:
      "The password was changed hours ago; a commit tried another user, and the pods of before fail like the new ones.",
    good: told("DB_USER", "app"),
    bad: told("DB_USER", "admin"),
    fates: { [CATALOG]: REFUSED },
    cluster: (cluster) => {
      for (const pod of podsOf(cluster, "catalog-", true))
        put(pod, { ready: false, restartCount: 40, state: { waiting: { reason: "CrashLoopBackOff" } } });
    },
    git: issue(["secret_value"], CATALOG),
  },
  {
    id: "new-version-fails-in-one-place",
    tells: "The new version runs in one pod for long and fails in the other: it is not the version.",
    ...NEW_VERSION,
    cluster: onlyOneFails(24),
    git: issue(["app_or_db", "node_infra"], CATALOG),
  },
  {
    id: "new-version-fails-in-moments",
    tells: "The new version was ready in one pod for a moment, and failed in the other already.",
    ...NEW_VERSION,
    cluster: onlyOneFails(2),
    git: { expected: "propose", category: ["image_ref"], roots: [CATALOG] },
  },
  {
    id: "mended-on-the-branch-only",
    tells: "The size of a page is no number; a commit mended that, and it has not been applied yet.",
    good: changed(SHOP, ...PAGE_SIZE, "forty"),
    bad: changed(SHOP, ...PAGE_SIZE, "40"),
    fates: { [CATALOG]: NO_NUMBER },
    cluster: (cluster) => {
      cluster.get(PAGE_SIZE[0])["data"] = { page_size: "forty", currency: "EUR" };
    },
    git: { ...issue(["configmap_content", "env_var"], CATALOG), also: "none" },
  },
  {
    id: "mended-since-the-last-run",
    tells: "The size of a page was no number when the catalog was last tried; a commit has mended that since.",
    good: changed(SHOP, ...PAGE_SIZE, "forty"),
    bad: changed(SHOP, ...PAGE_SIZE, "40"),
    fates: { [CATALOG]: NO_NUMBER },
    cluster: (cluster) => {
      const lastState = { terminated: { exitCode: 1, reason: "Error", finishedAt: minutesAgo(28) } };
      for (const pod of podsOf(cluster, "catalog-", false)) put(pod, { lastState });
    },
    git: { ...issue(["configmap_content", "env_var"], CATALOG), also: "none" },
  },
  {
    id: "report-went-well-since",
    tells: "Reports go to another bucket since a commit; and got there until this morning.",
    good: reporting("reports-a"),
    bad: reporting("reports-b"),
    committed: 5000,
    cluster: reportFails(320),
    git: issue(["security_context", "app_or_db"], REPORT),
  },
  {
    id: "report-fails-since",
    tells: "Reports go to another bucket since a commit, and none got there.",
    good: reporting("reports-a"),
    bad: reporting("reports-b"),
    cluster: reportFails(75),
    git: { expected: "propose", category: ["command_args"], roots: [REPORT] },
  },
  {
    id: "version-and-its-settings",
    tells: "A new version came with a variable that it asks for, and does not take its value.",
    good: told("CACHE_URL", "cache:6379"),
    bad: told("REDIS_URL", "cache:6379", "2.0.0"),
    fates: { [CATALOG]: crashes({ log: "Error: invalid REDIS_URL: must start with redis://\n" }) },
    git: { expected: "issue", category: ["env_var"], roots: [CATALOG] },
  },
  {
    id: "account-and-its-secret",
    tells: "A commit gave the orders another account and another password; taking back the one leaves the other.",
    good: orderingAs("app"),
    bad: orderingAs("orders"),
    fates: { [ORDERS]: crashes({ log: 'FATAL: password authentication failed for user "orders"\n' }) },
    git: { expected: "issue", category: ["env_var"], roots: [ORDERS] },
  },
  {
    id: "sessions-last-longer",
    tells: "The password was changed; how long a session's token lasts was changed, too.",
    good: told("SESSION_TOKEN_TTL", "30m"),
    bad: told("SESSION_TOKEN_TTL", "60m"),
    fates: { [CATALOG]: REFUSED },
    git: issue(["secret_value"], CATALOG),
  },
  {
    id: "traces-go-nowhere",
    tells: "The password was changed; traces go to an address that is not there since a commit, which is only noise.",
    good: told("OTEL_ENDPOINT", "http://otel:4317"),
    bad: told("OTEL_ENDPOINT", "http://tempo:4317"),
    fates: {
      [CATALOG]: crashes({
        log: 'traces: Post "http://tempo:4317/v1": lookup tempo on 10.96.0.10:53: no such host\nFATAL: password authentication failed for user "app"\n',
      }),
    },
    git: issue(["secret_value"], CATALOG),
  },
  {
    id: "program-not-in-the-image",
    tells: "The image has lost the program that has always been started; a commit added an argument.",
    good: changed(SHOP, CATALOG, inContainer("catalog", "command"), ["/bin/catalog"]),
    bad: changed(
      changed(SHOP, CATALOG, inContainer("catalog", "command"), ["/bin/catalog"]),
      CATALOG,
      inContainer("catalog", "args"),
      ["serve", "--listen=:8080", "--log=json"],
    ),
    fates: { [CATALOG]: cannotStart('exec: "/bin/catalog": stat /bin/catalog: no such file or directory: unknown') },
    git: issue(["command_args"], CATALOG),
  },
  {
    id: "port-called-otherwise",
    tells: "Something else in the pod has taken a port; a commit gave another port another name.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "ports.0.name"), "web"),
    fates: { [CATALOG]: crashes({ log: "listen tcp :9090: bind: address already in use\n" }) },
    git: issue(["port_conflict"], CATALOG),
  },
  {
    id: "broken-by-hand-since",
    tells: "A commit changed the size of a page; somebody made it no number by hand since.",
    good: SHOP,
    bad: changed(SHOP, ...PAGE_SIZE, "44"),
    fates: { [CATALOG]: NO_NUMBER },
    cluster: (cluster) => {
      cluster.get(PAGE_SIZE[0])["data"] = { page_size: "forty", currency: "EUR" };
    },
    git: { ...issue(["configmap_content", "env_var", "drift"], CATALOG), also: "none" },
  },
  {
    id: "variable-heard-before",
    tells: "A variable changed while the catalog ran: it hears that only once it is started anew. Its token ran out.",
    good: tokensFrom("https://login-a.example.test"),
    bad: tokensFrom("https://login-b.example.test"),
    fates: { [CATALOG]: unready("HTTP probe failed with statuscode: 503", "ERROR 401 Unauthorized: token expired\n") },
    cluster: (cluster) => {
      for (const pod of podsOf(cluster, "catalog-", false)) {
        pod.metadata["creationTimestamp"] = minutesAgo(9000);
        put(pod, { state: { running: { startedAt: minutesAgo(9000) } } });
      }
    },
    git: issue(["secret_value", "app_or_db"], CATALOG),
  },
  {
    id: "killed-by-its-node",
    tells: "New pods are well until their node makes them anew, again and again; a commit brought their version.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "image"), imageOf("catalog", "1.5.0")),
    fates: {
      [CATALOG]: {
        ...crashes({ exitCode: 137, log: "INFO listening on :8080\n", restarts: 3 }),
        events: [
          { reason: "SandboxChanged", message: "Pod sandbox changed, it will be killed and re-created.", count: 4 },
        ],
      },
    },
    git: issue(["app_or_db", "node_infra"], CATALOG),
  },
  {
    id: "differs-in-what-is-innocent",
    tells: "The password was changed; somebody lets the catalog say more by hand, which is not what it fails by.",
    good: told("LOG_LEVEL", "info"),
    fates: { [CATALOG]: REFUSED },
    cluster: (cluster) => {
      for (const each of cluster.objects.values())
        Object.assign(
          each,
          JSON.parse(JSON.stringify(each).replaceAll('"LOG_LEVEL","value":"info"', '"LOG_LEVEL","value":"debug"')),
        );
    },
    git: issue(["secret_value"], CATALOG),
  },
  {
    id: "data-elsewhere-for-long",
    tells: "Postgres keeps its data in another folder since a commit, ran with that for days, and has no room now.",
    good: SHOP,
    bad: changed(SHOP, POSTGRES, inContainer("postgres", "env"), [{ name: "PGDATA", value: "/var/lib/postgresql/18" }]),
    fates: {
      [POSTGRES]: crashes({
        log: 'PANIC:  could not write to file "/var/lib/postgresql/18/pg_wal/xlogtemp.29": No space left on device\n',
      }),
    },
    committed: 5000,
    cluster: (cluster) => {
      cluster.get("Pod/shop/postgres-0").metadata["creationTimestamp"] = minutesAgo(4990);
    },
    git: issue(["pvc_storage"], POSTGRES),
  },
];
