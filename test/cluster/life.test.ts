import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCluster } from "../../src/adapters/kubernetes.ts";
import { loadPolicies, OWN_POLICIES } from "../../src/adapters/policy-files.ts";
import type { World } from "../../src/evidence/world.ts";
import type { Incident } from "../../src/incident/incident.ts";
import { consider, type Material } from "../../src/proposal/consider.ts";
import type { Report, ReportedIncident } from "../../src/proposal/report.ts";
import { healthOf } from "../../src/recovery/health.ts";
import type { Serving } from "../../src/serving.ts";
import { parseAlertmanager } from "../../src/signal/alertmanager.ts";
import { parseFluxEvent } from "../../src/signal/flux-event.ts";
import { refText } from "../../src/signal/object.ts";
import { runGit } from "../forge/stand-in/git.ts";
import { type Forge, startForge } from "../forge/stand-in/server.ts";
import { signatureOf } from "../forge/stand-in/webhooks.ts";
import { repository } from "../incident/incidents.ts";
import { startLife, TOKEN } from "../life/bot.ts";
import { whyNoCluster } from "../tools/cluster-tools.ts";
import { emptyStore, memoryState, type Store } from "../twins/state.ts";
import { type RealCluster, startRealCluster, untilServed } from "./cluster.ts";
import { startControllers } from "./controllers.ts";
import { applied, FILES, GROUND, kustomization } from "./fleet.ts";
import { type Flux, startFlux } from "./flux.ts";
import { until } from "./program.ts";
import { readerToken } from "./reader.ts";

