import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openCluster } from "../../src/adapters/kubernetes.ts";
import { readSnapshot } from "../../src/adapters/snapshot.ts";
import { KINDS, READS } from "../../src/evidence/kinds.ts";
import type { KubernetesObject } from "../../src/signal/object.ts";
import { inOrder } from "../adapters/worlds.ts";
import { clusterContract, HELD_SECRET, type Held, liveClusterContract, SHOP } from "../contracts/cluster.ts";
import { whyNoCluster } from "../tools/cluster-tools.ts";
import { type RealCluster, startRealCluster, untilServed } from "./cluster.ts";
import { type Gate, openGate } from "./gate.ts";
import { type Kubelet, startKubelet } from "./kubelet.ts";
import { readerToken } from "./reader.ts";
import { rightsOf } from "./rights.ts";

const missing = whyNoCluster(["etcd", "kube-apiserver"]);

if (missing !== undefined) test("a real API server", ({ skip }) => skip(`a real API server: ${missing}`));

describe.skipIf(missing !== undefined)("a real API server", { timeout: 120_000 }, () => {
  let cluster: RealCluster;
  let kubelet: Kubelet;
  const gates: Gate[] = [];

  beforeAll(async () => {
    // Every page comes from the store, so that a list is forgotten as soon as the store forgets.
    cluster = await startRealCluster("--watch-cache=false");
    kubelet = await startKubelet(cluster.certificate, SHOP.logs);
  }, 240_000);
  afterEach(async () => {
    for (const gate of gates.splice(0)) await gate.close();
  });
  afterAll(async () => {
    await kubelet?.close();
    await cluster?.stop();
  }, 60_000);

  /** Puts what is held into the cluster; what an earlier test put there is the same. */
  async function put({ objects }: Held): Promise<void> {
    const { admin } = cluster;
    const isLate = (kind: string): boolean => !/^(Namespace|Node|CustomResourceDefinition)$/.test(kind);
    await admin.put(objects.filter(({ kind }) => !isLate(kind)));
    await untilServed(cluster, objects);
    await Promise.all(objects.filter(({ kind }) => isLate(kind)).map((object) => admin.put([object])));
    const status = {
      addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
      daemonEndpoints: { kubeletEndpoint: { Port: kubelet.port } },
    };
    await admin.patch(await admin.read("Node", undefined, "node-1"), { status }, "/status");
  }

  /** A cluster that is read with the rights of deploy/rbac.yaml, but for what is hidden, through a gate. */
  async function openHeld(held: Held) {
    await put(held);
    const token = await readerToken(cluster, held.hidden);
    const gate = await openGate(cluster.url, cluster.certificate);
    gates.push(gate);
    return { gate, cluster: (limits = {}) => openCluster({ kubeconfig: cluster.kubeconfig(token, gate.url), limits }) };
  }

  clusterContract(async (held) => (await openHeld(held)).cluster());

  liveClusterContract(async (held) => {
    const { gate, cluster: open } = await openHeld(held);
    return {
      cluster: open,
      asked: gate.asked,
      forget: (times) => gate.before(/continue=/, cluster.forget, times),
      hold: (plural) => gate.before(new RegExp(`/${plural}\\?`), () => wait(3_600_000, undefined, { ref: false }), 1),
      patienceMs: 5_000,
    };
  });

  test("tells the same as a snapshot that was dumped from it", async () => {
    const { cluster: open } = await openHeld(SHOP);
    const folder = join(cluster.folder, "snapshot");
    mkdirSync(folder);
    for (const { group, plural, isBuiltIn } of KINDS) {
      const served = await cluster.admin.ask("GET", group === "" ? "/api/v1" : `/apis/${group}`);
      if (served.status === 404 && !isBuiltIn) continue;
      const path = group === "" ? "/api/v1" : `/apis/${JSON.parse(served.text).preferredVersion.groupVersion}`;
      const { status, text } = await cluster.admin.ask("GET", `${path}/${plural}`);
      expect(status, plural).toBe(200);
      writeFileSync(join(folder, `${plural}.json`), text);
    }
    for (const [name, text] of Object.entries(SHOP.logs)) {
      const file = join(folder, "logs", `${name.replace(/\/previous$/, ".previous")}.log`);
      mkdirSync(join(file, ".."), { recursive: true });
      writeFileSync(file, text);
    }
    const recorded = await readSnapshot(folder);
    // Of a Secret only the metadata is asked for, and that does not tell its type.
    const objects = recorded.objects.map((object): KubernetesObject => {
      const { type, ...untyped } = object;
      return object.kind === "Secret" ? untyped : object;
    });
    expect(inOrder(await open().look())).toEqual(inOrder({ ...recorded, objects }));
  });

  test("F22: never sends the values of Secrets", async () => {
    const { gate, cluster: open } = await openHeld(SHOP);
    const world = await open().look();
    expect(world.listed.has("/Secret")).toBe(true);
    expect(gate.carried('"checkout-1"')).toBe(true);
    expect(gate.carried(HELD_SECRET)).toBe(false);
  });

  test("F12: allows with deploy/rbac.yaml what Oakum reads, and nothing else", async () => {
    await put(SHOP);
    const oakum = cluster.person(await readerToken(cluster));
    const rights = await rightsOf(oakum, READS);
    expect(rights.toSorted()).toEqual(READS.map(({ verb, group, resource }) => `${verb} ${group}/${resource}`).sort());
    const write = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "written", namespace: "shop" } };
    expect((await oakum.ask("POST", "/api/v1/namespaces/shop/configmaps", write)).status).toBe(403);
    expect((await oakum.ask("GET", "/api/v1/namespaces/shop/secrets/db")).status).toBe(403);
    oakum.leave();
  });
});
