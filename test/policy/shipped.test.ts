import { describe, expect, test } from "vitest";
import type { FieldPath } from "../../src/manifest/path.ts";
import { judge } from "../../src/policy/judge.ts";
import type { Subject } from "../../src/policy/subject.ts";
import type { Json, KubernetesObject } from "../../src/signal/object.ts";
import { changing, checkout, findings, patchOf, proof, setting, shipped, subject } from "./subjects.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const container = ["spec", "template", "spec", "containers", "[name=app]"];

const files = (...paths: string[]): Partial<Subject> => ({
  patch: { ...patchOf([]), files: new Map(paths.map((path) => [path, null])) },
});
const image = (
  from: Json | undefined,
  to: Json | undefined,
  path: FieldPath = [...container, "image"],
): Partial<Subject> => ({
  intent: setting("set-image"),
  patch: patchOf([[path, from, to]]),
});
const values = (field: string, from: Json | undefined, to: Json | undefined) =>
  image(from, to, ["spec", "values", "image", field]);
const secured = (path: FieldPath, to: Json): Partial<Subject> => ({
  intent: setting("set-resources"),
  patch: patchOf([[path, undefined, to]]),
});
const object = (apiVersion: string, kind: string, namespace = "shop"): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name: "x", namespace },
});
const budget = (apiVersion: string, minAvailable: number): KubernetesObject => ({
  ...object(apiVersion, "PodDisruptionBudget"),
  spec: { minAvailable },
});
const changed = (apiVersion: string, kind: string): Partial<Subject> => ({
  objects: changing(object(apiVersion, kind), { ...object(apiVersion, kind), spec: {} }),
});
const rendered = (count: number): Partial<Subject> => ({
  patch: { ...patchOf([]), proof: { ...proof, rendered: Array.from({ length: count }, () => proof.rendered).flat() } },
});
const silent = (is: boolean | "unknown"): Partial<Subject> => ({
  patch: { ...patchOf([]), proof: { ...proof, counterfactual: { silent: is, because: "" } } },
});
const replicas: Partial<Subject> = { patch: patchOf([[["spec", "replicas"], 2, 5]]) };
const hpa = { object: checkout, field: "replicas", by: "HorizontalPodAutoscaler/shop/checkout" } as const;
const maximum: Partial<Subject> = {
  patch: patchOf([[["spec", "maxReplicas"], 5, 9]], {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    namespace: "shop",
    name: "checkout",
  }),
};

describe("a shipped policy is satisfied and says why", () => {
  test.each<[string, Partial<Subject>, RegExp]>([
    [
      "allowed-paths",
      files("apps/a.yaml", "clusters/prod/flux-system/kustomization.yaml"),
      /^Only manifests are changed/,
    ],
    ["allowed-paths", files("apps/.env", "apps/github/values.yaml"), /apps\/\.env/],
    ["risk", {}, /restore-fields is low/],
    ["risk", { intent: setting("set-image") }, /set-image is medium/],
    ["confidence", { confidence: 0.65 }, /0\.65, at least 0\.65/],
    ["confidence", { confidence: 1 }, /is 1, at least/],
    ["fan-out", rendered(20), /20 of at most 20 Kustomizations; clusters reached: 1/],
    ["proof", {}, /the rule that named the cause is silent/],
    ["proof", silent("unknown"), /only running it can tell/],
    ["protected-kinds", changed("v1", "ConfigMap"), /^No quota/],
    ["protected-kinds", changed("apps/v1", "Deployment"), /^No quota/],
    ["protected-kinds", { objects: changing(budget("policy/v1beta1", 1), budget("policy/v1", 1)) }, /^No quota/],
    ["access", changed("rbac.authorization.k8s.io/v1", "RoleBinding"), /^Nobody is given access/],
    ["image", {}, /go back to what ran before/],
    ["image", replicas, /^No image is changed/],
    ["image", image("registry.test/app:1", "registry.test/app:2"), /keeps a fixed tag or digest/],
    ["image", image(`registry.test/app:1@${DIGEST}`, `registry.test/app:2@${DIGEST}`), /keeps a fixed tag/],
    ["image", values("tag", "1.2.3", "1.2.2"), /keeps a fixed tag/],
    ["security-context", {}, /does not change/],
    ["security-context", { patch: secured(["spec", "hostNetwork"], true).patch ?? patchOf([]) }, /goes back/],
    ["autoscaled-fields", replicas, /^No field is changed that an autoscaler sets/],
    [
      "autoscaled-fields",
      { ...replicas, autoscaled: [{ ...hpa, object: { ...checkout, name: "other" } }] },
      /^No field/,
    ],
    ["autoscaled-fields", maximum, /^No field/],
    ["namespace-tier", { tier: "critical" }, /critical, and the change only restores/],
    ["namespace-tier", { intent: setting("set-image") }, /not marked as critical/],
  ])("%s %#", (name, change, sentence) => {
    expect(findings(name, subject(change))).toEqual([
      { check: name, satisfied: true, sentence: expect.stringMatching(sentence) },
    ]);
  });
});

