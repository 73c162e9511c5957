import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { openCluster } from "../../src/adapters/kubernetes.ts";
import { readSnapshot } from "../../src/adapters/snapshot.ts";
import { KINDS } from "../../src/evidence/kinds.ts";
import type { World } from "../../src/evidence/world.ts";
import { groupOf, type KubernetesObject } from "../../src/signal/object.ts";
import { clusterContract, type Held, liveClusterContract, SHOP } from "../contracts/cluster.ts";
import { type KubeApi, type Served, startKubeApi } from "../twins/kube-api.ts";
import { inOrder } from "./worlds.ts";

const home = mkdtempSync(join(tmpdir(), "oakum-cluster-"));
afterAll(() => rmSync(home, { recursive: true }));

const running: KubeApi[] = [];
afterEach(async () => {
  for (const api of running.splice(0)) await api.close();
});

let count = 0;

/** Records what is held as `kubectl get -o json` would: a file a kind, in a folder. */
function record({ objects, logs, hidden = [] }: Held): string {
  const folder = join(home, `snapshot-${count++}`);
  mkdirSync(folder);
  const defined = objects.map(({ metadata }) => metadata.name);
  for (const { group, version, kind, plural, isBuiltIn } of KINDS) {
    if (hidden.includes(plural) || !(isBuiltIn || defined.includes(`${plural}.${group}`))) continue;
    const items = objects.filter((object) => object.kind === kind && groupOf(object.apiVersion) === group);
    const apiVersion = group === "" ? version : `${group}/${version}`;
    writeFileSync(join(folder, `${plural}.json`), JSON.stringify({ kind: `${kind}List`, apiVersion, items }));
  }
  for (const [key, text] of Object.entries(logs)) {
    const file = join(folder, "logs", `${key.replace(/\/previous$/, ".previous")}.log`);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}

async function serve(served: Served): Promise<KubeApi> {
  const api = await startKubeApi(served);
  running.push(api);
  return api;
}

function clusterAt(api: KubeApi, limits = {}) {
  const kubeconfig = join(home, `kubeconfig-${count++}`);
  writeFileSync(kubeconfig, api.kubeconfig);
  return openCluster({ kubeconfig, limits });
}

describe("recorded", () => {
  clusterContract(async (held) => {
    const folder = record(held);
    return { look: () => readSnapshot(folder) };
  });
});

/** The server of what is held, which refuses what is hidden. */
async function serveHeld(held: Held): Promise<KubeApi> {
  const api = await serve(held);
  const message = 'forbidden: User "system:serviceaccount:oakum:oakum" cannot read resource';
  for (const name of held.hidden ?? [])
    api.fault({ on: new RegExp(name === "pods/log" ? "/log\\?" : `/${name}\\?`), status: 403, message });
  return api;
}

describe("live", () => {
  clusterContract(async (held) => clusterAt(await serveHeld(held)));

  liveClusterContract(async (held) => {
    const api = await serveHeld(held);
    return {
      cluster: (limits) => clusterAt(api, limits),
      asked: api.asked,
      forget: (times) => api.fault({ on: /continue=/, status: 410, message: "The continue token is too old", times }),
      hold: (plural) => api.fault({ on: new RegExp(`/${plural}\\?`), delayMs: 3_600_000 }),
      patienceMs: 2_000,
    };
  });
});

test("the same facts, live and recorded, are the same world", async () => {
  const live = await clusterAt(await serve(SHOP)).look();
  expect(inOrder(live)).toEqual(inOrder(await readSnapshot(record(SHOP))));
  expect(live.unknown).toEqual([]);
});

const pods = (number: number): KubernetesObject[] =>
  Array.from({ length: number }, (_, n) => {
    return { apiVersion: "v1", kind: "Pod", metadata: { name: `p-${n}`, namespace: "shop" } };
  });
const podsIn = (world: World) => world.objects.filter(({ kind }) => kind === "Pod").length;

describe("a live cluster", () => {
  test("is read page by page, older servers too", async () => {
    const api = await serve({ objects: [...SHOP.objects, ...pods(23)], page: 5, isOld: true });
    const world = await clusterAt(api).look();
    expect(podsIn(world)).toBe(24);
    expect(world.unknown).toEqual([]);
    expect(api.asked.filter((path) => path.startsWith("/api/v1/pods"))).toHaveLength(5);
  });

  test("is asked in the version that it serves, older servers too", async () => {
    const world = await clusterAt(await serve({ ...SHOP, isOld: true })).look();
    expect(world.objects).toContainEqual(SHOP.objects.find(({ kind }) => kind === "HelmRelease"));
    expect(world.listed.has("helm.toolkit.fluxcd.io/HelmRelease")).toBe(true);
  });

  test("that is busy is asked again, not for ever", async () => {
    const api = await serve(SHOP);
    api.fault({ on: /\/pods\?/, status: 429, headers: { "retry-after": "0" }, times: 2 });
    api.fault({ on: /\/services\?/, status: 500, message: "etcdserver: request timed out" });
    const world = await clusterAt(api).look();
    expect(world.listed.has("/Pod")).toBe(true);
    expect(world.unknown).toEqual(["Service objects could not be read: etcdserver: request timed out."]);
  });

  test("that is slow with every answer ends the look in its time, with what was told until then", async () => {
    const api = await serve(SHOP);
    api.fault({ on: /\?limit=/, delayMs: 1_000 });
    const world = await clusterAt(api, { lookMs: 3_000 }).look();
    expect(world.objects.length).toBeGreaterThan(0);
    expect(world.unknown.join()).toMatch(/objects could not be read: .* did not answer within 3 s/);
  });

  test("that hangs up leaves only what it did not tell unknown", async () => {
    const api = await serve(SHOP);
    api.fault({ on: /\/jobs\?/, cut: true });
    const world = await clusterAt(api).look();
    expect(world.listed.has("/Pod")).toBe(true);
    expect(world.unknown).toEqual([expect.stringMatching(/^Job objects could not be read: .* does not answer/)]);
  });

  test("F12, F22: is never asked for the values of Secrets, nor for anything but reads", async () => {
    const wiped = {
      ...SHOP.objects.find(({ kind }) => kind === "Secret"),
      metadata: { name: "wiped", namespace: "shop", managedFields: [] },
    } as KubernetesObject;
    const api = await serve({ ...SHOP, objects: [...SHOP.objects, wiped] });
    const world = await clusterAt(api).look();
    expect(world.listed.has("/Secret")).toBe(false);
    expect(world.unknown).toEqual([expect.stringContaining("The keys of 1 Secrets are unknown")]);
    expect(api.asked.filter((path) => path.includes("secrets"))).toEqual(["/api/v1/secrets?limit=500"]);
  });

  test("that is not there, or lets nobody in, is one clear sentence", async () => {
    const api = await startKubeApi(SHOP);
    const cluster = clusterAt(api);
    await api.close();
    await expect(cluster.look()).rejects.toThrow(
      /^The cluster could not be read. .*does not answer \(connect ECONNREFUSED/,
    );
    const closed = await serve(SHOP);
    closed.fault({ on: /./, status: 401, message: "Unauthorized" });
    await expect(clusterAt(closed).look()).rejects.toThrow(/could not be read: Unauthorized/);
  });

  test("without a usable kubeconfig is bad input", () => {
    const bad = join(home, "bad");
    writeFileSync(bad, "clusters: [");
    expect(() => openCluster({ kubeconfig: join(home, "nowhere") })).toThrow(/kubeconfig at .*nowhere cannot be read/);
    expect(() => openCluster({ kubeconfig: bad })).toThrow(/kubeconfig at .*bad cannot be read/);
    writeFileSync(bad, "current-context: x\ncontexts: []\nclusters: []\nusers: []\n");
    expect(() => openCluster({ kubeconfig: bad })).toThrow(/names no cluster/);
    writeFileSync(bad, "current-context: x\ncontexts: [{name: y, context: {cluster: z}}]\nclusters: []\nusers: []\n");
    expect(() => openCluster({ kubeconfig: bad })).toThrow(/has no context "x".*one of y/);
  });

  test("F22: a kubeconfig that cannot be read is not quoted", () => {
    const bad = join(home, "torn");
    writeFileSync(bad, "users:\n- user: {token: planted-4fJ2xQ\n");
    expect(() => openCluster({ kubeconfig: bad })).toThrow(/torn cannot be read/);
    expect(() => openCluster({ kubeconfig: bad })).not.toThrow(/planted/);
  });
});
