import { describe, expect, test } from "vitest";
import { categoryOfDenial, speaksOf } from "../../src/diagnosis/denial.ts";
import type { Suspect } from "../../src/diagnosis/suspects.ts";
import type { FieldPath } from "../../src/manifest/path.ts";
import type { Json } from "../../src/signal/object.ts";

const container = ["spec", "template", "spec", "containers", "[name=api]"];

function suspect(path: FieldPath, from?: Json, to?: Json): Suspect {
  const object = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "api" };
  return { object, path, from, to, commit: null, worked: null };
}

describe("a policy's complaint speaks of", () => {
  test.each([
    [
      "a key that went",
      "container <api> has no resource limits",
      [...container, "resources", "limits", "memory"],
      "1Gi",
    ],
    ["a label", 'you must provide labels: {"owner"}', ["metadata", "labels", "owner"], "shop"],
    ["words for a name", "Automounting service account token is disallowed", ["automountServiceAccountToken"], false],
    ["the end of an annotation", "allow-http=false is required", ["annotations", "k8s.io/ingress.allow-http"], "false"],
    ["three letters", "containers using tty are not allowed", [...container, "tty"], false],
  ])("%s", (_, text, path, from) => {
    expect(speaksOf(text, suspect(path, from))).toBe(true);
  });

  test("an image from another registry, and not of another tag of the same", () => {
    const text = "container <api> has an invalid image repo <docker.io/api:2>";
    const image = [...container, "image"];
    expect(speaksOf(text, suspect(image, "registry.test/api:2", "docker.io/api:2"))).toBe(true);
    expect(speaksOf(text, suspect(image, "docker.io/api:1", "docker.io/api:2"))).toBe(false);
  });
});

describe("a policy's complaint does not speak of", () => {
  test.each([
    ["another field", "you must provide labels", ["spec", "replicas"], 2],
    ["a word inside another", "the environment is not allowed", [...container, "env"], "x"],
    ["another label", 'you must provide labels: {"owner"}', ["metadata", "labels", "team"], "shop"],
  ])("%s", (_, text, path, from) => {
    expect(speaksOf(text, suspect(path, from))).toBe(false);
  });
});

test.each([
  ['admission webhook "validation.gatekeeper.sh" denied the request', "policy_scan"],
  ['admission webhook "prometheusrulemutate.monitoring.coreos.com" denied the request', "alert_rule"],
  ['admission webhook "vpod.example.test" denied the request', "webhook_mesh"],
  ["ValidatingAdmissionPolicy 'few' with binding 'few' denied request", "policy_scan"],
])("%s is a matter of %s", (text, category) => {
  expect(categoryOfDenial(text)).toBe(category);
});
