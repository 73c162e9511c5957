import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readFolder } from "../../src/adapters/files.ts";
import { openManifests } from "../../src/manifest/manifests.ts";
import { type KubernetesObject, kindKey } from "../../src/signal/object.ts";
import { BROKEN_TAG } from "./made-repository.ts";

/** How many pods each Deployment of a made snapshot runs. */
export const PODS_EACH = 5;

const LONG_AGO = "2026-09-01T08:00:00Z";
const BROKEN_HASH = "7b9c";
const LATELY = "2026-11-16T19:19:46Z";

type Live = KubernetesObject & {
  readonly spec?: { readonly template?: { readonly spec?: PodSpec } };
  readonly data?: unknown;
};
type PodSpec = { readonly containers: readonly { readonly name: string; readonly image: string }[] };

/**
 * Writes the cluster that a made repository describes as `kubectl get -o json` records it, a file a kind: whatever the
 * repository renders, with ReplicaSets, pods, events and nodes; images with the broken tag cannot be pulled.
 */
export async function makeSnapshot(folder: string, repository: string): Promise<void> {
  const manifests = openManifests(readFolder(repository), null);
  const rendered = manifests.kustomizations.flatMap(({ id }) => {
    const rendering = manifests.render(id);
    if (!rendering.ok) throw new Error(rendering.refusal.message);
    return rendering.objects.map(({ object }) => live(object, id));
  });
  const objects = rendered.flatMap((object) => [object, ...companions(object)]);
  const pods = objects.filter(({ kind }) => kind === "Pod").length;
  objects.push(...Array.from({ length: Math.ceil(pods / 50) }, (_, index) => node(index)));
  await mkdir(folder, { recursive: true });
  for (const items of Map.groupBy(objects, kindKey).values()) {
    const [{ apiVersion = "", kind: name = "" } = {}] = items;
    const list = { apiVersion, kind: `${name}List`, metadata: { resourceVersion: "9000" }, items };
    await writeFile(join(folder, `${name.toLowerCase()}s.json`), JSON.stringify(list, null, 4));
  }
}

function live(object: KubernetesObject, kustomization: string): Live {
  const [namespace, name] = kustomization.split("/");
  const owner = {
    "kustomize.toolkit.fluxcd.io/name": name ?? "",
    "kustomize.toolkit.fluxcd.io/namespace": namespace ?? "",
  };
  const { metadata } = object;
  return {
    ...object,
    metadata: { ...metadata, ...identity(object), labels: { ...metadata.labels, ...owner } },
    ...(object.kind === "Kustomization" ? { status: { ...READY, lastAppliedRevision: "main@sha1:0" } } : {}),
  };
}

function identity({ kind, metadata: { namespace, name } }: KubernetesObject) {
  const uid = createHash("sha1").update(`${kind}/${namespace}/${name}`).digest("hex");
  return { uid, resourceVersion: "100", generation: 1, creationTimestamp: LONG_AGO };
}

const READY = {
  observedGeneration: 1,
  conditions: [{ type: "Ready", status: "True", reason: "ReconciliationSucceeded", lastTransitionTime: LONG_AGO }],
};

function companions(object: Live): readonly Live[] {
  const spec = object.spec?.template?.spec;
  if (object.kind !== "Deployment" || spec === undefined) return [];
  const isBroken = spec.containers.some(({ image }) => image.endsWith(BROKEN_TAG));
  const before = isBroken
    ? { ...spec, containers: spec.containers.map((one) => ({ ...one, image: "old:1.0.0" })) }
    : spec;
  const settled = generation(object, before, "6d5f", PODS_EACH, false);
  return isBroken ? [...settled, ...generation(object, spec, BROKEN_HASH, 1, true)] : settled;
}

