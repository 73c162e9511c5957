import { describe, expect, test } from "vitest";
import {
  folderOf,
  isFluxKustomization,
  milliseconds,
  readFluxSpec,
} from "../../../src/manifest/flux/read-kustomization.ts";
import type { Json, KubernetesObject } from "../../../src/signal/object.ts";

const object = (spec: Json, version = "v1"): KubernetesObject => ({
  apiVersion: `kustomize.toolkit.fluxcd.io/${version}`,
  kind: "Kustomization",
  metadata: { name: "apps", namespace: "flux-system" },
  spec,
});

describe("the spec of a Flux Kustomization", () => {
  test("is read with the defaults of its controller", () => {
    const spec = readFluxSpec(
      object({
        interval: "10m",
        path: "./apps/prod/",
        sourceRef: { kind: "GitRepository", name: "fleet" },
        dependsOn: [{ name: "infrastructure" }, { name: "crds", namespace: "platform" }],
        postBuild: { substitute: { REPLICAS: 3 }, substituteFrom: [{ kind: "ConfigMap", name: "vars" }] },
      }),
    );
    expect(spec).toMatchObject({
      path: "apps/prod",
      sourceRef: { kind: "GitRepository", namespace: "flux-system", name: "fleet" },
      dependsOn: [
        { namespace: "flux-system", name: "infrastructure" },
        { namespace: "platform", name: "crds" },
      ],
      postBuild: {
        always: false,
        substitute: { REPLICAS: "3" },
        substituteFrom: [{ kind: "ConfigMap", name: "vars", optional: false }],
      },
      interval: 600_000,
      retryInterval: 600_000,
      timeout: 570_000,
      prune: false,
      deletionPolicy: "MirrorPrune",
    });
  });

  test("nonsense is read as if it were not there", () => {
    expect(readFluxSpec(object({ path: 7, interval: [], dependsOn: "x", postBuild: [] }))).toMatchObject({
      path: "",
      interval: 0,
      timeout: 30_000,
      dependsOn: [],
    });
    expect(readFluxSpec(object(null)).postBuild).toBeNull();
  });

  test("every version of Flux's API counts, kustomize's own does not", () => {
    expect(["v1", "v1beta2", "v1beta1"].every((version) => isFluxKustomization(object({}, version)))).toBe(true);
    expect(isFluxKustomization({ apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization" })).toBe(false);
  });

  test.each([
    ["./apps//prod/", "apps/prod"],
    ["/", ""],
    ["../../apps", "apps"],
    ["apps/../infra/.", "infra"],
  ])("the path %s means the folder %j", (path, folder) => {
    expect(folderOf(path)).toBe(folder);
  });

  test.each([
    ["1h30m", 5_400_000],
    ["1.5h", 5_400_000],
    ["500ms", 500],
    ["10", undefined],
    [null, undefined],
  ])("the duration %s is %s ms", (text, expected) => {
    expect(milliseconds(text)).toBe(expected);
  });
});
