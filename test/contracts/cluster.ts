import { describe, expect, test } from "vitest";
import type { LookLimits } from "../../src/adapters/kubernetes.ts";
import { kindNamed, READS } from "../../src/evidence/kinds.ts";
import type { World } from "../../src/evidence/world.ts";
import type { Cluster } from "../../src/ports.ts";
import type { KubernetesObject } from "../../src/signal/object.ts";

/** What a cluster under contract holds, and what may not be read of it: kinds (plural), and `pods/log`. */
export type Held = {
  readonly objects: readonly KubernetesObject[];
  readonly logs: Readonly<Record<string, string>>;
  readonly hidden?: readonly string[];
};

const AT = "2026-01-01T00:00:00Z";
// Whatever clock the cluster under contract has, this is the newest time that it tells of.
const NEWEST = "2090-01-01T00:05:00Z";

function object(apiVersion: string, kind: string, name: string, rest: object = {}): KubernetesObject {
  return {
    apiVersion,
    kind,
    metadata: { name, namespace: "shop", uid: `${kind}-${name}`, creationTimestamp: AT },
    ...rest,
  };
}

function clusterWide(apiVersion: string, kind: string, name: string, rest: object = {}): KubernetesObject {
  return { apiVersion, kind, metadata: { name, uid: `${kind}-${name}`, creationTimestamp: AT }, ...rest };
}

