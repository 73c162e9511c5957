import { cannotStart, crashes, hangs, killedByProbe, outOfMemory, unready } from "../build/fates.ts";
import { configMap, deployment, httpGet, service } from "../build/manifests.ts";
import { field, type Story } from "../build/story.ts";
import { changed, type Tree } from "../build/tree.ts";
import { imageOf, inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const ORDERS = "Deployment/shop/orders";
const STOREFRONT = "Deployment/shop/storefront";

function env(name: string): string {
  return inContainer("catalog", `env.${name}.value`);
}

/** Programs that fail by what they are told: variables, arguments, configuration. */
export const TOLD: readonly Story[] = [
  {
    id: "env-peer-misspelled",
    tells: "The catalog asks postgress for its data; the Service is called postgres.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, env("DB_HOST"), "postgress"),
    fates: {
      [CATALOG]: crashes({
        log: "2026/11/20 09:58:01 INFO starting\n2026/11/20 09:58:02 FATAL connect to database: dial tcp: lookup postgress on 10.96.0.10:53: no such host\n",
      }),
    },
    git: { expected: "propose", category: ["env_var"], roots: [CATALOG] },
    folder: {
      expected: "propose",
      category: ["env_var", "service_missing"],
      roots: [CATALOG],
      fields: [field(CATALOG, env("DB_HOST"), "postgres")],
    },
  },
  {
    id: "env-peer-port",
    tells: "The catalog asks Postgres on port 5433; the Service listens on 5432.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, env("DB_PORT"), "5433"),
    fates: {
      [CATALOG]: crashes({
        log: 'psycopg2.OperationalError: connection to server at "postgres" (10.96.3.7), port 5433 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n',
      }),
    },
    git: { expected: "propose", category: ["env_var"], roots: [CATALOG] },
    folder: {
      expected: "propose",
      category: ["env_var", "service_port"],
      roots: [CATALOG],
      fields: [field(CATALOG, env("DB_PORT"), "5432")],
    },
  },
  {
    id: "env-url-port",
    tells: "The storefront is not ready, because it asks the catalog on a port that its Service does not have.",
    good: SHOP,
    bad: changed(SHOP, STOREFRONT, inContainer("storefront", "env.CATALOG_URL.value"), "http://catalog:8000"),
    fates: {
      [STOREFRONT]: unready(
        "HTTP probe failed with statuscode: 503",
        'level=error msg="catalog is not reachable" err="Get \\"http://catalog:8000/api/items\\": dial tcp 10.96.12.34:8000: connect: connection refused"\n',
      ),
    },
    git: { expected: "propose", category: ["env_var"], roots: [STOREFRONT] },
    folder: {
      expected: "propose",
      category: ["env_var", "service_port"],
      roots: [STOREFRONT],
      fields: [
        field(STOREFRONT, inContainer("storefront", "env.CATALOG_URL.value"), "http://catalog:80", "http://catalog"),
      ],
    },
  },
  {
    id: "env-removed",
    tells: "A variable that the catalog needs was removed.",
    good: changed(SHOP, CATALOG, inContainer("catalog", "env.3"), { name: "CURRENCY", value: "EUR" }),
    bad: SHOP,
    fates: {
      [CATALOG]: crashes({
        log: "panic: CURRENCY environment variable not set\n\ngoroutine 1 [running]:\nmain.main()\n",
        exitCode: 2,
      }),
    },
    git: { expected: "propose", category: ["env_var"], roots: [CATALOG] },
    folder: { expected: "issue", category: ["env_var"], roots: [CATALOG] },
    remembered: { expected: "propose", category: ["env_var"], roots: [CATALOG] },
  },
  {
    id: "env-value-refused",
    tells: "A number was written as a word.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, env("DB_PORT"), "fivefourthreetwo"),
    fates: {
      [CATALOG]: crashes({
        log: 'Error: invalid value "fivefourthreetwo" for DB_PORT: strconv.Atoi: parsing "fivefourthreetwo": invalid syntax\n',
      }),
    },
    git: { expected: "propose", category: ["env_var"], roots: [CATALOG] },
    folder: { expected: "issue", category: ["env_var"], roots: [CATALOG] },
    remembered: { expected: "propose", category: ["env_var"], roots: [CATALOG] },
  },
  {
    id: "database-locked",
    tells: "A session locks the catalog's tables; the newest commit has nothing to do with it.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "args.1"), "--listen=0.0.0.0:8080"),
    fates: {
      [CATALOG]: unready(
        "HTTP probe failed with statuscode: 503",
        '{"level":"ERROR","msg":"failed to list products","error":"pq: canceling statement due to lock timeout"}\n',
      ),
    },
    git: { expected: "issue", category: ["app_or_db"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "args-flag-typo",
    tells: "A flag was misspelled.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "args.1"), "--lisen=:8080"),
    fates: {
      [CATALOG]: crashes({ exitCode: 2, log: "Error: unknown flag: --lisen\nUsage:\n  catalog serve [flags]\n" }),
    },
    git: { expected: "propose", category: ["command_args"], roots: [CATALOG] },
    folder: {
      expected: "issue",
      also: "propose",
      category: ["command_args"],
      roots: [CATALOG],
      fields: [field(CATALOG, inContainer("catalog", "args.1"), "--listen=:8080")],
    },
    remembered: { expected: "propose", category: ["command_args"], roots: [CATALOG] },
  },
  {
    id: "script-broken",
    tells: "A commit left a parenthesis of the script open that Python is given to run.",
    good: changed(SHOP, CATALOG, inContainer("catalog", "args"), ["-c", "import catalog; catalog.serve(8080)"]),
    bad: changed(SHOP, CATALOG, inContainer("catalog", "args"), ["-c", "import catalog; catalog.serve(8081"]),
    fates: {
      [CATALOG]: crashes({
        log: "  File \"<string>\", line 1\n    import catalog; catalog.serve(8081\n                                 ^\nSyntaxError: '(' was never closed\n",
      }),
    },
    git: { expected: "propose", category: ["command_args"], roots: [CATALOG] },
  },
  {
    id: "program-broken-in-itself",
    tells: "Arguments and release were changed together, and it is the program in the image that is no Python.",
    good: SHOP,
    bad: changed(
      changed(SHOP, CATALOG, inContainer("catalog", "args"), ["serve", "--listen=:8080", "--verbose"]),
      CATALOG,
      inContainer("catalog", "image"),
      imageOf("catalog", "1.4.3"),
    ),
    fates: {
      [CATALOG]: crashes({
        log: "Traceback (most recent call last):\n  File \"/app/main.py\", line 3\n    def serve(\n             ^\nSyntaxError: '(' was never closed\n",
      }),
    },
    git: { expected: "issue", also: "none", category: ["command_args", "image_ref", "app_or_db"], roots: [CATALOG] },
  },
  {
    id: "command-not-found",
    tells: "The command names a program that the image does not have.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "command"), ["/bin/catalogd"]),
    fates: { [CATALOG]: cannotStart('exec: "/bin/catalogd": stat /bin/catalogd: no such file or directory: unknown') },
    git: { expected: "propose", category: ["command_args"], roots: [CATALOG] },
    folder: { expected: "issue", category: ["command_args"], roots: [CATALOG] },
  },
  {
    id: "command-shell-typo",
    tells: "A demo's shell script calls a program that is not there.",
    good: {
      "apps/worker.yaml": [
        deployment({
          name: "worker",
          image: "docker.io/library/busybox:1.36",
          port: null,
          container: { command: ["sh", "-c", "slep 3600"] },
        }),
      ],
    },
    fates: { "Deployment/shop/worker": crashes({ exitCode: 127, log: "sh: slep: not found\n" }) },
    folder: {
      expected: "issue",
      also: "propose",
      category: ["command_args"],
      roots: ["Deployment/shop/worker"],
      fields: [field("Deployment/shop/worker", inContainer("worker", "command.2"), "sleep 3600")],
    },
  },
  {
    id: "config-file-malformed",
    tells: "The configuration that the catalog mounts was broken by an edit.",
    good: mounted("limits:\n  items: 40\n"),
    bad: mounted("limits:\n  items: [40\n"),
    fates: {
      [CATALOG]: crashes({
        log: "fatal: cannot read /etc/catalog/config.yaml: yaml: line 2: did not find expected ',' or ']'\n",
      }),
    },
    git: { expected: "propose", category: ["configmap_content"], roots: [CATALOG, "ConfigMap/shop/catalog-config"] },
    folder: { expected: "issue", category: ["configmap_content"], roots: [CATALOG, "ConfigMap/shop/catalog-config"] },
  },
  {
    id: "config-key-refused",
    tells: "The configuration says a level that the program does not know.",
    good: changed(SHOP, CATALOG, inContainer("catalog", "envFrom"), [{ configMapRef: { name: "catalog-settings" } }]),
    bad: changed(
      changed(SHOP, CATALOG, inContainer("catalog", "envFrom"), [{ configMapRef: { name: "catalog-settings" } }]),
      "ConfigMap/shop/catalog-settings",
      "data.currency",
      "EURO",
    ),
    fates: {
      [CATALOG]: crashes({ log: 'FATAL config: currency has invalid value "EURO": must be one of EUR, USD\n' }),
    },
    git: {
      expected: "propose",
      category: ["configmap_content", "env_var"],
      roots: [CATALOG, "ConfigMap/shop/catalog-settings"],
    },
    folder: {
      expected: "issue",
      category: ["configmap_content", "env_var"],
      roots: [CATALOG, "ConfigMap/shop/catalog-settings"],
    },
  },
  {
    id: "version-breaks",
    tells: "A new version crashes at its start; nothing else was changed.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "image"), imageOf("catalog", "2.0.0")),
    fates: {
      [CATALOG]: crashes({
        log: "Traceback (most recent call last):\n  File \"/app/main.py\", line 12, in <module>\n    from catalog import legacy\nImportError: cannot import name 'legacy' from 'catalog'\n",
      }),
    },
    git: { expected: "propose", also: "issue", category: ["image_ref", "app_or_db"], roots: [CATALOG] },
    folder: { expected: "issue", category: ["app_or_db", "image_ref"], roots: [CATALOG] },
  },
  {
    id: "program-crashes-by-itself",
    tells: "The program has a bug that its data woke; nobody changed anything.",
    good: SHOP,
    fates: {
      [CATALOG]: crashes({
        log: "INFO serving\npanic: runtime error: index out of range [3] with length 3\n\ngoroutine 41 [running]:\n",
        exitCode: 2,
      }),
    },
    git: { expected: "issue", category: ["app_or_db"], roots: [CATALOG] },
    folder: { expected: "issue", category: ["app_or_db"], roots: [CATALOG] },
  },
  {
    id: "password-rotated",
    tells: "The database refuses the password: it was changed there and not here.",
    good: SHOP,
    fates: { [ORDERS]: crashes({ log: 'FATAL: password authentication failed for user "orders"\n' }) },
    git: { expected: "issue", category: ["secret_value", "app_or_db"], roots: [ORDERS] },
    folder: { expected: "issue", category: ["secret_value", "app_or_db"], roots: [ORDERS] },
  },
  {
    id: "database-table-missing",
    tells: "The database has no such table; no manifest is wrong.",
    good: SHOP,
    fates: {
      [ORDERS]: crashes({
        log: 'psycopg2.errors.UndefinedTable: relation "orders" does not exist\nLINE 1: SELECT * FROM orders\n',
      }),
    },
    git: { expected: "issue", category: ["app_or_db"], roots: [ORDERS] },
  },
  {
    id: "docs-changed-while-crashing",
    tells: "The catalog crashes of itself; a commit beside it changed only the storefront's label.",
    good: SHOP,
    bad: changed(SHOP, STOREFRONT, "metadata.labels.team", "web"),
    fates: {
      [CATALOG]: crashes({
        log: "panic: runtime error: invalid memory address or nil pointer dereference\n",
        exitCode: 2,
      }),
    },
    git: { expected: "issue", category: ["app_or_db"], roots: [CATALOG], isCommit: false },
  },
];

function mounted(text: string): Tree {
  const settings = configMap("catalog-config", { "config.yaml": text });
  const tree = { ...SHOP, "apps/catalog-config.yaml": [settings] };
  const volumes = [{ name: "config", configMap: { name: "catalog-config" } }];
  return changed(
    changed(tree, CATALOG, "spec.template.spec.volumes", volumes),
    CATALOG,
    inContainer("catalog", "volumeMounts"),
    [{ name: "config", mountPath: "/etc/catalog" }],
  );
}

const LIVENESS = inContainer("catalog", "livenessProbe");
const READINESS = inContainer("catalog", "readinessProbe");

/** Probes that ask wrongly, and programs that really are not well. */
export const PROBES: readonly Story[] = [
  {
    id: "readiness-port-wrong",
    tells: "The readiness probe asks port 8081; the catalog opens 8080.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, `${READINESS}.httpGet.port`, 8081),
    fates: {
      [CATALOG]: unready('Get "http://10.244.1.7:8081/readyz": dial tcp 10.244.1.7:8081: connect: connection refused'),
    },
    git: { expected: "propose", category: ["probe"], roots: [CATALOG] },
    folder: {
      expected: "propose",
      category: ["probe"],
      roots: [CATALOG],
      fields: [field(CATALOG, `${READINESS}.httpGet.port`, 8080, "http")],
    },
    remembered: { expected: "propose", category: ["probe"], roots: [CATALOG] },
  },
  {
    id: "readiness-path-wrong",
    tells: "The readiness probe asks a path that the program does not have.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, `${READINESS}.httpGet.path`, "/reaady"),
    fates: { [CATALOG]: unready("HTTP probe failed with statuscode: 404") },
    git: { expected: "propose", category: ["probe"], roots: [CATALOG] },
    folder: {
      expected: "issue",
      also: "propose",
      category: ["probe"],
      roots: [CATALOG],
      fields: [field(CATALOG, `${READINESS}.httpGet.path`, "/readyz", "/healthz", "/")],
    },
  },
  {
    id: "liveness-port-wrong",
    tells: "The liveness probe asks a port that nothing opens, and the kubelet kills the catalog again and again.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, `${LIVENESS}.httpGet.port`, 9999),
    fates: {
      [CATALOG]: killedByProbe(
        "Liveness",
        'Get "http://10.244.1.7:9999/healthz": dial tcp 10.244.1.7:9999: connect: connection refused',
      ),
    },
    git: { expected: "propose", category: ["probe"], roots: [CATALOG] },
    folder: {
      expected: "propose",
      category: ["probe"],
      roots: [CATALOG],
      fields: [field(CATALOG, `${LIVENESS}.httpGet.port`, 8080, "http")],
    },
  },
  {
    id: "ready-between-two-kills",
    tells: "The liveness probe asks a port that nothing opens; until the kubelet kills it, each catalog is ready.",
    good: changed(SHOP, CATALOG, `${LIVENESS}.httpGet.port`, 9999),
    fates: {
      [CATALOG]: killedByProbe(
        "Liveness",
        'Get "http://10.244.1.7:9999/healthz": dial tcp 10.244.1.7:9999: connect: connection refused',
      ),
    },
    cluster: (cluster) => {
      const [pod] = cluster.ofKind("Pod").filter(({ metadata }) => metadata.name.startsWith("catalog"));
      if (pod === undefined) throw new Error("the catalog has no pod");
      const named = `Pod/shop/${pod.metadata.name}`;
      cluster.condition(named, { type: "Ready", status: "True", reason: "", message: "" }, 1);
    },
    folder: {
      expected: "propose",
      category: ["probe"],
      roots: [CATALOG],
      fields: [field(CATALOG, `${LIVENESS}.httpGet.port`, 8080, "http")],
    },
  },
  {
    id: "grpc-port-wrong",
    tells: "The readiness probe asks by gRPC on a port that the catalog does not open.",
    good: changed(SHOP, CATALOG, READINESS, { grpc: { port: 8081 }, periodSeconds: 10 }),
    fates: {
      [CATALOG]: unready('timeout: failed to connect service "10.244.2.14:8081" within 1s: context deadline exceeded'),
    },
    folder: {
      expected: "propose",
      category: ["probe"],
      roots: [CATALOG],
      fields: [field(CATALOG, `${READINESS}.grpc.port`, 8080)],
    },
  },
  {
    id: "port-lost-the-name-that-is-asked",
    tells: "A commit gave the catalog's port another name; the readiness probe asks for the old one.",
    good: changed(SHOP, CATALOG, `${READINESS}.httpGet.port`, "http"),
    bad: changed(
      changed(SHOP, CATALOG, `${READINESS}.httpGet.port`, "http"),
      CATALOG,
      inContainer("catalog", "ports.0.name"),
      "rest",
    ),
    fates: { [CATALOG]: unready('strconv.Atoi: parsing "http": invalid syntax') },
    git: { expected: "propose", category: ["probe", "service_port"], roots: [CATALOG] },
  },
  {
    id: "liveness-command-wrong",
    tells: "The liveness probe runs a command that fails.",
    good: {
      "apps/web.yaml": [
        deployment({
          name: "web",
          image: "docker.io/library/nginx:1.27",
          port: 80,
          container: { livenessProbe: { exec: { command: ["cat", "/tmp/healthy"] }, periodSeconds: 5 } },
        }),
        service("web", { target: 80 }),
      ],
    },
    fates: {
      "Deployment/shop/web": killedByProbe("Liveness", "cat: can't open '/tmp/healthy': No such file or directory\n"),
    },
    folder: { expected: "issue", category: ["probe"], roots: ["Deployment/shop/web"] },
  },
  {
    id: "liveness-too-impatient",
    tells: "The liveness probe was made so impatient that a slow answer kills the catalog.",
    good: SHOP,
    bad: changed(
      SHOP,
      CATALOG,
      LIVENESS,
      httpGet("/healthz", 8080, { periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 1, initialDelaySeconds: 0 }),
    ),
    fates: {
      [CATALOG]: killedByProbe(
        "Liveness",
        'Get "http://10.244.1.7:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      ),
    },
    git: { expected: "propose", category: ["probe"], roots: [CATALOG] },
    folder: { expected: "issue", category: ["probe"], roots: [CATALOG] },
  },
  {
    id: "startup-probe-too-short",
    tells: "A startup probe was added that gives the catalog ten seconds, and it needs thirty.",
    good: SHOP,
    bad: changed(
      SHOP,
      CATALOG,
      inContainer("catalog", "startupProbe"),
      httpGet("/healthz", 8080, { failureThreshold: 1 }),
    ),
    fates: {
      [CATALOG]: killedByProbe(
        "Startup",
        'Get "http://10.244.1.7:8080/healthz": dial tcp 10.244.1.7:8080: connect: connection refused',
      ),
    },
    git: { expected: "propose", category: ["probe"], roots: [CATALOG] },
  },
  {
    id: "unready-by-its-own-word",
    tells: "The probe is right: the program says that it has no connection left, and answers 503.",
    good: SHOP,
    fates: { [CATALOG]: unready("HTTP probe failed with statuscode: 503", "ERROR sorry, too many clients already\n") },
    git: { expected: "issue", category: ["app_or_db"], roots: [CATALOG] },
  },
  {
    id: "starting-slowly",
    tells: "The pods were made a minute ago and are not ready yet: nothing is wrong so far.",
    resembles: ["probe-asks-wrongly"],
    good: { "apps/web.yaml": [deployment({ name: "web" }), service("web")] },
    cluster: (cluster) => {
      for (const pod of cluster.ofKind("Pod")) {
        const status = pod["status"] as { containerStatuses: { ready: boolean; state: unknown }[] };
        const now = "2026-11-20T09:59:10Z";
        pod["status"] = {
          ...status,
          startTime: now,
          conditions: [{ type: "Ready", status: "False", reason: "ContainersNotReady", lastTransitionTime: now }],
          containerStatuses: status.containerStatuses.map((each) => ({
            ...each,
            ready: false,
            state: { running: { startedAt: now } },
          })),
        };
      }
      cluster.set("Deployment/shop/web", "status", {
        readyReplicas: 0,
        availableReplicas: 0,
        conditions: [
          {
            type: "Progressing",
            status: "True",
            reason: "ReplicaSetUpdated",
            message: "ReplicaSet is progressing.",
            lastUpdateTime: "2026-11-20T09:59:10Z",
            lastTransitionTime: "2026-11-20T09:59:10Z",
          },
        ],
      });
    },
    alerts: [],
    git: { expected: "none", category: ["no_op"], roots: [] },
    folder: { expected: "none", category: ["no_op"], roots: [] },
  },
];

const CPU = inContainer("catalog", "resources.limits.cpu");
const MEMORY = inContainer("catalog", "resources.limits.memory");

/** Memory, CPU, ports and rights of a container. */
export const MEANS: readonly Story[] = [
  {
    id: "memory-limit-lowered",
    tells: "Somebody saved memory, and the kernel kills the catalog.",
    good: SHOP,
    bad: changed(
      changed(SHOP, CATALOG, MEMORY, "48Mi"),
      CATALOG,
      inContainer("catalog", "resources.requests.memory"),
      "48Mi",
    ),
    fates: { [CATALOG]: outOfMemory("INFO loading 40000 items\n") },
    git: { expected: "propose", category: ["oom_limit"], roots: [CATALOG] },
    remembered: { expected: "propose", category: ["oom_limit"], roots: [CATALOG] },
  },
  {
    id: "memory-limit-too-low",
    tells: "The limit has always been too low for what the catalog loads now.",
    good: changed(SHOP, CATALOG, MEMORY, "128Mi"),
    fates: { [CATALOG]: outOfMemory("INFO loading 900000 items\n") },
    git: { expected: "issue", category: ["oom_limit"], roots: [CATALOG] },
    folder: {
      expected: "issue",
      also: "propose",
      category: ["oom_limit"],
      roots: [CATALOG],
      fields: [field(CATALOG, MEMORY, { range: [150e6, 4e9] })],
    },
  },
  {
    id: "memory-unit-typo",
    tells: "128m was written for 128Mi: an eighth of a byte.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, MEMORY, "256m"),
    fates: { [CATALOG]: cannotStart("container init was OOM-killed (memory limit too low?): unknown") },
    git: { expected: "propose", category: ["oom_limit"], roots: [CATALOG] },
    folder: {
      expected: "issue",
      also: "propose",
      category: ["oom_limit"],
      roots: [CATALOG],
      fields: [field(CATALOG, MEMORY, "256Mi")],
    },
  },
  {
    id: "cpu-limit-lowered",
    tells: "The CPU limit was lowered so far that the catalog answers its liveness probe too late.",
    good: changed(SHOP, CATALOG, CPU, "500m"),
    bad: changed(SHOP, CATALOG, CPU, "5m"),
    fates: {
      [CATALOG]: killedByProbe(
        "Liveness",
        'Get "http://10.244.1.7:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      ),
    },
    git: { expected: "propose", also: "issue", category: ["cpu_limit", "probe"], roots: [CATALOG] },
  },
  {
    id: "cpu-limit-too-low-to-start",
    tells: "The CPU limit was lowered so far that the catalog is killed before it has opened its port.",
    good: changed(SHOP, CATALOG, CPU, "1"),
    bad: changed(SHOP, CATALOG, CPU, "50m"),
    fates: {
      [CATALOG]: killedByProbe(
        "Liveness",
        'Get "http://10.244.1.7:8080/healthz": dial tcp 10.244.1.7:8080: connect: connection refused',
      ),
    },
    git: { expected: "propose", also: "issue", category: ["cpu_limit"], roots: [CATALOG] },
  },
  {
    id: "killed-once-days-ago",
    tells: "A container was killed for memory two days ago and runs since: nothing is wrong.",
    resembles: ["memory-limit-reached", "started-with-what-breaks-it"],
    good: SHOP,
    cluster: (cluster) => {
      const pod = cluster.ofKind("Pod").find(({ metadata }) => metadata.name.startsWith("catalog"));
      const status = pod?.["status"] as { containerStatuses: Record<string, unknown>[] };
      status.containerStatuses[0] = {
        ...status.containerStatuses[0],
        restartCount: 1,
        lastState: {
          terminated: {
            exitCode: 137,
            reason: "OOMKilled",
            startedAt: "2026-11-17T10:00:00Z",
            finishedAt: "2026-11-18T10:00:00Z",
          },
        },
      };
    },
    git: { expected: "none", category: ["no_op"], roots: [] },
    folder: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "sidecar-takes-port",
    tells: "A sidecar was added that listens on the port the catalog listens on.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, "spec.template.spec.containers.1", {
      name: "metrics",
      image: imageOf("metrics-proxy", "0.3.0"),
      args: ["--listen=:8080"],
      ports: [{ containerPort: 8080 }],
    }),
    fates: { [CATALOG]: crashes({ container: "metrics", log: "listen tcp :8080: bind: address already in use\n" }) },
    git: { expected: "propose", category: ["port_conflict"], roots: [CATALOG] },
    folder: { expected: "issue", category: ["port_conflict"], roots: [CATALOG] },
    remembered: { expected: "propose", category: ["port_conflict"], roots: [CATALOG] },
  },
  {
    id: "runs-as-root-refused",
    tells: "The pod was told not to run as root, and its image runs as root.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, "spec.template.spec.securityContext", { runAsNonRoot: true }),
    fates: {
      [CATALOG]: {
        ...crashes({}),
        phase: "Pending",
        status: {
          started: false,
          state: {
            waiting: {
              reason: "CreateContainerConfigError",
              message:
                'container has runAsNonRoot and image will run as root (pod: "catalog_shop(1)", container: catalog)',
            },
          },
        },
        events: [
          {
            reason: "Failed",
            message:
              'Error: container has runAsNonRoot and image will run as root (pod: "catalog_shop(1)", container: catalog)',
            count: 12,
          },
        ],
      },
    },
    git: { expected: "propose", also: "issue", category: ["security_context"], roots: [CATALOG] },
    folder: { expected: "issue", category: ["security_context"], roots: [CATALOG] },
  },
  {
    id: "read-only-root",
    tells: "The root file system was made read-only, and the catalog writes to it.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "securityContext"), { readOnlyRootFilesystem: true }),
    fates: {
      [CATALOG]: crashes({ log: "FATAL cannot open cache: open /var/cache/catalog/index: read-only file system\n" }),
    },
    git: { expected: "propose", also: "issue", category: ["security_context"], roots: [CATALOG] },
    folder: { expected: "issue", category: ["security_context"], roots: [CATALOG] },
    remembered: { expected: "issue", also: "issue", category: ["security_context"], roots: [CATALOG] },
  },
];

/** Init containers. */
export const INIT: readonly Story[] = [
  {
    id: "init-argument-wrong",
    tells: "The migration was given an argument that it does not know.",
    good: SHOP,
    bad: changed(SHOP, ORDERS, "spec.template.spec.initContainers.migrate.args", ["upp"]),
    fates: {
      [ORDERS]: {
        ...crashes({ container: "migrate", exitCode: 2, log: "error: unknown command: upp\n" }),
        phase: "Pending",
      },
    },
    git: { expected: "propose", category: ["init_container", "command_args"], roots: [ORDERS] },
    folder: { expected: "issue", category: ["init_container", "command_args"], roots: [ORDERS] },
    remembered: { expected: "propose", category: ["init_container", "command_args"], roots: [ORDERS] },
  },
  {
    id: "init-waits-for-nobody",
    tells: "The init container waits for a Service that does not exist.",
    good: SHOP,
    bad: changed(SHOP, ORDERS, "spec.template.spec.initContainers.1", {
      name: "wait",
      image: "docker.io/library/busybox:1.36",
      command: ["sh", "-c", "until nslookup mesage-queue; do echo waiting; sleep 2; done"],
    }),
    fates: {
      [ORDERS]: hangs(
        "wait",
        "nslookup: can't resolve 'mesage-queue'\nwaiting\nnslookup: can't resolve 'mesage-queue'\nwaiting\n",
      ),
    },
    git: { expected: "propose", category: ["init_container"], roots: [ORDERS] },
    folder: {
      expected: "issue",
      category: ["init_container", "service_missing"],
      roots: [ORDERS, "Service/shop/mesage-queue"],
    },
  },
  {
    id: "init-waits-for-database",
    tells: "The init container waits for Postgres, which crashes: Postgres is the root.",
    good: SHOP,
    fates: {
      "StatefulSet/shop/postgres": crashes({
        log: 'FATAL:  data directory "/var/lib/postgresql/data" has invalid permissions\n',
      }),
      [ORDERS]: hangs("migrate", "waiting for postgres:5432: dial tcp 10.96.12.34:5432: connect: connection refused\n"),
    },
    git: {
      expected: "issue",
      category: ["app_or_db", "security_context", "command_args", "unknown"],
      roots: ["StatefulSet/shop/postgres"],
    },
  },
  {
    id: "init-host-misspelled",
    tells: "The migration's database host was misspelled.",
    good: SHOP,
    bad: changed(SHOP, ORDERS, "spec.template.spec.initContainers.migrate.env.DB_HOST.value", "postgers"),
    fates: {
      [ORDERS]: {
        ...crashes({
          container: "migrate",
          log: "error: failed to connect: lookup postgers on 10.96.0.10:53: no such host\n",
        }),
        phase: "Pending",
      },
    },
    git: { expected: "propose", category: ["init_container", "env_var"], roots: [ORDERS] },
    folder: {
      expected: "propose",
      category: ["init_container", "env_var"],
      roots: [ORDERS],
      fields: [field(ORDERS, "spec.template.spec.initContainers.migrate.env.DB_HOST.value", "postgres")],
    },
  },
  {
    id: "sidecar-restartable-runs",
    tells: "A restartable init container runs beside the program, as it should: nothing is wrong.",
    good: changed(SHOP, ORDERS, "spec.template.spec.initContainers.1", {
      name: "proxy",
      image: imageOf("proxy"),
      restartPolicy: "Always",
    }),
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
];
