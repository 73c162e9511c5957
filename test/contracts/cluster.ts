import { describe, expect, test } from "vitest";
import type { Cluster } from "../../src/ports.ts";
import type { KubernetesObject } from "../../src/signal/object.ts";

/** What a cluster under contract holds, and which kinds (plural) may not be read. */
export type Held = {
  readonly objects: readonly KubernetesObject[];
  readonly logs: Readonly<Record<string, string>>;
  readonly hidden?: readonly string[];
};

const AT = "2026-01-01T00:00:00Z";

function object(apiVersion: string, kind: string, name: string, rest: object = {}): KubernetesObject {
  return {
    apiVersion,
    kind,
    metadata: { name, namespace: "shop", uid: `${kind}-${name}`, creationTimestamp: AT },
    ...rest,
  };
}

function clusterWide(apiVersion: string, kind: string, name: string): KubernetesObject {
  return { apiVersion, kind, metadata: { name, uid: `${kind}-${name}`, creationTimestamp: AT } };
}

const SECRET_VALUE = "c4nary-S3cret-value";

const waiting = {
  spec: {
    containers: [{ name: "app", image: "shop/checkout:2", env: [{ name: "DB_PASSWORD", value: SECRET_VALUE }] }],
  },
  status: {
    containerStatuses: [
      {
        name: "app",
        ready: false,
        restartCount: 3,
        state: { waiting: { reason: "CrashLoopBackOff" } },
        lastState: { terminated: { exitCode: 1, finishedAt: "2026-01-01T00:05:00Z" } },
      },
    ],
  },
};

/** A small cluster in which one pod fails. */
export const SHOP: Held = {
  objects: [
    clusterWide("v1", "Namespace", "shop"),
    clusterWide("apiextensions.k8s.io/v1", "CustomResourceDefinition", "kustomizations.kustomize.toolkit.fluxcd.io"),
    clusterWide("apiextensions.k8s.io/v1", "CustomResourceDefinition", "helmreleases.helm.toolkit.fluxcd.io"),
    object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "apps"),
    object("apps/v1", "Deployment", "checkout"),
    object("v1", "Pod", "checkout-1", waiting),
    object("v1", "Secret", "db", {
      data: { password: Buffer.from(SECRET_VALUE).toString("base64"), user: "c2hvcA==" },
    }),
    object("v1", "ConfigMap", "settings", { data: { MODE: "fast" } }),
    object("v1", "Event", "checkout-1.1", { message: "Back-off restarting failed container", reason: "BackOff" }),
  ],
  logs: { "shop/checkout-1/app/previous": `login with token=${SECRET_VALUE}\nFATAL: no database\n` },
};

/** What every cluster tells, live or recorded. */
export function clusterContract(open: (held: Held) => Promise<Cluster>): void {
  describe("a cluster", () => {
    test("tells every object, each with what it is", async () => {
      const { objects } = await (await open(SHOP)).look();
      const names = ({ apiVersion, kind, metadata }: KubernetesObject) => `${apiVersion} ${kind} ${metadata.name}`;
      expect(objects.map(names).sort()).toEqual(SHOP.objects.map(names).sort());
    });

    test("knows the time of the newest thing that happened", async () => {
      expect((await (await open(SHOP)).look()).now).toEqual(new Date("2026-01-01T00:05:00Z"));
    });

    test("says which lists are complete, those of kinds that are not installed included", async () => {
      const { listed } = await (await open(SHOP)).look();
      for (const kind of ["/Pod", "apps/DaemonSet", "helm.toolkit.fluxcd.io/HelmRelease", "keda.sh/ScaledObject"])
        expect(listed.has(kind), kind).toBe(true);
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
      expect(world.objects.find(({ kind }) => kind === "Secret")?.["data"]).toEqual({
        password: "REDACTED",
        user: "REDACTED",
      });
      expect(world.logs.get("shop/checkout-1/app/previous")).toBe("login with token=REDACTED\nFATAL: no database\n");
      expect(JSON.stringify([world, ...world.logs])).not.toContain(SECRET_VALUE);
    });
  });
}