/** A definition that takes objects of any shape. */
function definition(kind: string, version: string): KubernetesObject {
  const { group = "", plural = "" } = kindNamed(kind) ?? {};
  const names = { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` };
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  const versions = [{ name: version, served: true, storage: true, schema }];
  const spec = { group, names, scope: "Namespaced", versions };
  return clusterWide("apiextensions.k8s.io/v1", "CustomResourceDefinition", `${plural}.${group}`, { spec });
}

const SECRET_VALUE = "c4nary-S3cret-value";
/** The value that no cluster may tell, as a Secret holds it. */
export const HELD_SECRET = Buffer.from(SECRET_VALUE).toString("base64");

const container = { name: "app", image: "shop/checkout:2", env: [{ name: "DB_PASSWORD", value: SECRET_VALUE }] };
const waiting = {
  spec: { nodeName: "node-1", containers: [container] },
  status: {
    containerStatuses: [
      {
        name: "app",
        image: "shop/checkout:2",
        imageID: "",
        ready: false,
        restartCount: 3,
        state: { waiting: { reason: "CrashLoopBackOff" } },
        lastState: { terminated: { exitCode: 1, finishedAt: NEWEST } },
      },
    ],
  },
};
const labels = { app: "checkout" };
const template = { metadata: { labels }, spec: { containers: [container] } };

const secret = object("v1", "Secret", "db", { data: { password: HELD_SECRET, user: "c2hvcA==" } });
const fieldsV1 = { "f:data": { ".": {}, "f:password": {}, "f:user": {} } };
const managedFields = [{ manager: "flux", operation: "Update", apiVersion: "v1", fieldsType: "FieldsV1", fieldsV1 }];

/** A small cluster in which one pod fails. */
export const SHOP: Held = {
  objects: [
    clusterWide("v1", "Namespace", "shop"),
    clusterWide("v1", "Node", "node-1"),
    definition("Kustomization", "v1"),
    // A cluster that was not brought up to date serves an older version only.
    definition("HelmRelease", "v2beta2"),
    object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "apps"),
    object("helm.toolkit.fluxcd.io/v2beta2", "HelmRelease", "redis"),
    object("apps/v1", "Deployment", "checkout", { spec: { selector: { matchLabels: labels }, template } }),
    object("v1", "Pod", "checkout-1", waiting),
    { ...secret, metadata: { ...secret.metadata, managedFields } },
    object("v1", "ConfigMap", "settings", { data: { MODE: "fast" } }),
    object("v1", "Event", "checkout-1.1", {
      involvedObject: { apiVersion: "v1", kind: "Pod", namespace: "shop", name: "checkout-1" },
      message: "Back-off restarting failed container",
      reason: "BackOff",
    }),
  ],
  logs: { "shop/checkout-1/app/previous": `login with token=${SECRET_VALUE}\nFATAL: no database\n` },
};

const nameOf = ({ apiVersion, kind, metadata }: KubernetesObject) => `${apiVersion} ${kind} ${metadata.name}`;

/** The names of what was put there; a real cluster has objects of its own beside. */
function heldIn({ objects }: World): readonly string[] {
  const put = new Set(SHOP.objects.map(nameOf));
  return objects
    .filter((object) => object.metadata.namespace === "shop" || put.has(nameOf(object)))
    .map(nameOf)
    .sort();
}

/** What every cluster tells, live or recorded. */
export function clusterContract(open: (held: Held) => Promise<Cluster>): void {
  describe("a cluster", () => {
    test("tells every object, each with what it is", async () => {
      expect(heldIn(await (await open(SHOP)).look())).toEqual(SHOP.objects.map(nameOf).sort());
    });

    test("knows the time of the newest thing that happened", async () => {
      expect((await (await open(SHOP)).look()).now).toEqual(new Date(NEWEST));
    });

    test("says which lists are complete, those of kinds that are not installed included", async () => {
      const { listed, unknown } = await (await open(SHOP)).look();
      for (const kind of ["/Pod", "apps/DaemonSet", "helm.toolkit.fluxcd.io/HelmRelease", "keda.sh/ScaledObject"])
        expect(listed.has(kind), kind).toBe(true);
      expect(unknown).toEqual([]);
    });

    test("says what it may not read, and concludes nothing about it", async () => {
      const { listed, unknown } = await (await open({ ...SHOP, hidden: ["configmaps", "events"] })).look();
      expect(unknown.join("\n")).toContain("ConfigMap");
      expect(unknown.join("\n")).toContain("Event");
      expect(listed.has("/ConfigMap")).toBe(false);
      expect(listed.has("/Secret")).toBe(true);
    });

    test("tells the names of a Secret's keys and nothing of its values, in logs neither", async () => {
      const world = await (await open(SHOP)).look();
      const secret = world.objects.find(({ kind, metadata }) => kind === "Secret" && metadata.name === "db");
      expect(secret?.["data"]).toEqual({ password: "<redacted>", user: "<redacted>" });
      expect(world.logs.get("shop/checkout-1/app/previous")).toBe("login with token=<redacted>\nFATAL: no database\n");
      expect(JSON.stringify([world, ...world.logs])).not.toContain(SECRET_VALUE);
    });
  });
}

/** A live cluster under contract, whose server can be made to misbehave. */
export type LiveCluster = {
  readonly cluster: (limits?: Partial<LookLimits>) => Cluster;
  /** Every path that was asked for. */
  readonly asked: readonly string[];
  /** Before it tells the next pages, so often, the server forgets the state that the list began with. */
  readonly forget: (times: number) => void;
  /** Lists of a kind (plural) do not come, however long one waits. */
  readonly hold: (plural: string) => void;
  /** What every other answer takes at most, on a machine with other work to do. */
  readonly patienceMs: number;
};

const MANY = 1_100;
const LARGE: Held = {
  ...SHOP,
  objects: [
    ...SHOP.objects,
    clusterWide("v1", "Namespace", "store"),
    ...Array.from({ length: MANY }, (_, at): KubernetesObject => {
      return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: `c-${at}`, namespace: "store" } };
    }),
  ],
};
const storedIn = ({ objects }: World) => objects.filter(({ metadata }) => metadata.namespace === "store").length;

/** What a cluster does that is read through an API server, whatever that one does. */
export function liveClusterContract(open: (held: Held) => Promise<LiveCluster>): void {
  describe("a live cluster", () => {
    test("is read page by page", async () => {
      const { cluster, asked } = await open(LARGE);
      const world = await cluster().look();
      expect(storedIn(world)).toBe(MANY);
      expect(world.unknown).toEqual([]);
      expect(asked.filter((path) => path.includes("/configmaps?"))).toHaveLength(3);
    });

    test("that forgets what a list began with is listed again; if it always does, the list is not complete", async () => {
      const { cluster, forget } = await open(LARGE);
      forget(1);
      const world = await cluster().look();
      expect(storedIn(world)).toBe(MANY);
      expect(world.listed.has("/ConfigMap")).toBe(true);
      forget(3);
      const partial = await cluster().look();
      expect(partial.listed.has("/ConfigMap")).toBe(false);
      expect(partial.unknown).toEqual([
        expect.stringMatching(/^ConfigMap objects could not be read but for the first 500: .*too old/),
      ]);
    });

    test("that forbids a read is told which verb is missing", async () => {
      const { cluster } = await open({ ...SHOP, hidden: ["deployments", "pods/log"] });
      const { unknown, listed } = await cluster().look();
      const whom = 'to "system:serviceaccount:oakum:';
      expect(unknown).toEqual([
        expect.stringContaining(
          `Deployment objects could not be read: the verb "list" on "deployments.apps" is not allowed ${whom}`,
        ),
        expect.stringContaining(
          `The logs of 1 failing containers could not be read: the verb "get" on "pods/log" is not allowed ${whom}`,
        ),
      ]);
      expect(listed.has("apps/Deployment")).toBe(false);
    });

    test("that lets one in who may read nothing is not taken for an empty one", async () => {
      const { cluster } = await open({ ...SHOP, hidden: READS.map(({ resource }) => resource) });
      await expect(cluster().look()).rejects.toThrow(/^The cluster could not be read. Namespace .* is not allowed to /);
    });

    test("that is slow costs a bounded time, and only what it did not tell is unknown", async () => {
      const { cluster, hold, patienceMs: requestMs } = await open(SHOP);
      hold("nodes");
      const world = await cluster({ requestMs }).look();
      expect(world.unknown).toEqual([
        expect.stringMatching(/^Node objects could not be read: .* did not answer within [\d.]+ s/),
      ]);
      expect(world.listed.has("/Pod")).toBe(true);
    });
  });
}
