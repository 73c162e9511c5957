import { describe, expect, test } from "vitest";
import { causesOf } from "../../src/diagnosis/explain.ts";
import { lookupOf } from "../../src/diagnosis/lookup.ts";
import { troublesOf } from "../../src/diagnosis/troubles.ts";
import { logKey } from "../../src/evidence/world.ts";
import { type KubernetesObject, refText } from "../../src/signal/object.ts";

const MADE = "2026-11-21T10:00:00Z";

type Made = { readonly namespace: string; readonly owner: string; readonly name: string };

/** A pod of an owner on worker-1. */
function pod({ namespace, owner, name }: Made, rest: { readonly spec?: object; readonly status?: object } = {}) {
  const [kind = "", ownerName = ""] = owner.split("/");
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...{ name, namespace, uid: name, creationTimestamp: MADE, labels: { app: ownerName } },
      ownerReferences: [{ apiVersion: "apps/v1", kind, name: ownerName, uid: ownerName, controller: true }],
    },
    spec: { nodeName: "worker-1", containers: [{ name: "app" }], ...rest.spec },
    status: { phase: "Pending", conditions: [{ type: "Ready", status: "False" }], ...rest.status },
  } satisfies KubernetesObject;
}

function crashed(at: string): object {
  const ended = { exitCode: 1, reason: "Error", finishedAt: at };
  const waiting = { reason: "CrashLoopBackOff", message: "back-off 5m0s restarting failed container" };
  const status = { name: "app", ready: false, restartCount: 9, state: { waiting }, lastState: { terminated: ended } };
  return { phase: "Running", containerStatuses: [status] };
}

function event({ metadata }: KubernetesObject, reason: string, message: string): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${metadata.name}.1`, namespace: metadata.namespace ?? "" },
    involvedObject: { kind: "Pod", namespace: metadata.namespace ?? "", name: metadata.name, uid: metadata.name },
    ...{ type: "Warning", reason, message, lastTimestamp: "2026-11-21T11:59:00Z" },
  };
}

function rootsOf(objects: readonly KubernetesObject[], logs: ReadonlyMap<string, string> = new Map()) {
  const now = new Date("2026-11-21T12:00:00Z");
  const lookup = lookupOf({ now, objects, listed: new Set(["/Pod", "/Service"]), logs, unknown: [] });
  return causesOf(lookup, troublesOf(lookup)).map(({ trouble, explains }) => ({
    root: refText(trouble.root),
    explains: explains.map(({ root }) => refText(root)).toSorted(),
  }));
}

const cart = pod({ namespace: "shop", owner: "StatefulSet/cart", name: "cart-0" });
const orders = pod({ namespace: "shop", owner: "StatefulSet/orders", name: "orders-0" });

describe("many symptoms, one root", () => {
  test("pods without a network point to the agent that gives it", () => {
    const spec = { hostNetwork: true };
    const status = crashed("2026-11-21T11:58:00Z");
    const agent = pod({ namespace: "kube-system", owner: "DaemonSet/cni", name: "cni-x2k9z" }, { spec, status });
    const message = 'failed to setup network for sandbox "1": plugin type="cni" failed (add): connection refused';
    const told = [cart, orders].map((each) => event(each, "FailedCreatePodSandBox", message));
    expect(rootsOf([agent, cart, orders, ...told])).toEqual([
      { root: "DaemonSet/kube-system/cni", explains: ["StatefulSet/shop/cart", "StatefulSet/shop/orders"] },
    ]);
  });

  test("a volume whose driver is gone points to the agent of that driver", () => {
    const spec = { volumes: [{ name: "plugin", hostPath: { path: "/var/lib/kubelet/plugins/csi" } }] };
    const status = crashed("2026-11-21T11:58:00Z");
    const agent = pod({ namespace: "storage", owner: "DaemonSet/csi-node", name: "csi-node-x2k9z" }, { spec, status });
    const message = "driver name csi.example.test not found in the list of registered CSI drivers";
    expect(rootsOf([agent, cart, event(cart, "FailedMount", message)])).toEqual([
      { root: "DaemonSet/storage/csi-node", explains: ["StatefulSet/shop/cart"] },
    ]);
  });

  test("names that nobody resolves point to the name server, not to a name that is nobody's", () => {
    const status = crashed("2026-11-21T11:58:00Z");
    const dns = pod({ namespace: "kube-system", owner: "ReplicaSet/coredns", name: "coredns-1" }, { status });
    const service = (namespace: string, name: string, app: string, port: number): KubernetesObject => {
      const spec = { selector: { app }, ports: [{ port }] };
      return { apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec };
    };
    const [client, lost] = [cart, orders].map((each) => ({ ...each, status: { ...each.status, ...status } }));
    if (client === undefined || lost === undefined) throw new Error("no pods");
    const logs = new Map([
      [
        logKey({ namespace: "shop", pod: "cart-0", container: "app", run: "previous" }),
        "dial tcp: lookup rates.example.com: no such host\n",
      ],
      [
        logKey({ namespace: "shop", pod: "orders-0", container: "app", run: "previous" }),
        "dial tcp: lookup paymnets: no such host\n",
      ],
    ]);
    const roots = rootsOf([dns, service("kube-system", "kube-dns", "coredns", 53), client, lost], logs);
    expect(roots.map(({ root }) => root).toSorted()).toEqual([
      "ReplicaSet/kube-system/coredns",
      "StatefulSet/shop/orders",
    ]);
  });
});