describe("F8, F21: a shipped policy refuses and says why", () => {
  test.each<[string, Partial<Subject>, RegExp]>([
    [
      "allowed-paths",
      files("apps/a.yaml", ".github/workflows/ci.yaml"),
      /never touches \.github\/workflows\/ci\.yaml:/,
    ],
    ["allowed-paths", files("clusters/prod/flux-system/gotk-components.yaml"), /gotk-components/],
    ["allowed-paths", files("../outside.yaml"), /outside/],
    ["allowed-paths", files("/etc/passwd"), /passwd/],
    ["allowed-paths", files("apps/CODEOWNERS", ".sops.yaml"), /apps\/CODEOWNERS, \.sops\.yaml/],
    ["risk", { intent: setting("set-storage") }, /set-storage is high: a person/],
    ["confidence", { confidence: 0.6 }, /0\.6, below 0\.65/],
    ["confidence", { confidence: Number.NaN }, /below/],
    ["fan-out", rendered(21), /21 Kustomizations, more than 20 \(clusters reached: 1\)/],
    ["proof", silent(false), /still speaks/],
    ["protected-kinds", changed("v1", "ResourceQuota"), /^ResourceQuota x guards the cluster/],
    ["protected-kinds", changed("v1", "LimitRange"), /LimitRange/],
    ["protected-kinds", changed("v1", "Secret"), /Secret/],
    ["protected-kinds", changed("policy/v1", "PodDisruptionBudget"), /PodDisruptionBudget/],
    [
      "protected-kinds",
      { objects: changing(budget("policy/v1beta1", 2), budget("policy/v1", 1)) },
      /PodDisruptionBudget/,
    ],
    ["protected-kinds", changed("networking.k8s.io/v1", "NetworkPolicy"), /NetworkPolicy/],
    ["protected-kinds", changed("cilium.io/v2", "CiliumNetworkPolicy"), /CiliumNetworkPolicy/],
    ["protected-kinds", changed("kyverno.io/v1", "ClusterPolicy"), /ClusterPolicy/],
    [
      "protected-kinds",
      { objects: changing(object("networking.k8s.io/v1", "NetworkPolicy"), null) },
      /^NetworkPolicy x/,
    ],
    [
      "access",
      { ...changed("rbac.authorization.k8s.io/v1", "ClusterRole"), intent: setting("set-resources") },
      /no further/,
    ],
    ["image", image("registry.test/app:1", "registry.test/app:latest"), /would become registry.test\/app:latest/],
    ["image", image("registry.test/app:1", "registry.test/app"), /whatever is pushed next/],
    ["image", image(`registry.test/app:1@${DIGEST}`, "registry.test/app:1"), /lose its digest/],
    ["image", values("tag", "1.2.3", "latest"), /spec\.values\.image\.tag would become latest/],
    ["image", values("digest", DIGEST, undefined), /spec\.values\.image\.digest would lose its digest/],
    [
      "image",
      image(undefined, { name: "b", image: "registry.test/b:latest" }, container.slice(0, -1)),
      /registry.test\/b:latest/,
    ],
    ["security-context", secured([...container, "securityContext", "privileged"], true), /privileged decides/],
    [
      "security-context",
      secured(["spec", "template", "spec", "volumes", "[name=v]"], { name: "v", hostPath: { path: "/" } }),
      /hostPath\.path/,
    ],
    ["security-context", secured(["spec", "values", "podSecurityContext"], { runAsUser: 0 }), /runAsUser/],
    [
      "autoscaled-fields",
      { ...replicas, autoscaled: [hpa] },
      /spec\.replicas of Deployment checkout belongs to an autoscaler/,
    ],
    ["autoscaled-fields", { ...maximum, intent: setting("set-autoscaling") }, /a person has to choose it/],
    ["namespace-tier", { tier: "critical", intent: setting("set-image") }, /shop is marked as critical/],
  ])("%s %#", (name, change, sentence) => {
    const said = findings(name, subject(change));
    expect(said).toEqual([{ check: name, satisfied: false, sentence: expect.stringMatching(sentence) }]);
  });
});

test.each([
  ["admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"],
  ["admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"],
  ["constraints.gatekeeper.sh/v1beta1", "K8sRequiredLabels"],
  ["templates.gatekeeper.sh/v1", "ConstraintTemplate"],
  ["mutations.gatekeeper.sh/v1", "Assign"],
  ["policies.kyverno.io/v1alpha1", "ValidatingPolicy"],
  ["policies.kubewarden.io/v1", "ClusterAdmissionPolicy"],
  ["security.istio.io/v1", "AuthorizationPolicy"],
  ["policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy"],
  ["policy.networking.k8s.io/v1alpha1", "BaselineAdminNetworkPolicy"],
  ["cilium.io/v2", "CiliumClusterwideNetworkPolicy"],
  ["crd.projectcalico.org/v1", "GlobalNetworkPolicy"],
  ["projectcalico.org/v3", "NetworkPolicy"],
])("F8: not even undoing a commit may change %s %s", (apiVersion, kind) => {
  const said = findings("protected-kinds", subject(changed(apiVersion, kind)));
  expect(said).toMatchObject([{ satisfied: false, sentence: expect.stringContaining(kind) }]);
});

test("every shipped policy is asked, and a restored image is allowed by all", () => {
  const verdict = judge(shipped, subject());
  expect(verdict.findings.filter(({ satisfied }) => !satisfied)).toEqual([]);
  expect(verdict.allowed).toBe(true);
  expect(new Set(verdict.findings.map(({ check }) => check))).toEqual(new Set(shipped.map(({ name }) => name)));
});

test("one refusal is enough", () => {
  expect(judge(shipped, subject({ confidence: 0.5 })).allowed).toBe(false);
});

test("no policies means no permission", () => {
  expect(judge([], subject())).toEqual({ allowed: false, findings: [] });
});
