import { describe, expect, test } from "vitest";
import { categoryOfDenial, speaksOf } from "../../src/diagnosis/denial.ts";
import type { Suspect } from "../../src/diagnosis/suspect.ts";
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

test("an image of a tag that is not allowed, and not one of a registry that never was", () => {
  const image = [...container, "image"];
  const tag = 'container <api> uses a disallowed tag <r.test/api:latest>; disallowed tags are ["latest"]';
  expect(speaksOf(tag, suspect(image, "r.test/api:1", "r.test/api:latest"))).toBe(true);
  const place = 'container <api> has an invalid image repo <b.test/api:1>, allowed repos are ["r.test/"]';
  expect(speaksOf(place, suspect(image, "r.test/api:1", "b.test/api:1"))).toBe(true);
  expect(speaksOf(place, suspect(image, "a.test/api:1", "b.test/api:1"))).toBe(false);
});

test("more than it may, and not less than before", () => {
  const limit = [...container, "resources", "limits", "memory"];
  const text = "container <api> memory limit <500Mi> is higher than the maximum allowed of <256Mi>";
  expect(speaksOf(text, suspect(limit, "200Mi", "500Mi"))).toBe(true);
  expect(speaksOf(text, suspect(limit, "600Mi", "500Mi"))).toBe(false);
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
