import type { Cluster, Live } from "../build/cluster.ts";
import { crashes, type Fate } from "../build/fates.ts";
import type { Template } from "../build/pods.ts";
import type { Story } from "../build/story.ts";
import { changed, type Tree } from "../build/tree.ts";
import { SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const POD = "spec.template.spec.securityContext";
const told = { category: ["security_context"], roots: [CATALOG] } as const;

/** The catalog with this setting of the kernel. */
function set(name: string, value: string): Tree {
  return changed(SHOP, CATALOG, POD, { fsGroup: 2000, sysctls: [{ name, value }] });
}

const NO_PORTS = "ERROR dial tcp 10.96.12.34:5432: connect: cannot assign requested address\n".repeat(9);
const PLAIN = changed(SHOP, CATALOG, POD, { fsGroup: 2000 });

function noSandbox(cause: string): Fate {
  const message = `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox "7c1f": ${cause}`;
  return {
    phase: "Pending",
    isReady: false,
    status: { started: false, state: { waiting: { reason: "ContainerCreating" } } },
    events: [{ reason: "FailedCreatePodSandBox", message, count: 40 }],
  };
}

const runc = (cause: string): Fate =>
  noSandbox(
    `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${cause}`,
  );

function forbidden(name: string): (cluster: Cluster) => void {
  const isRefused = ({ metadata, spec }: Live): boolean =>
    metadata.name.startsWith("catalog-") && JSON.stringify(spec).includes(name);
  return (cluster) => {
    for (const pod of cluster.ofKind("Pod").filter(isRefused))
      pod["status"] = {
        phase: "Failed",
        reason: "SysctlForbidden",
        message: `Pod was rejected: forbidden sysctl: "${name}" not allowlisted`,
      };
  };
}

/** Settings of the kernel that pods ask for. */
export const KERNEL: readonly Story[] = [
  {
    id: "sysctl-in-a-wrong-form",
    tells: "A commit wrote a range of ports with a hyphen, which the kernel does not read.",
    good: set("net.ipv4.ip_local_port_range", "30000 60999"),
    bad: set("net.ipv4.ip_local_port_range", "20000-60999"),
    fates: {
      [CATALOG]: runc(
        "write sysctl key net.ipv4.ip_local_port_range: write /proc/sys/net/ipv4/ip_local_port_range: invalid argument",
      ),
    },
    git: { expected: "propose", ...told },
    folder: { expected: "issue", ...told },
  },
  {
    id: "sysctl-the-kernel-does-not-know",
    tells: "A commit asked for a setting of the kernel that there is not, beside one of the pod that is innocent.",
    good: SHOP,
    bad: set("net.ipv4.tcp_keepalive_tme", "60"),
    fates: { [CATALOG]: runc("open /proc/sys/net/ipv4/tcp_keepalive_tme: no such file or directory") },
    git: { expected: "propose", ...told },
  },
  {
    id: "sysctl-not-allowed",
    tells: "A commit asked for a setting of the kernel that the nodes do not allow.",
    good: PLAIN,
    bad: set("net.core.somaxconn", "4096"),
    fates: { [CATALOG]: { phase: "Failed", isReady: false } },
    cluster: forbidden("net.core.somaxconn"),
    git: { expected: "propose", ...told },
    folder: { expected: "issue", ...told },
  },
  {
    id: "low-port-closed",
    tells: "A commit took the setting away by which the catalog, which is not root, could listen on port 80.",
    good: set("net.ipv4.ip_unprivileged_port_start", "0"),
    bad: PLAIN,
    fates: { [CATALOG]: crashes({ log: "FATAL listen tcp :80: bind: permission denied\n" }) },
    git: { expected: "propose", ...told },
    folder: { expected: "issue", ...told },
  },
  {
    id: "few-ports-to-connect-from",
    tells: "A commit left the catalog two ports from which it can connect: it is ready, and cannot ask its database.",
    good: PLAIN,
    bad: set("net.ipv4.ip_local_port_range", "60998 60999"),
    fates: { [CATALOG]: { log: NO_PORTS } },
    alerts: [{ alertname: "CatalogErrors", namespace: "shop", service: "catalog" }],
    git: { expected: "propose", ...told },
  },
  {
    id: "few-ports-where-nothing-was-said",
    tells:
      "The same, where git said nothing of the pod's security before, for which the API server keeps an empty map.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, POD, { sysctls: [{ name: "net.ipv4.ip_local_port_range", value: "60998 60999" }] }),
    fates: { [CATALOG]: { log: NO_PORTS } },
    cluster: (cluster) => {
      for (const set of cluster.ofKind("ReplicaSet")) {
        const { template } = set["spec"] as { template: Template & { spec: Record<string, unknown> } };
        template.spec["securityContext"] ??= {};
      }
    },
    alerts: [{ alertname: "CatalogErrors", namespace: "shop", service: "catalog" }],
    git: { expected: "propose", ...told },
  },
  {
    id: "no-network-after-a-kernel-setting",
    tells: "A commit changed a setting of the kernel; that new pods get no address is the network plugin's doing.",
    resembles: ["pods-may-not-be-created"],
    good: PLAIN,
    bad: set("net.ipv4.tcp_syncookies", "1"),
    fates: {
      [CATALOG]: noSandbox(
        'plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized: Unauthorized',
      ),
    },
    git: { expected: "issue", category: ["node_infra", "network"], roots: [CATALOG], isCommit: false },
  },
];
