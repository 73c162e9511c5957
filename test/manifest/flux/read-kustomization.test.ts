import { describe, expect, test } from "vitest";
import { folderOf, isFluxKustomization, readFluxSpec } from "../../../src/manifest/flux/read-kustomization.ts";
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
        path: "./apps/prod/",
        sourceRef: { kind: "GitRepository", name: "fleet" },
        postBuild: { substitute: { REPLICAS: 3 }, substituteFrom: [{ kind: "ConfigMap", name: "vars" }] },
      }),
    );
    expect(spec).toMatchObject({
      path: "apps/prod",
      sourceRef: { kind: "GitRepository", namespace: "flux-system", name: "fleet" },
      postBuild: {
        always: false,
        substitute: { REPLICAS: "3" },
        substituteFrom: [{ kind: "ConfigMap", name: "vars", optional: false }],
      },
      decrypts: false,
      isRemote: false,
    });
  });

  test("nonsense is read as if it were not there", () => {
    expect(readFluxSpec(object({ path: 7, postBuild: [] }))).toMatchObject({ path: "", postBuild: null });
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
});
