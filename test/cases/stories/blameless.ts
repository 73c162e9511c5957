import type { Category } from "../../../src/diagnosis/category.ts";
import { crashes, refused, unready } from "../build/fates.ts";
import { configMap, from, object, service } from "../build/manifests.ts";
import type { Story } from "../build/story.ts";
import { changed, type Steps, type Tree, withObject } from "../build/tree.ts";
import { imageOf, inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const SETTINGS = "ConfigMap/shop/catalog-settings";
const POD = "spec.template.spec";

type Answer = NonNullable<Story["git"]>;

function forPeople(...category: readonly Category[]): Answer {
  return { expected: "issue", category, roots: [CATALOG], isCommit: false };
}

function catalog(path: string | Steps, to: unknown, tree: Tree = SHOP): Tree {
  return changed(tree, CATALOG, path, to);
}

const HOST = inContainer("catalog", "env.DB_HOST");
const PORT = inContainer("catalog", "env.DB_PORT");
const WRITTEN = catalog(`${HOST}.value`, "db.example.test");
const KEPT = withObject(
  catalog(HOST, { name: "DB_HOST", valueFrom: from("configMap", "database", "host") }),
  "apps/database.yaml",
  configMap("database", { host: "db.example.test" }),
);
const READ = catalog(HOST, { name: "DB_HOST", valueFrom: from("configMap", "catalog-settings", "db_host") });
const UNREACHED = crashes({ log: "FATAL db.example.test:5432 failed: dial tcp 203.0.113.7:5432: i/o timeout\n" });

/** Commits that say what is said already in another way, beside a peer that does not answer. */
const RESTATED: readonly Story[] = [
  {
    id: "address-written-in-place",
    tells: "A commit wrote the database's address where it had been read from a ConfigMap; the database is down.",
    good: KEPT,
    bad: catalog(HOST, { name: "DB_HOST", value: "db.example.test" }, KEPT),
    fates: { [CATALOG]: UNREACHED },
    git: forPeople("app_or_db"),
  },
  {
    id: "address-moved-to-settings",
    tells: "A commit moved the database's address into the settings, as it was; the database is down.",
    good: WRITTEN,
    bad: changed(READ, SETTINGS, "data.db_host", "db.example.test"),
    fates: { [CATALOG]: UNREACHED },
    git: forPeople("app_or_db"),
  },
  {
    id: "address-moved-and-misspelt",
    tells: "A commit moved the database's address into the settings and misspelt it: half of it cannot be taken back.",
    good: catalog(`${HOST}.value`, "database.example.test"),
    bad: changed(READ, SETTINGS, "data.db_host", "db.example.test"),
    fates: { [CATALOG]: UNREACHED },
    git: { expected: "issue", category: ["configmap_content", "env_var"], roots: [CATALOG] },
  },
  {
    id: "address-in-one-word",
    tells: "A commit wrote the database's host, its port and a name as one address; the database is down.",
    good: WRITTEN,
    bad: catalog(
      inContainer("catalog", "env.3"),
      { name: "DB_URL", value: "postgres://db.example.test:5432/shop" },
      catalog(HOST, { name: "HOSTS", value: "1" }, WRITTEN),
    ),
    fates: { [CATALOG]: UNREACHED },
    git: forPeople("app_or_db"),
  },
  {
    id: "address-in-full",
    tells: "A commit wrote the name of Postgres' Service in full; something on the way loses what is sent.",
    good: SHOP,
    bad: catalog(`${HOST}.value`, "postgres.shop.svc"),
    fates: {
      [CATALOG]: crashes({ log: "FATAL postgres.shop.svc:5432 failed: dial tcp 10.96.2.2:5432: i/o timeout\n" }),
    },
    git: forPeople("network"),
  },
  {
    id: "address-in-full-on-another-port",
    tells: "A commit wrote the name of Postgres' Service in full, with a port that it does not have.",
    good: SHOP,
    bad: catalog(`${HOST}.value`, "postgres.shop.svc:5433"),
    fates: {
      [CATALOG]: crashes({ log: "FATAL postgres.shop.svc:5433 failed: dial tcp 10.96.2.2:5433: i/o timeout\n" }),
    },
    git: { expected: "propose", category: ["env_var"], roots: [CATALOG] },
  },
  {
    id: "usual-port-said-at-last",
    tells: "A commit says the port that every program asks a database of this kind on; the database is down.",
    good: catalog(PORT, undefined, WRITTEN),
    bad: WRITTEN,
    fates: { [CATALOG]: UNREACHED },
    git: forPeople("app_or_db"),
  },
];

const NAMED = catalog(`${HOST}.value`, "payments-db");

function beside(name: string, spec: Readonly<Record<string, unknown>>): Tree {
  return withObject(NAMED, "apps/payments.yaml", object("v1", "Service", name, { spec }));
}

/** Services that are called almost as what is asked, and are no answer to it. */
const OTHER_PEERS: readonly Story[] = [
  {
    id: "exporter-of-the-database",
    tells: "The catalog asks for payments-db, which nobody made; what is there of that name measures a database.",
    good: withObject(NAMED, "apps/payments.yaml", service("payments-db-exporter", { port: 9187 })),
    fates: { [CATALOG]: crashes({ log: "FATAL dial tcp: lookup payments-db on 10.96.0.10:53: no such host\n" }) },
    folder: forPeople("service_missing"),
  },
  {
    id: "name-for-what-is-outside",
    tells:
      "A Service is only another name for a database outside, which does not answer; the port it says is idle talk.",
    good: beside("payments-db", { type: "ExternalName", externalName: "db.example.test", ports: [{ port: 443 }] }),
    fates: { [CATALOG]: crashes({ log: "FATAL payments-db:5432 failed: dial tcp 203.0.113.7:5432: i/o timeout\n" }) },
    git: forPeople("app_or_db"),
    folder: forPeople("app_or_db"),
  },
];

const READINESS = inContainer("catalog", "readinessProbe");
const MANAGED = catalog(`${READINESS}.httpGet.port`, 9000);
const NO_ANSWER = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";

/** Probes that tell the truth. */
const PROBED: readonly Story[] = [
  {
    id: "undeclared-port-answers",
    tells:
      "The readiness probe asks a port that the catalog opens and does not declare; it answers that it is not well.",
    good: MANAGED,
    fates: { [CATALOG]: unready("HTTP probe failed with statuscode: 503") },
    folder: forPeople("app_or_db"),
  },
  {
    id: "undeclared-port-is-busy",
    tells: "The readiness probe asks a port that the catalog opens and does not declare; it takes too long to answer.",
    good: MANAGED,
    fates: { [CATALOG]: unready(`Get "http://10.0.0.1:9000/readyz": ${NO_ANSWER}`) },
    folder: forPeople("probe"),
  },
  {
    id: "asked-less-often-in-vain",
    tells: "A commit lets the readiness probe give up sooner; the catalog has not opened its port for half an hour.",
    good: catalog(`${READINESS}.failureThreshold`, 6),
    bad: catalog(`${READINESS}.failureThreshold`, 3),
    fates: {
      [CATALOG]: unready('Get "http://10.0.0.1:8080/readyz": dial tcp 10.0.0.1:8080: connect: connection refused'),
    },
    git: forPeople("probe"),
  },
  {
    id: "version-with-another-probe",
    tells: "A commit moved the catalog to a version with a readiness probe of its own, and it does not answer.",
    good: SHOP,
    bad: catalog(
      inContainer("catalog", "image"),
      imageOf("catalog", "2.0.0"),
      catalog(`${READINESS}.httpGet.path`, "/ready"),
    ),
    fates: { [CATALOG]: unready(`Get "http://10.0.0.1:8080/ready": ${NO_ANSWER}`) },
    git: { expected: "issue", category: ["probe"], roots: [CATALOG] },
  },
];

function denied(why: string): NonNullable<Story["fates"]> {
  return { [CATALOG]: refused(`pods "catalog-5d8f9-" is forbidden: ${why}`) };
}

const STRICT =
  'violates PodSecurity "restricted:latest": unrestricted capabilities (container "catalog" must set securityContext.capabilities.drop=["ALL"])';
const RESOURCES = inContainer("catalog", "resources");

/** Pods that rules of others refuse, since any change made new ones. */
const REFUSED_ANYWAY: readonly Story[] = [
  {
    id: "limit-range-beside-a-request",
    tells: "A commit asks for more CPU; a new limit range, which is not in git, allows less memory than ever.",
    good: SHOP,
    bad: catalog(`${RESOURCES}.requests.cpu`, "200m"),
    fates: denied("maximum memory usage per Container is 128Mi, but limit is 256Mi"),
    git: forPeople("quota"),
  },
  {
    id: "quota-below-a-lowered-limit",
    tells: "A commit lowered the catalog's limit; a new quota, which is not in git, is lower still.",
    good: catalog(`${RESOURCES}.limits.memory`, "4Gi"),
    bad: catalog(`${RESOURCES}.limits.memory`, "3Gi"),
    fates: denied(
      "exceeded quota: team, requested: limits.memory=3Gi, used: limits.memory=0, limited: limits.memory=2Gi",
    ),
    git: forPeople("quota"),
  },
  {
    id: "quota-of-what-was-never-said",
    tells: "A commit asks for more CPU; a new quota, which is not in git, wants a limit of it that was never there.",
    good: SHOP,
    bad: catalog(`${RESOURCES}.requests.cpu`, "200m"),
    fates: denied("failed quota: team: must specify limits.cpu for: catalog"),
    git: forPeople("quota"),
  },
  {
    id: "stricter-namespace-beside-a-volume",
    tells: "A commit mounts the settings; somebody made the namespace stricter, and the catalog never kept to that.",
    good: SHOP,
    bad: catalog(`${POD}.volumes`, [{ name: "settings", configMap: { name: "catalog-settings" } }]),
    fates: denied(STRICT),
    git: forPeople("security_context"),
  },
  {
    id: "stricter-namespace-half-met",
    tells: "Somebody made the namespace stricter, and a commit takes from the catalog only some of what it wants.",
    good: SHOP,
    bad: catalog(inContainer("catalog", "securityContext"), { runAsNonRoot: true, allowPrivilegeEscalation: false }),
    fates: denied(STRICT),
    git: forPeople("security_context"),
  },
  {
    id: "default-above-the-limit",
    tells: "A commit moved the catalog to another version; the namespace's default request is above its limit.",
    good: SHOP,
    bad: catalog(inContainer("catalog", "image"), imageOf("catalog", "1.5.0")),
    fates: {
      [CATALOG]: refused(
        'Pod "catalog-5d8f9-" is invalid: spec.containers[0].resources.requests: Invalid value: "512Mi": must be less than or equal to memory limit of 256Mi',
      ),
    },
    git: forPeople("api_version"),
  },
];

/** Commits that are near in time and place, and to which nothing is to go back. */
export const BLAMELESS: readonly Story[] = [RESTATED, OTHER_PEERS, PROBED, REFUSED_ANYWAY].flat();
