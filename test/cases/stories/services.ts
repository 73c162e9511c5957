import { crashes, unready } from "../build/fates.ts";
import { daemonSet, deployment, object, service } from "../build/manifests.ts";
import { field, type Story } from "../build/story.ts";
import { changed, type Manifest, type Tree, withObject, without } from "../build/tree.ts";
import { inContainer, namespace, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const SERVICE = "Service/shop/catalog";
const STOREFRONT = "Deployment/shop/storefront";
const INGRESS = "Ingress/shop/storefront";
const ROUTE = "HTTPRoute/shop/storefront";
const ROUTED_TO = "spec.rules.0.backendRefs.0";
const ROUTED = withObject(
  SHOP,
  "apps/route.yaml",
  object("gateway.networking.k8s.io/v1", "HTTPRoute", "storefront", {
    spec: { parentRefs: [{ name: "public" }], rules: [{ backendRefs: [{ name: "storefront", port: 80 }] }] },
  }),
);
const BACKEND = "spec.rules.0.http.paths.0.backend.service";

const ASKS_CATALOG = unready(
  "HTTP probe failed with statuscode: 503",
  'level=error msg="catalog unavailable" err="Get \\"http://catalog:80/api/items\\": dial tcp 10.96.12.34:80: connect: connection refused"\n',
);

function pluralLabels(): Tree {
  return {
    "web/web.yaml": [
      deployment({
        name: "nginx",
        image: "docker.io/library/nginx:1.27",
        port: 80,
        namespace: "web",
        labels: { app: "nginx" },
      }),
      service("nginx", { namespace: "web", target: 80, selector: { app: "nginx-frontend" } }),
    ],
  };
}

const NAME_UNKNOWN = "ERROR fetch failed: getaddrinfo EAI_AGAIN feeds.example.com\n";

function onlyOut(...ports: readonly number[]): Manifest {
  const egress = [{ ports: ports.map((port) => ({ port, protocol: port === 53 ? "UDP" : "TCP" })) }];
  const podSelector = { matchLabels: { app: "storefront" } };
  return object("networking.k8s.io/v1", "NetworkPolicy", "storefront-egress", {
    spec: { podSelector, policyTypes: ["Egress"], egress },
  });
}

/** Services that select nothing, or send where nobody listens. */
export const SERVICES: readonly Story[] = [
  {
    id: "selector-typo",
    tells: "The catalog's Service selects app=catlog; its pods say app=catalog.",
    good: SHOP,
    bad: changed(SHOP, SERVICE, "spec.selector.app", "catlog"),
    fates: { [STOREFRONT]: ASKS_CATALOG },
    git: { expected: "propose", category: ["service_selector"], roots: [SERVICE] },
    folder: {
      expected: "propose",
      category: ["service_selector"],
      roots: [SERVICE],
      fields: [field(SERVICE, "spec.selector.app", "catalog")],
    },
  },
  {
    id: "selector-more-labels",
    tells: "A label was added to the Service's selector that no pod carries.",
    good: SHOP,
    bad: changed(SHOP, SERVICE, "spec.selector.tier", "backend"),
    git: { expected: "propose", category: ["service_selector"], roots: [SERVICE] },
    folder: {
      expected: "issue",
      also: "propose",
      category: ["service_selector"],
      roots: [SERVICE],
      fields: [field(SERVICE, "spec.selector.tier", null)],
    },
    alerts: [{ alertname: "KubeServiceWithoutEndpoints", namespace: "shop", service: "catalog" }],
  },
  {
    id: "selector-other-name",
    tells: "A demo's Service has the name of its Deployment and selects another label.",
    good: pluralLabels(),
    folder: {
      expected: "propose",
      category: ["service_selector"],
      roots: ["Service/web/nginx"],
      fields: [field("Service/web/nginx", "spec.selector.app", "nginx")],
    },
  },
  {
    id: "pod-labels-changed",
    tells: "The pods got another label, and the Service that selected them did not.",
    good: SHOP,
    bad: changed(
      changed(
        changed(SHOP, CATALOG, "spec.template.metadata.labels.app", "catalog-v2"),
        CATALOG,
        "spec.selector.matchLabels.app",
        "catalog-v2",
      ),
      CATALOG,
      "metadata.labels.app",
      "catalog-v2",
    ),
    fates: { [STOREFRONT]: ASKS_CATALOG },
    folder: {
      expected: "propose",
      also: "issue",
      category: ["service_selector"],
      roots: [SERVICE],
      fields: [field(SERVICE, "spec.selector.app", "catalog-v2")],
    },
  },
  {
    id: "selector-typo-bare",
    tells: "The catalog's Service selects app=catlog, in a folder whose manifests name no namespace.",
    good: SHOP,
    bad: changed(SHOP, SERVICE, "spec.selector.app", "catlog"),
    isBare: true,
    folder: {
      expected: "propose",
      category: ["service_selector"],
      roots: [SERVICE],
      fields: [field(SERVICE, "spec.selector.app", "catalog")],
    },
  },
  {
    id: "service-removed-by-name",
    tells: "A Service was removed that the storefront still asks for; it stays ready, and only an alert tells.",
    good: SHOP,
    bad: without(SHOP, SERVICE),
    subject: "Remove what nobody needs",
    fates: {
      [STOREFRONT]: {
        log: "Error: 14 UNAVAILABLE: Name resolution failed for target dns:catalog:80\n    at callErrorFromStatus (/app/call.js:32:19) {\n  code: 14\n}\n",
      },
    },
    alerts: [{ alertname: "FrontendErrorRateHigh", namespace: "shop", service: "storefront" }],
    isBare: true,
    git: { expected: "propose", category: ["service_missing"], roots: [SERVICE, STOREFRONT] },
    plain: { expected: "propose", category: ["service_missing"], roots: [SERVICE, STOREFRONT] },
  },
  {
    id: "service-waits-for-blue",
    tells: "A Service of the standby colour selects nothing while the other colour serves: it is meant so.",
    resembles: ["service-leads-nowhere"],
    good: withObject(
      SHOP,
      "apps/catalog.yaml",
      service("catalog-green", { selector: { app: "catalog", colour: "green" } }),
    ),
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "target-port-number",
    tells: "The Service sends to 8081; the container opens 8080.",
    good: SHOP,
    bad: changed(SHOP, SERVICE, "spec.ports.0.targetPort", 8081),
    fates: { [STOREFRONT]: ASKS_CATALOG },
    git: { expected: "propose", category: ["service_port"], roots: [SERVICE] },
    folder: {
      expected: "propose",
      category: ["service_port"],
      roots: [SERVICE],
      fields: [field(SERVICE, "spec.ports.0.targetPort", 8080, "http")],
    },
  },
  {
    id: "target-port-name",
    tells: "The Service sends to the port named web; the container calls it http.",
    good: changed(SHOP, SERVICE, "spec.ports.0.targetPort", "http"),
    bad: changed(SHOP, SERVICE, "spec.ports.0.targetPort", "web"),
    git: { expected: "propose", category: ["service_port"], roots: [SERVICE] },
    folder: {
      expected: "propose",
      category: ["service_port"],
      roots: [SERVICE],
      fields: [field(SERVICE, "spec.ports.0.targetPort", 8080, "http")],
    },
  },
  {
    id: "target-port-undeclared",
    tells: "The container declares no port, and the Service reaches it all the same: nothing is wrong.",
    resembles: ["service-leads-nowhere"],
    good: { "apps/web.yaml": [deployment({ name: "web", port: null }), service("web", { target: 3000 })] },
    git: { expected: "none", category: ["no_op"], roots: [] },
    folder: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "service-removed",
    tells: "The catalog's Service was removed while the storefront still asks it.",
    good: SHOP,
    bad: without(SHOP, SERVICE),
    subject: "Remove what looks unused",
    fates: {
      [STOREFRONT]: unready(
        "HTTP probe failed with statuscode: 503",
        'level=error msg="catalog unavailable" err="Get \\"http://catalog:80/api/items\\": dial tcp: lookup catalog on 10.96.0.10:53: no such host"\n',
      ),
    },
    git: { expected: "propose", category: ["service_missing"], roots: [SERVICE, STOREFRONT] },
    folder: { expected: "issue", category: ["service_missing"], roots: [SERVICE, STOREFRONT, CATALOG] },
  },
  {
    id: "service-deleted-by-hand",
    tells: "Somebody deleted the catalog's Service in the cluster: git has it, and Flux makes it again.",
    good: SHOP,
    cluster: (cluster) => {
      cluster.remove(SERVICE);
      const entries = [{ id: "shop_catalog__Service", v: "v1" }];
      cluster.set("Kustomization/flux-system/apps", "status", { inventory: { entries } });
    },
    fates: {
      [STOREFRONT]: unready(
        "HTTP probe failed with statuscode: 503",
        'level=error msg="catalog unavailable" err="Get \\"http://catalog:80/api/items\\": dial tcp: lookup catalog on 10.96.0.10:53: no such host"\n',
      ),
    },
    git: { expected: "none", also: "issue", category: ["service_missing", "drift"], roots: [SERVICE] },
  },
  {
    id: "ingress-service-typo",
    tells: "The Ingress sends to storefrnt; the Service is called storefront.",
    good: SHOP,
    bad: changed(SHOP, INGRESS, `${BACKEND}.name`, "storefrnt"),
    git: { expected: "propose", category: ["ingress_route"], roots: [INGRESS] },
    folder: {
      expected: "propose",
      category: ["ingress_route"],
      roots: [INGRESS],
      fields: [field(INGRESS, `${BACKEND}.name`, "storefront")],
    },
    alerts: [{ alertname: "NginxIngress5xx", namespace: "shop", ingress: "storefront" }],
  },
  {
    id: "ingress-port-wrong",
    tells: "The Ingress asks port 8080 of a Service that has port 80 only.",
    good: SHOP,
    bad: changed(SHOP, INGRESS, `${BACKEND}.port.number`, 8080),
    git: { expected: "propose", category: ["ingress_route"], roots: [INGRESS] },
    folder: {
      expected: "propose",
      category: ["ingress_route"],
      roots: [INGRESS],
      fields: [field(INGRESS, `${BACKEND}.port.number`, 80)],
    },
  },
  {
    id: "ingress-to-nowhere",
    tells: "The Ingress sends to a Service that nobody knows.",
    good: changed(SHOP, INGRESS, `${BACKEND}.name`, "landing-page"),
    folder: { expected: "issue", category: ["ingress_route", "service_missing"], roots: [INGRESS] },
  },
  {
    id: "route-service-typo",
    tells: "A route of the Gateway API sends to storefrnt; the Service is called storefront.",
    good: ROUTED,
    bad: changed(ROUTED, ROUTE, `${ROUTED_TO}.name`, "storefrnt"),
    git: { expected: "propose", category: ["ingress_route"], roots: [ROUTE] },
    folder: {
      expected: "propose",
      category: ["ingress_route"],
      roots: [ROUTE],
      fields: [field(ROUTE, `${ROUTED_TO}.name`, "storefront")],
    },
  },
  {
    id: "route-port-wrong",
    tells: "A route of the Gateway API asks port 8080 of a Service that has port 80 only.",
    good: ROUTED,
    bad: changed(ROUTED, ROUTE, `${ROUTED_TO}.port`, 8080),
    git: { expected: "propose", category: ["ingress_route"], roots: [ROUTE] },
    folder: {
      expected: "propose",
      category: ["ingress_route"],
      roots: [ROUTE],
      fields: [field(ROUTE, `${ROUTED_TO}.port`, 80)],
    },
  },
  {
    id: "route-to-another-kind",
    tells: "A route sends to what is no Service of its namespace: nothing can be said against it.",
    good: changed(ROUTED, ROUTE, ROUTED_TO, { group: "inference.example.test", kind: "Pool", name: "models" }),
    git: { expected: "none", category: ["no_op"], roots: [] },
    folder: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "ingress-backend-crashes",
    tells: "The Ingress is right: the program behind it crashes.",
    good: SHOP,
    bad: changed(SHOP, STOREFRONT, inContainer("storefront", "args"), ["--themes=dark"]),
    fates: { [STOREFRONT]: crashes({ exitCode: 2, log: "flag provided but not defined: -themes\n" }) },
    git: { expected: "propose", category: ["command_args"], roots: [STOREFRONT] },
  },
];

const DENY: Manifest = object("networking.k8s.io/v1", "NetworkPolicy", "deny-ingress", {
  spec: { podSelector: { matchLabels: { app: "catalog" } }, policyTypes: ["Ingress"] },
});

const TIMES_OUT = unready(
  "HTTP probe failed with statuscode: 503",
  'level=error msg="catalog unavailable" err="Get \\"http://catalog:80/api/items\\": dial tcp 10.96.12.34:80: i/o timeout"\n',
);

/** Traffic that does not arrive: policies, names, the network itself. */
export const NETWORK: readonly Story[] = [
  {
    id: "netpol-denies-ingress",
    tells: "A policy lets nobody reach the catalog any more.",
    good: SHOP,
    bad: withObject(SHOP, "apps/policies.yaml", DENY),
    subject: "Deny by default",
    fates: { [STOREFRONT]: TIMES_OUT },
    git: {
      expected: "issue",
      category: ["netpol"],
      roots: ["NetworkPolicy/shop/deny-ingress", STOREFRONT, SERVICE, CATALOG],
    },
    folder: {
      expected: "issue",
      category: ["netpol"],
      roots: ["NetworkPolicy/shop/deny-ingress", STOREFRONT, SERVICE, CATALOG],
    },
  },
  {
    id: "netpol-denies-egress",
    tells: "A policy forbids the storefront to speak to anybody, names included.",
    good: SHOP,
    bad: withObject(
      SHOP,
      "apps/policies.yaml",
      object("networking.k8s.io/v1", "NetworkPolicy", "storefront-egress", {
        spec: { podSelector: { matchLabels: { app: "storefront" } }, policyTypes: ["Egress"], egress: [] },
      }),
    ),
    fates: {
      [STOREFRONT]: unready(
        "HTTP probe failed with statuscode: 503",
        'level=error err="Get \\"http://catalog:80/api/items\\": dial tcp: lookup catalog on 10.96.0.10:53: read udp 10.244.1.9:41120->10.96.0.10:53: i/o timeout"\n',
      ),
    },
    git: {
      expected: "issue",
      category: ["netpol", "dns"],
      roots: ["NetworkPolicy/shop/storefront-egress", STOREFRONT],
    },
    folder: {
      expected: "issue",
      category: ["netpol", "dns"],
      roots: ["NetworkPolicy/shop/storefront-egress", STOREFRONT],
    },
  },
  {
    id: "netpol-behind-a-source-line",
    tells: "A policy lets nobody reach the catalog; the program that says so names its own source first.",
    good: SHOP,
    bad: withObject(SHOP, "apps/policies.yaml", DENY),
    fates: {
      [STOREFRONT]: unready(
        "HTTP probe failed with statuscode: 503",
        "[2026-Nov-20 09:58:02.118203] <error>: (ClientPool.h:83:Pop) Failed to connect catalog:80: connection timed out\n",
      ),
    },
    git: {
      expected: "issue",
      category: ["netpol"],
      roots: ["NetworkPolicy/shop/deny-ingress", STOREFRONT, SERVICE, CATALOG],
    },
  },
  {
    id: "netpol-forgets-names",
    tells:
      "A policy lets the storefront speak on port 443 only: it cannot even ask for the address of its peer outside.",
    good: SHOP,
    bad: withObject(SHOP, "apps/policies.yaml", onlyOut(443)),
    fates: { [STOREFRONT]: unready("HTTP probe failed with statuscode: 503", NAME_UNKNOWN) },
    git: {
      expected: "issue",
      category: ["netpol", "dns"],
      roots: ["NetworkPolicy/shop/storefront-egress", STOREFRONT],
    },
  },
  {
    id: "netpol-with-names",
    tells: "A policy lets names through; that one of them is not known is its peer's affair.",
    good: SHOP,
    bad: withObject(SHOP, "apps/policies.yaml", onlyOut(53, 443)),
    fates: { [STOREFRONT]: unready("HTTP probe failed with statuscode: 503", NAME_UNKNOWN) },
    git: { expected: "issue", also: "none", category: ["dns", "network"], roots: [STOREFRONT], isCommit: false },
  },
  {
    id: "netpol-allows-it",
    tells: "A policy lets the storefront through: nothing is wrong.",
    good: withObject(
      SHOP,
      "apps/policies.yaml",
      object("networking.k8s.io/v1", "NetworkPolicy", "catalog", {
        spec: {
          podSelector: { matchLabels: { app: "catalog" } },
          policyTypes: ["Ingress"],
          ingress: [{ from: [{ podSelector: { matchLabels: { app: "storefront" } } }] }],
        },
      }),
    ),
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "dns-policy-default",
    tells: "The storefront was told to ask the node's name server, which knows no Service.",
    good: SHOP,
    bad: changed(SHOP, STOREFRONT, "spec.template.spec.dnsPolicy", "Default"),
    fates: {
      [STOREFRONT]: unready(
        "HTTP probe failed with statuscode: 503",
        'level=error err="Get \\"http://catalog:80/api/items\\": dial tcp: lookup catalog on 192.0.2.53:53: no such host"\n',
      ),
    },
    git: { expected: "propose", category: ["dns"], roots: [STOREFRONT] },
    folder: {
      expected: "propose",
      also: "issue",
      category: ["dns"],
      roots: [STOREFRONT],
      fields: [field(STOREFRONT, "spec.template.spec.dnsPolicy", "ClusterFirst", null)],
    },
  },
  {
    id: "dns-policy-none",
    tells: "The storefront was told of a public name server only; no history tells since when.",
    good: changed(
      changed(SHOP, STOREFRONT, "spec.template.spec.dnsPolicy", "None"),
      STOREFRONT,
      "spec.template.spec.dnsConfig",
      { nameservers: ["192.0.2.53"] },
    ),
    fates: {
      [STOREFRONT]: crashes({
        log: "panic: dial tcp: lookup catalog on 192.0.2.53:53: no such host\n\ngoroutine 1 [running]:\n",
      }),
    },
    folder: {
      expected: "propose",
      category: ["dns"],
      roots: [STOREFRONT],
      fields: [field(STOREFRONT, "spec.template.spec.dnsPolicy", "ClusterFirst", null)],
    },
  },
  {
    id: "dns-of-cluster-down",
    tells: "The cluster's own name server is down; the shop's pods only suffer from it.",
    good: {
      ...SHOP,
      "system/coredns.yaml": [
        deployment({
          name: "coredns",
          namespace: "kube-system",
          image: "registry.k8s.io/coredns/coredns:v1.12.1",
          labels: { "k8s-app": "kube-dns" },
        }),
        service("kube-dns", { namespace: "kube-system", port: 53, target: 53, selector: { "k8s-app": "kube-dns" } }),
      ],
    },
    fates: {
      "Deployment/kube-system/coredns": crashes({
        log: "/etc/coredns/Corefile:7 - Error during parsing: Unknown directive 'forwrad'\n",
      }),
      [STOREFRONT]: unready(
        "HTTP probe failed with statuscode: 503",
        'level=error err="Get \\"http://catalog:80/api/items\\": dial tcp: lookup catalog on 10.96.0.10:53: connection refused"\n',
      ),
    },
    alerts: [],
    folder: {
      expected: "issue",
      category: ["dns", "configmap_content", "command_args", "app_or_db"],
      roots: ["Deployment/kube-system/coredns"],
    },
  },
  {
    id: "peer-outside-down",
    tells: "A service outside the cluster does not answer.",
    good: changed(SHOP, "Deployment/shop/orders", inContainer("orders", "env.2"), {
      name: "PAY_URL",
      value: "https://api.pay.example.com",
    }),
    fates: {
      "Deployment/shop/orders": crashes({
        log: 'FATAL Post "https://api.pay.example.com/v1/hello": dial tcp 203.0.113.9:443: connect: connection timed out\n',
      }),
    },
    git: { expected: "issue", category: ["app_or_db", "network"], roots: ["Deployment/shop/orders"] },
  },
  {
    id: "peer-crashes",
    tells: "The storefront is not ready because the catalog crashes by a bad argument: the catalog is the root.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "args.0"), "server"),
    fates: {
      [CATALOG]: { ...crashes({ exitCode: 1, log: 'Error: unknown command "server" for "catalog"\n' }) },
      [STOREFRONT]: ASKS_CATALOG,
    },
    alerts: [],
    git: { expected: "propose", category: ["command_args"], roots: [CATALOG] },
  },
  {
    id: "chaos-network",
    tells: "A chaos experiment delays the catalog's packets on purpose.",
    good: SHOP,
    fates: { [STOREFRONT]: TIMES_OUT },
    cluster: (cluster) => {
      cluster.add(
        {
          ...object("chaos-mesh.org/v1alpha1", "NetworkChaos", "delay-catalog", {
            spec: {
              action: "delay",
              mode: "all",
              selector: { namespaces: ["shop"], labelSelectors: { app: "catalog" } },
              delay: { latency: "5s" },
            },
          }),
        },
        12,
      );
      cluster.condition("NetworkChaos/shop/delay-catalog", { type: "AllInjected", status: "True" }, 11);
      cluster.condition("NetworkChaos/shop/delay-catalog", { type: "Selected", status: "True" }, 11);
    },
    git: {
      expected: "issue",
      also: "none",
      category: ["network"],
      roots: ["NetworkChaos/shop/delay-catalog", STOREFRONT, SERVICE, CATALOG],
    },
    folder: {
      expected: "issue",
      also: "none",
      category: ["network"],
      roots: ["NetworkChaos/shop/delay-catalog", STOREFRONT, SERVICE, CATALOG],
    },
  },
  {
    id: "chaos-over",
    tells: "A chaos experiment has ended, and everything recovered.",
    resembles: ["names-itself"],
    good: SHOP,
    cluster: (cluster) => {
      cluster.add(
        object("chaos-mesh.org/v1alpha1", "PodChaos", "kill-catalog", {
          spec: { action: "pod-kill", mode: "one", selector: { namespaces: ["shop"] } },
        }),
        90,
      );
      cluster.condition("PodChaos/shop/kill-catalog", { type: "AllInjected", status: "True" }, 80);
      cluster.condition("PodChaos/shop/kill-catalog", { type: "AllRecovered", status: "True" }, 70);
    },
    folder: { expected: "none", category: ["no_op", "network"], roots: [] },
  },
  {
    id: "service-mesh-namespace",
    tells: "Two namespaces are separate worlds: the same name in another one does not answer here.",
    good: {
      "apps/a.yaml": [
        namespace("front"),
        namespace("back"),
        deployment({ name: "web", namespace: "front", env: { API_URL: "http://api:80" } }),
        service("web", { namespace: "front" }),
      ],
      "apps/b.yaml": [deployment({ name: "api", namespace: "back" }), service("api", { namespace: "back" })],
    },
    fates: { "Deployment/front/web": crashes({ log: "error: lookup api on 10.96.0.10:53: no such host\n" }) },
    folder: {
      expected: "issue",
      also: "propose",
      category: ["env_var", "service_missing", "dns"],
      roots: ["Deployment/front/web", "Service/front/api"],
      fields: [
        field(
          "Deployment/front/web",
          inContainer("web", "env.API_URL.value"),
          "http://api.back:80",
          "http://api.back.svc:80",
          "http://api.back.svc.cluster.local:80",
        ),
      ],
    },
  },
  {
    id: "node-agent-well",
    tells: "A DaemonSet runs on every node: nothing is wrong.",
    good: { "apps/agent.yaml": [daemonSet({ name: "agent", port: null })] },
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
];