const missing = whyNoCluster([
  ...(["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const),
  ...(["kwok", "kustomize-controller"] as const),
]);

if (missing !== undefined) test("a whole life", ({ skip }) => skip(`a whole life on a real cluster: ${missing}`));

describe.skipIf(missing !== undefined)("a whole life on a real cluster", { timeout: 300_000 }, () => {
  let cluster: RealCluster;
  let forge: Forge;
  let flux: Flux;
  let kubeconfig: string;
  let bot: Serving | undefined;
  const store: Store = emptyStore();

  beforeAll(async () => {
    forge = await startForge({ repositories: [{ ...repository, files: FILES, collaborators: { kim: "write" } }] });
    cluster = await startRealCluster();
    startControllers(cluster);
    flux = await startFlux(cluster, forge.repo(repository).git.folder);
    await untilServed(cluster, GROUND);
    await cluster.admin.put(GROUND);
    // Oakum has what deploy/rbac.yaml allows, and no more.
    kubeconfig = cluster.kubeconfig(await readerToken(cluster));
    for (const name of ["cart", "catalog"]) await healthy(name);
  }, 240_000);
  afterAll(async () => {
    await flux?.stop();
    forge?.webhooks.hold();
    await forge?.webhooks.settled();
    await bot?.stop();
    await cluster?.stop();
    await forge?.close();
  }, 60_000);

  const look = (): Promise<World> => openCluster({ kubeconfig }).look();

  /** Waits until this Deployment is there and runs as its manifest says. */
  function healthy(name: string): Promise<unknown> {
    const ref = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name };
    return until(`${refText(ref)} to be healthy`, async () => {
      const world = await look();
      const isThere = world.objects.some(({ kind, metadata }) => kind === "Deployment" && metadata.name === name);
      return isThere && healthOf(world, ref).is === "healthy";
    });
  }

  /** What `oakum diagnose` says of the cluster and the newest commit, and where that commit is checked out. */
  async function diagnose(): Promise<{ readonly report: Report; readonly clone: string }> {
    const clone = join(cluster.folder, `clone-${randomUUID()}`);
    await runGit(["clone", "--quiet", forge.repo(repository).git.folder, clone]);
    const main = join(import.meta.dirname, "../../src/main.ts");
    const args = [main, "diagnose", "--kubeconfig", kubeconfig, "--repo", clone, "--output", "json"];
    return { report: JSON.parse((await promisify(execFile)(process.execPath, args)).stdout), clone };
  }

  async function startBot(): Promise<void> {
    const { id, privateKey, webhookSecret } = forge.app;
    const policies = loadPolicies(OWN_POLICIES);
    const parts = {
      cluster: openCluster({ kubeconfig }),
      consider: (material: Material) => consider({ ...material, policies }),
      parse: { alertmanager: parseAlertmanager, flux: parseFluxEvent },
    };
    const address = { apiUrl: forge.apiUrl, appId: String(id), privateKey, webhookSecret };
    const state = memoryState(store, "a key for tests", () => new Date());
    bot = await startLife({ forge: address, folder: cluster.folder, parts }, state, { pollSeconds: 2 });
    forge.webhooks.deliverTo(`${bot.url}/api/github/webhooks`);
  }

  /** The bot's incidents, once there are two and all of them are in this state. */
  function reach<S extends Incident["status"]>(status: S): Promise<Extract<Incident, { status: S }>[]> {
    return until(`two incidents that are ${status}`, async () => {
      const incidents = [...store.incidents.values()].map(({ incident }) => incident);
      const there = incidents.filter((one): one is Extract<Incident, { status: S }> => one.status === status);
      return there.length === 2 && there;
    });
  }

  test("while all is well, nothing is found and nothing is unknown", async () => {
    expect((await diagnose()).report).toMatchObject({ incidents: [], healthy: true, unknown: [] });
  });

  test("two commits break something each: both causes are named, and what was there is proposed", async () => {
    const kim = forge.person("kim");
    const image = await kim.push(repository, "main", { [CATALOG]: kustomization("catalog", "1.5.0") });
    const path = await kim.push(repository, "main", { [CART]: applied("cart", "./apps/basket") });
    let found = await diagnose();
    const causes = async () => {
      found = await diagnose();
      return found.report.incidents.map(told).toSorted((a, b) => (a.root < b.root ? -1 : 1));
    };
    await expect.poll(causes, { timeout: 120_000, interval: 500 }).toEqual([
      { root: "Deployment/shop/catalog", category: "image_ref", commit: image, decision: "propose" },
      { root: "Kustomization/flux-system/cart", category: "flux_path", commit: path, decision: "propose" },
    ]);
    const { report, clone } = found;
    expect(report.unknown).toEqual([]);
    for (const { patch } of report.incidents) await runGit(["-C", clone, "apply"], patch ?? "");
    for (const file of [CATALOG, CART]) expect(readFileSync(join(clone, file), "utf8")).toBe(FILES[file]);
  });

  test("the bot proposes both; merged by a person, each link to recovery is seen, and both incidents are closed", async () => {
    const statuses: number[] = [];
    flux.tell(async (body) => {
      if (bot === undefined) return;
      const headers = { "content-type": "application/json", "x-signature": signatureOf(body, TOKEN) };
      statuses.push((await fetch(`${bot.url}/webhooks/flux`, { method: "POST", headers, body })).status);
    });
    await startBot();
    const kim = forge.person("kim");
    const links = ["merged", "fetched", "applied", "healthy", "quiet"];
    for (const { pull } of await reach("proposed")) await kim.merge(repository, pull.number);
    for (const { key, outcome, issue } of await reach("closed")) {
      expect(outcome.kind).toBe("recovered");
      expect(linksOf(key)).toEqual(links);
      expect(forge.repo(repository).threads.get(issue?.number ?? 0)?.state).toBe("closed");
    }
    for (const file of [CATALOG, CART])
      expect((await forge.repo(repository).git.blob(`main:${file}`))?.toString()).toBe(FILES[file]);
    expect((await diagnose()).report).toMatchObject({ incidents: [], healthy: true, unknown: [] });
    // Nothing else was opened on the way, whatever Flux told of the revision that was mended.
    expect(store.incidents.size).toBe(2);
    expect(forge.violations).toEqual([]);
    expect([...new Set(statuses)]).toEqual([202]);
  });

  /** The chain as the ledger tells it last. */
  function linksOf(key: string): readonly string[] {
    const event = store.events.get(key)?.findLast(({ kind }) => kind === "linked");
    if (event === undefined) return [];
    return (event.data as { links: { link: string }[] }).links.map(({ link }) => link);
  }
});

const CATALOG = "apps/catalog/kustomization.yaml";
const CART = "clusters/prod/cart.yaml";

const told = ({ root, cause, decision, causedBy }: ReportedIncident) => ({
  root: refText(root),
  category: cause?.category,
  commit: causedBy === null || causedBy === "unknown" ? causedBy : causedBy.commit,
  decision,
});
