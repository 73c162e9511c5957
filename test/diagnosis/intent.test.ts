import { expect, test } from "vitest";
import { z } from "zod";
import { Intent, type IntentKind, RISKS, riskOf } from "../../src/diagnosis/intent.ts";
import { settingKindOf } from "../../src/diagnosis/setting-kind.ts";

const KINDS = Object.keys(RISKS) as IntentKind[];
const deployment = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "catalog" };

test("every intent has a place in the JSON Schema", () => {
  const schema = JSON.stringify(z.toJSONSchema(Intent));
  expect(KINDS.filter((kind) => !schema.includes(`"${kind}"`))).toEqual([]);
});

test("F7: an intent cannot say its own risk, and nobody can give it another one", () => {
  const asked = { kind: "set-access", object: deployment, fields: [{ path: ["spec"], to: 1 }], basis: "x" } as const;
  expect(Intent.safeParse(asked).success).toBe(true);
  expect(Intent.safeParse({ ...asked, risk: "low" }).success).toBe(false);
  expect(riskOf({ ...asked, risk: "low" } as typeof asked)).toBe("high");
  expect(() => Object.assign(RISKS, { "set-access": "low" })).toThrow(TypeError);
});

const container = ["spec", "template", "spec", "containers", "[name=catalog]"];
const pod = ["spec", "template", "spec"];

test.each<[string, string, (string | number)[], string]>([
  ["the image", "Deployment", [...container, "image"], "set-image"],
  ["a variable", "Deployment", [...container, "env", "[name=DB_HOST]", "value"], "set-environment"],
  [
    "a key of a ConfigMap",
    "Deployment",
    [...container, "env", "[name=A]", "valueFrom", "configMapKeyRef", "key"],
    "set-reference",
  ],
  ["an argument", "Deployment", [...container, "args", 1], "set-command"],
  ["a container", "Deployment", container, "set-command"],
  ["a probe's port", "Deployment", [...container, "readinessProbe", "httpGet", "port"], "set-probe"],
  ["a limit", "Deployment", [...container, "resources", "limits", "memory"], "set-resources"],
  ["a container's rights", "Deployment", [...container, "securityContext", "privileged"], "set-access"],
  ["a pod's rights", "Deployment", [...pod, "hostNetwork"], "set-access"],
  ["its service account", "Deployment", [...pod, "serviceAccountName"], "set-reference"],
  ["a node's label", "Deployment", [...pod, "nodeSelector", "pool"], "set-scheduling"],
  [
    "a volume's claim",
    "Deployment",
    [...pod, "volumes", "[name=data]", "persistentVolumeClaim", "claimName"],
    "set-reference",
  ],
  ["a selector", "Service", ["spec", "selector", "app"], "set-selector"],
  ["a Service's port", "Service", ["spec", "ports", "[port=80]", "targetPort"], "set-port"],
  ["a claim's class", "PersistentVolumeClaim", ["spec", "storageClassName"], "set-storage"],
  ["an autoscaler's target", "HorizontalPodAutoscaler", ["spec", "scaleTargetRef", "name"], "set-autoscaling"],
  ["a role's rules", "ClusterRole", ["rules", 0, "verbs"], "set-access"],
  ["a setting", "ConfigMap", ["data", "page_size"], "set-environment"],
])("%s is written with the intent that has its risk", (_, kind, path, intent) => {
  expect(settingKindOf({ object: { ...deployment, apiVersion: "v1", kind }, path })).toBe(intent);
});

test("what Flux itself is told has an intent of its own", () => {
  const object = { ...deployment, apiVersion: "kustomize.toolkit.fluxcd.io/v1", kind: "Kustomization" };
  expect(settingKindOf({ object, path: ["spec", "path"] })).toBe("set-flux");
});