/** A ReplicaSet with its pods, and what was told about each. */
function generation(deployment: Live, spec: PodSpec, hash: string, count: number, isBroken: boolean): readonly Live[] {
  const name = `${deployment.metadata.name}-${hash}`;
  const { namespace = "" } = deployment.metadata;
  const labels = {
    ...deployment.metadata.labels,
    "app.kubernetes.io/name": deployment.metadata.name,
    "pod-template-hash": hash,
  };
  const annotations = { "deployment.kubernetes.io/revision": isBroken ? "2" : "1" };
  const replicaSet = made("apps/v1", "ReplicaSet", { name, namespace, labels, annotations }, deployment, {
    spec: { replicas: count, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    status: { replicas: count, readyReplicas: isBroken ? 0 : count, observedGeneration: 1 },
  });
  const pods = Array.from({ length: count }, (_, index) => {
    const metadata = { name: `${name}-${index}`, namespace, labels };
    return made("v1", "Pod", metadata, replicaSet, {
      spec: { ...spec, nodeName: `node-${index}` },
      status: podStatus(spec, isBroken),
    });
  });
  return [replicaSet, ...pods, ...pods.map((pod) => eventOf(pod, isBroken))];
}

function made(apiVersion: string, kind: string, metadata: Live["metadata"], owner: Live, rest: object): Live {
  const ownerReferences = [
    {
      apiVersion: owner.apiVersion,
      kind: owner.kind,
      name: owner.metadata.name,
      uid: String(owner.metadata.uid),
      controller: true,
    },
  ];
  const object = { apiVersion, kind, metadata, ...rest };
  const creationTimestamp = metadata.labels?.["pod-template-hash"] === BROKEN_HASH ? LATELY : LONG_AGO;
  return { ...object, metadata: { ...metadata, ...identity(object), creationTimestamp, ownerReferences } };
}

function podStatus({ containers }: PodSpec, isBroken: boolean) {
  const conditions = ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map((type) => ({
    type,
    status: isBroken && type.includes("Ready") ? "False" : "True",
    lastProbeTime: null,
    lastTransitionTime: isBroken ? LATELY : LONG_AGO,
  }));
  const message = `Back-off pulling image "${containers[0]?.image}": ErrImagePull: ${containers[0]?.image}: not found`;
  const state = isBroken ? { waiting: { reason: "ImagePullBackOff", message } } : { running: { startedAt: LONG_AGO } };
  return {
    phase: isBroken ? "Pending" : "Running",
    conditions,
    podIP: "10.0.0.1",
    startTime: isBroken ? LATELY : LONG_AGO,
    containerStatuses: containers.map(({ name, image }) => {
      return { name, image, imageID: "", ready: !isBroken, restartCount: 0, started: !isBroken, state, lastState: {} };
    }),
  };
}

function eventOf(pod: Live, isBroken: boolean): Live {
  const { name, namespace = "" } = pod.metadata;
  const at = isBroken ? LATELY : LONG_AGO;
  return {
    ...{ apiVersion: "v1", kind: "Event", metadata: { name: `${name}.1`, namespace, creationTimestamp: at } },
    ...{
      involvedObject: { apiVersion: "v1", kind: "Pod", name, namespace, uid: String(pod.metadata.uid) },
      reason: isBroken ? "BackOff" : "Started",
      message: isBroken ? "Back-off pulling image" : "Started container app",
      type: isBroken ? "Warning" : "Normal",
      count: 1,
      firstTimestamp: at,
      lastTimestamp: at,
      source: { component: "kubelet" },
    },
  };
}

function node(index: number): Live {
  const name = `node-${index}`;
  const status = {
    allocatable: { cpu: "32", memory: "128Gi", pods: "110" },
    conditions: [
      {
        type: "Ready",
        status: "True",
        reason: "KubeletReady",
        lastHeartbeatTime: LATELY,
        lastTransitionTime: LONG_AGO,
      },
    ],
  };
  const object = { apiVersion: "v1", kind: "Node", metadata: { name }, status };
  return { ...object, metadata: { name, ...identity(object) } };
}
