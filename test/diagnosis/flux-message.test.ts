import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readFluxMessage } from "../../src/diagnosis/flux/message.ts";
import { anyText } from "../signal/any-text.ts";

describe("what a Flux message says", () => {
  test.each([
    [
      "kustomization path not found: stat /tmp/kustomization-1464362706/apps/prod: no such file or directory",
      { is: "path-missing", path: "apps/prod" },
    ],
    [
      `dependency 'flux-system/infra' not found: kustomizations.kustomize.toolkit.fluxcd.io "infra" not found`,
      { is: "dependency-missing", kind: "Kustomization", namespace: "flux-system", name: "infra" },
    ],
    [
      `unable to get 'monitoring/ingress' dependency: helmreleases.helm.toolkit.fluxcd.io "ingress" not found`,
      { is: "dependency-missing", kind: "HelmRelease", namespace: "monitoring", name: "ingress" },
    ],
    ["dependency 'flux-system/data' is not ready", { is: "dependency-waits", namespace: "flux-system", name: "data" }],
    [
      "dependency 'flux-system/data' revision is not up to date",
      { is: "dependency-waits", namespace: "flux-system", name: "data" },
    ],
    [
      `failed to get source: HelmRepository.source.toolkit.fluxcd.io "charts" not found`,
      { is: "source-missing", kind: "HelmRepository", name: "charts", namespace: null },
    ],
    [
      `failed to get source: gitrepositories.source.toolkit.fluxcd.io "charts" not found`,
      { is: "source-missing", kind: "GitRepository", name: "charts", namespace: null },
    ],
    [
      "health check failed after 5m0s: timeout waiting for: [Deployment/shop/cart status: 'InProgress', Job/shop/seed status: 'Failed']",
      {
        is: "health-check",
        waitsFor: [
          { kind: "Deployment", namespace: "shop", name: "cart", status: "InProgress" },
          { kind: "Job", namespace: "shop", name: "seed", status: "Failed" },
        ],
      },
    ],
    [
      `Deployment/freight/notifier not found: namespaces "freight" not found`,
      { is: "namespace-missing", namespace: "freight" },
    ],
    [
      `Widget/shop/w dry-run failed: no matches for kind "Widget" in version "example.test/v1"`,
      { is: "kind-unknown", kind: "Widget", apiVersion: "example.test/v1" },
    ],
    [
      `Job/shop/seed dry-run failed (Invalid): Job.batch "seed" is invalid: spec.template: Invalid value: {"a":1}: field is immutable`,
      {
        is: "immutable",
        object: { kind: "Job", namespace: "shop", name: "seed" },
        text: expect.stringContaining("spec.template"),
      },
    ],
    [
      `post build failed for 'Deployment.v1.apps/cart': envsubst error: variable substitution failed: variable not set (strict mode): "host"`,
      { is: "variable-missing", variable: "host" },
    ],
    [
      "invalid chart reference: failed to get chart version for remote reference: no 'podinfo' chart with version matching '9.*' found",
      { is: "chart-missing", chart: "podinfo", version: "9.*" },
    ],
    [
      "could not resolve Secret chart values reference 'shop/values' with key 'values.yaml'",
      { is: "values-missing", kind: "Secret", name: "values", key: "values.yaml" },
    ],
    [
      "HelmChart 'flux-system/shop-web' is not ready: invalid chart reference: no 'podinfo' chart with version matching '9.*' found",
      { is: "chart-missing", chart: "podinfo", version: "9.*" },
    ],
    [
      "HelmChart 'flux-system/shop-web' is not ready: latest generation of object has not been reconciled",
      { is: "source-waits", kind: "HelmChart", namespace: "flux-system", name: "shop-web" },
    ],
    [
      `unable to get 'db/postgres' dependency: HelmRelease.helm.toolkit.fluxcd.io "postgres" not found`,
      { is: "dependency-missing", kind: "HelmRelease", namespace: "db", name: "postgres" },
    ],
    [
      "Certificate/shop/web dry-run failed: failed to get API group resources: unable to retrieve the complete list of server APIs: cert-manager.io/v1: the server could not find the requested resource",
      { is: "kind-unknown", kind: "Certificate", apiVersion: "cert-manager.io/v1" },
    ],
    [
      `Ingress/shop/web dry-run failed (InternalError): Internal error occurred: failed calling webhook "validate.nginx.ingress.kubernetes.io": failed to call webhook: Post "https://admission.ingress.svc:443/v1?timeout=10s": dial tcp 10.43.1.2:443: connect: connection refused`,
      {
        is: "webhook-down",
        webhook: "validate.nginx.ingress.kubernetes.io",
        service: { namespace: "ingress", name: "admission" },
      },
    ],
    [
      'Deployment/shop/cart apply failed: Apply failed with 1 conflict: conflict with "hpa-tuner" using apps/v1: .spec.replicas',
      { is: "conflict", object: { kind: "Deployment", namespace: "shop", name: "cart" }, manager: "hpa-tuner" },
    ],
    [
      'Deployment/shop/cart dry-run failed (Conflict): Operation cannot be fulfilled on deployments.apps "cart": the object has been modified; please apply your changes to the latest version and try again',
      { is: "conflict", object: { kind: "Deployment", namespace: "shop", name: "cart" }, manager: null },
    ],
    [
      "Deployment/web namespace not specified: the server could not find the requested resource",
      { is: "namespace-unset", object: { kind: "Deployment", namespace: null, name: "web" } },
    ],
  ])("%s", (message, expected) => {
    expect(readFluxMessage(message)).toEqual(expected);
  });

  test("any text is read in bounded time, and never throws", () => {
    const forms = [
      "Deployment/shop/cart",
      " dry-run failed",
      " (Invalid)",
      ": ",
      "health check failed after 5m0s",
      ", status: '",
      "[",
      "]",
      'field "x"',
    ];
    fc.assert(fc.property(anyText(...forms), (text) => readFluxMessage(text).is.length > 0));
  });
});
