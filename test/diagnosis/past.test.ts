import { expect, test } from "vitest";
import { cannotPull, crashes, misconfigured, notFound, refused, unready } from "../cases/build/fates.ts";
import { kustomization, stopped } from "../cases/build/flux.ts";
import { configMap, object } from "../cases/build/manifests.ts";
import { minutesAgo } from "../cases/build/time.ts";
import { changed, type Tree, withObject } from "../cases/build/tree.ts";
import { RELEASE, release, releases } from "../cases/stories/flux.ts";
import { imageOf, inContainer, SHOP } from "../cases/stories/shop.ts";
import { type Past, reportedOf } from "./past.ts";

const CATALOG = "Deployment/shop/catalog";
const IMAGE = inContainer("catalog", "image");
const withTag = (tag: string, tree: Tree = SHOP): Tree => changed(tree, CATALOG, IMAGE, imageOf("catalog", tag));
const pulling = (tag: string) => ({
  [CATALOG]: cannotPull(imageOf("catalog", tag), notFound(imageOf("catalog", tag))),
});

/** The lines that a patch takes and gives. */
function lines(patch: string | null | undefined): readonly string[] {
  return (patch ?? "")
    .split("\n")
    .filter((line) => /^[-+]/.test(line) && !/^(---|\+\+\+) [ab]\//.test(line))
    .map((line) => `${line[0]} ${line.slice(1).trim()}`);
}

test("of two failed attempts neither comes back, but what ran before them", () => {
  const [incident] = reportedOf({ good: SHOP, steps: [withTag("1.5.0"), withTag("1.5.1")], fates: pulling("1.5.1") });
  expect(incident?.decision).toBe("propose");
  expect(incident?.causedBy).toMatchObject({ subject: "step 1" });
  expect(lines(incident?.patch)).toEqual([`- image: ${imageOf("catalog", "1.5.1")}`, `+ image: ${imageOf("catalog")}`]);
});

test("of two changes of which nobody remembers what ran before none is taken back", () => {
  const POSTGRES = "StatefulSet/shop/postgres";
  const asking = (port: number): Tree =>
    changed(SHOP, POSTGRES, inContainer("postgres", "readinessProbe"), { tcpSocket: { port } });
  const [incident] = reportedOf({
    good: asking(5432),
    steps: [asking(5433), asking(5434)],
    fates: { [POSTGRES]: unready("dial tcp 10.0.0.1:5434: connect: connection refused") },
  });
  expect(incident).toMatchObject({ decision: "issue", cause: { category: "probe" } });
});

test("of a commit that did several things only what broke is undone", () => {
  const several = changed(
    changed(withTag("1.5.0"), CATALOG, "spec.replicas", 3),
    CATALOG,
    inContainer("catalog", "env.DB_PORT.value"),
    "5433",
  );
  const [incident] = reportedOf({ good: SHOP, steps: [several], fates: pulling("1.5.0") });
  expect(lines(incident?.patch)).toEqual([`- image: ${imageOf("catalog", "1.5.0")}`, `+ image: ${imageOf("catalog")}`]);
});

test("a later commit beside it does not hide the cause", () => {
  const [incident] = reportedOf({
    good: SHOP,
    steps: [withTag("1.5.0"), changed(withTag("1.5.0"), CATALOG, "metadata.labels.team", "shop")],
    fates: pulling("1.5.0"),
  });
  expect(incident?.causedBy).toMatchObject({ subject: "step 1" });
  expect(incident?.decision).toBe("propose");
});

test("a program's own words choose between changes; without them a person must", () => {
  const both = changed(withTag("1.5.0"), CATALOG, inContainer("catalog", "env.DB_PORT.value"), "abc");
  const [told] = reportedOf({
    good: SHOP,
    steps: [both],
    fates: { [CATALOG]: crashes({ log: "FATAL invalid DB_PORT: abc\n" }) },
  });
  expect(told?.cause?.category).toBe("env_var");
  expect(lines(told?.patch)).toEqual(["- value: abc", '+ value: "5432"']);
  const [silent] = reportedOf({ good: SHOP, steps: [both], fates: { [CATALOG]: crashes({ log: "" }) } });
  expect(silent).toMatchObject({ decision: "issue", patch: null });
  expect(silent?.confidence).toBeLessThanOrEqual(0.6);
});

test("what a release took away and its new version asks for by name comes back, the release stays", () => {
  const both = changed(withTag("1.5.0"), CATALOG, inContainer("catalog", "env.DB_HOST"), undefined);
  const [incident] = reportedOf({
    good: SHOP,
    steps: [both],
    fates: { [CATALOG]: crashes({ log: "FATAL required variable DB_HOST is not set\n" }) },
  });
  expect(incident?.decision).toBe("propose");
  expect(lines(incident?.patch)).toEqual(["+ - name: DB_HOST", "+ value: postgres"]);
});

test("a generator that was renamed is called as before where its readers were forgotten", () => {
  const generator = (name: string): string =>
    `resources:\n- namespace.yaml\n- catalog.yaml\n- postgres.yaml\nconfigMapGenerator:\n- name: ${name}\n  namespace: shop\n  literals:\n  - mode=fast\n`;
  const reading = changed(SHOP, CATALOG, inContainer("catalog", "envFrom"), [
    { configMapRef: { name: "catalog-extra" } },
  ]);
  const [incident] = reportedOf({
    good: { ...reading, "apps/kustomization.yaml": generator("catalog-extra") },
    steps: [{ ...reading, "apps/kustomization.yaml": generator("catalog-more") }],
    fates: { [CATALOG]: misconfigured('configmap "catalog-extra" not found') },
  });
  expect(lines(incident?.patch)).toEqual(["- - name: catalog-more", "+ - name: catalog-extra"]);
});

test("what a later commit took away comes back, whoever asked for it first", () => {
  const asking = changed(SHOP, CATALOG, inContainer("catalog", "envFrom"), [
    { configMapRef: { name: "catalog-extra" } },
  ]);
  const [incident] = reportedOf({
    good: SHOP,
    steps: [{ ...asking, "apps/extra.yaml": [configMap("catalog-extra", { mode: "fast" })] }, asking],
    fates: { [CATALOG]: misconfigured('configmap "catalog-extra" not found') },
  });
  expect(incident).toMatchObject({ decision: "propose", causedBy: { subject: "step 2" } });
  expect(incident?.edits.map(({ file, before }) => [file, before])).toEqual([["apps/extra.yaml", ""]]);
});

test("what a person suspended is left to people", () => {
  const held = { "clusters/prod/apps.yaml": [kustomization("apps", "./apps", { suspend: true })] };
  const [incident] = reportedOf({
    good: { ...SHOP, ...held },
    steps: [{ ...withTag("1.5.0"), ...held }],
    fates: pulling("1.5.0"),
  });
  expect(incident?.decision).toBe("issue");
  expect(incident?.because).toContain("suspended");
});

test("a fix that is on the branch already asks for nothing", () => {
  const [incident] = reportedOf({
    good: SHOP,
    steps: [withTag("1.5.0"), SHOP],
    runs: withTag("1.5.0"),
    fates: pulling("1.5.0"),
  });
  expect(incident?.decision).toBe("none");
});

test("the commit that waits for what is not there counts, not an older one whose words have the name", () => {
  const waiting = (name: string): Tree => {
    const about = { annotations: { "example.test/about": "all our networking" } };
    const infrastructure = kustomization("infrastructure", "./infrastructure");
    return {
      "clusters/prod/apps.yaml": [
        { ...infrastructure, metadata: { ...infrastructure.metadata, ...about } },
        kustomization("apps", "./apps", { dependsOn: [{ name }] }),
      ],
      "infrastructure/config.yaml": [configMap("cluster-info", { region: "eu" }, "default")],
      ...SHOP,
    };
  };
  const [incident] = reportedOf({
    good: waiting("infrastructure"),
    steps: [waiting("networking")],
    cluster: stopped(
      "Kustomization/flux-system/apps",
      "DependencyNotReady",
      "dependency 'flux-system/networking' not found: kustomizations.kustomize.toolkit.fluxcd.io \"networking\" not found",
    ),
  });
  expect(incident?.causedBy).toMatchObject({ subject: "step 1" });
});

const LIMITS = "LimitRange/shop/limits";
const LIMITED = withObject(SHOP, "apps/limits.yaml", object("v1", "LimitRange", "limits", { spec: { limits: [] } }));

test.each([
  [
    'pods "catalog-1" is forbidden: maximum memory usage per Container is 64Mi, but limit is 256Mi',
    changed(LIMITED, LIMITS, "spec.limits", [{ type: "Container", max: { memory: "64Mi" } }]),
  ],
  [
    'pods "catalog-1" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true (pod must set it)',
    changed(LIMITED, "Namespace/shop", "metadata.labels", { "pod-security.kubernetes.io/enforce": "restricted" }),
  ],
])("what people tightened stays theirs, and the commit is told: %s", (message, tightened) => {
  const [incident] = reportedOf({ good: LIMITED, steps: [tightened], fates: { [CATALOG]: refused(message) } });
  expect(incident).toMatchObject({ decision: "issue", causedBy: { subject: "step 1" } });
});

test("a budget that came after pods were taken away keeps a node from being emptied, not the fewer pods", () => {
  const one = changed(SHOP, CATALOG, "spec.replicas", 1);
  const spec = { minAvailable: 1, selector: { matchLabels: { app: "catalog" } } };
  const budget = object("policy/v1", "PodDisruptionBudget", "catalog", { spec });
  const cluster: Past["cluster"] = (made) => {
    for (const pod of made.ofKind("Pod"))
      pod["spec"] = {
        ...(pod["spec"] as object),
        nodeName: pod.metadata.name.startsWith("catalog-") ? "worker-1" : "worker-2",
      };
    const taints = [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule", timeAdded: minutesAgo(40) }];
    made.set("Node/worker-1", "spec", { unschedulable: true, taints });
    made.set("PodDisruptionBudget/shop/catalog", "status", { disruptionsAllowed: 0 });
  };
  const budgeted = (tree: Tree): Tree => withObject(tree, "apps/budget.yaml", budget);
  const [guarded] = reportedOf({ good: SHOP, steps: [one, budgeted(one)], cluster });
  expect(guarded).toMatchObject({ decision: "issue", causedBy: { subject: "step 2" } });
  const [lowered] = reportedOf({ good: SHOP, steps: [budgeted(SHOP), budgeted(one)], cluster });
  expect(lowered).toMatchObject({ decision: "propose", causedBy: { subject: "step 2" } });
});

test("what the API server took once is not why it refuses an object now", () => {
  const tuned = (spec: Readonly<Record<string, unknown>>): Tree =>
    withObject(SHOP, "apps/db.yaml", object("acme.example.test/v1", "Database", "main", { spec }));
  const [incident] = reportedOf({
    good: tuned({ tuning: "low" }),
    steps: [tuned({ tuning: "high" }), tuned({ tuning: "high", size: 3 })],
    cluster: (cluster) => {
      cluster.get("Database/shop/main")["spec"] = { tuning: "high" };
      const refusal = "failed to create typed patch object (shop/main; acme.example.test/v1, Kind=Database)";
      const message = `Database/shop/main dry-run failed: ${refusal}: .spec.tuning: field not declared in schema`;
      stopped("Kustomization/flux-system/apps", "ReconciliationFailed", message)(cluster);
    },
  });
  expect(incident).toMatchObject({ decision: "issue", causedBy: null });
});

test("of a version and values that two commits changed neither comes back alone", () => {
  const history = [{ chartName: "valkey", chartVersion: "4.2.1", configDigest: "sha256:a", status: "deployed" }];
  const [incident] = reportedOf({
    good: release({ values: { log: "info" } }),
    steps: [release({ values: { log: "info" } }, "5.0.0"), release({ values: { log: "debug" } }, "5.0.0")],
    cluster: (cluster) => {
      const told = "Helm upgrade failed for release shop/valkey with chart valkey@5.0.0: cannot patch valkey";
      releases("UpgradeFailed", `${told} with kind StatefulSet: spec: Forbidden`)(cluster);
      cluster.set(RELEASE, "status", {
        lastAttemptedRevision: "5.0.0",
        lastAttemptedConfigDigest: "sha256:b",
        history,
      });
    },
  });
  expect(incident).toMatchObject({ decision: "issue", causedBy: null });
});

test("what a later commit wrote beside a refused field is not taken back in its place", () => {
  const SERVICE = "Service/shop/catalog";
  const annotated = changed(SHOP, SERVICE, "spec.annotations", { host: "shop" });
  const refusal = "failed to create typed patch object (shop/catalog; /v1, Kind=Service)";
  const message = `${SERVICE} dry-run failed: ${refusal}: .spec.annotations: field not declared in schema`;
  const cluster = stopped("Kustomization/flux-system/apps", "ReconciliationFailed", message);
  const [alone] = reportedOf({ good: SHOP, steps: [annotated], runs: SHOP, cluster });
  expect(alone).toMatchObject({ decision: "propose", causedBy: { subject: "step 1" } });
  const labelled = changed(annotated, SERVICE, "spec.labels", { tier: "web" });
  const [followed] = reportedOf({ good: SHOP, steps: [annotated, labelled], runs: SHOP, cluster });
  expect(followed).toMatchObject({ decision: "issue", causedBy: { subject: "step 1" } });
});

test("a kustomization file of another version only gets the one that kustomize takes", () => {
  const listed = (version: string, file: string): Tree => ({
    ...SHOP,
    "apps/kustomization.yaml": `apiVersion: kustomize.config.k8s.io/${version}\nkind: Kustomization\nresources:\n  - ${file}.yaml\n`,
    "apps/motd.yaml": [configMap("motd", { text: "hello" })],
    "apps/notes.yaml": [configMap("notes", { text: "hello" })],
  });
  const [incident] = reportedOf({
    good: listed("v1beta1", "motd"),
    steps: [listed("v1", "notes")],
    cluster: stopped(
      "Kustomization/flux-system/apps",
      "BuildFailed",
      "kustomize build failed: Failed to read kustomization file under /tmp/kustomization-1234/apps:\napiVersion for Kustomization should be kustomize.config.k8s.io/v1beta1",
    ),
  });
  expect(lines(incident?.patch)).toEqual([
    "- apiVersion: kustomize.config.k8s.io/v1",
    "+ apiVersion: kustomize.config.k8s.io/v1beta1",
  ]);
});

test("what a Deployment has gone back to is not left again for what was tried in between", () => {
  const [incident] = reportedOf({
    good: withTag("1.5.0"),
    steps: [SHOP],
    fates: { [CATALOG]: crashes({ log: "panic: interface conversion: interface {} is nil, not float64\n" }) },
    cluster: (cluster) => {
      for (const { metadata } of cluster
        .ofKind("ReplicaSet")
        .filter((each) => each.metadata.name.startsWith("catalog-"))) {
        const annotations = metadata["annotations"] as Readonly<Record<string, string>>;
        if (annotations["deployment.kubernetes.io/revision"] === "2")
          metadata["annotations"] = { ...annotations, "deployment.kubernetes.io/revision-history": "0" };
      }
    },
  });
  expect(incident).toMatchObject({ decision: "issue", patch: null });
});
