/**
 * What a Flux condition's message says, read by the forms in which the controllers write it: kustomize-controller
 * 1.x, source-controller 1.x and helm-controller 1.x, older wording included. Paths are relative to the source's root.
 */
export type FluxTrouble =
  | { readonly is: "path-missing"; readonly path: string }
  | {
      readonly is: "dependency-missing";
      readonly kind: "Kustomization" | "HelmRelease";
      readonly namespace: string;
      readonly name: string;
    }
  | { readonly is: "dependency-waits"; readonly namespace: string; readonly name: string }
  | { readonly is: "source-missing"; readonly kind: string; readonly name: string; readonly namespace: string | null }
  | {
      readonly is: "source-waits";
      readonly kind: string | null;
      readonly namespace: string | null;
      readonly name: string | null;
    }
  | { readonly is: "health-check"; readonly waitsFor: readonly WaitedFor[] }
  | { readonly is: "namespace-missing"; readonly namespace: string }
  | { readonly is: "namespace-going"; readonly namespace: string }
  | { readonly is: "namespace-unset"; readonly object: NamedObject }
  | { readonly is: "kind-unknown"; readonly kind: string; readonly apiVersion: string }
  | { readonly is: "immutable"; readonly object: NamedObject; readonly text: string }
  | { readonly is: "invalid"; readonly object: NamedObject; readonly text: string }
  /** Another manager of its fields, where one is named, changes the object too. */
  | { readonly is: "conflict"; readonly object: NamedObject; readonly manager: string | null }
  | { readonly is: "forbidden"; readonly object: NamedObject; readonly text: string }
  | { readonly is: "variable-missing"; readonly variable: string }
  | { readonly is: "substitution"; readonly text: string }
  | {
      readonly is: "variables-missing";
      readonly kind: string;
      readonly namespace: string | null;
      readonly name: string;
    }
  | { readonly is: "decryption"; readonly text: string }
  | { readonly is: "build"; readonly text: string }
  | { readonly is: "chart-missing"; readonly chart: string; readonly version: string }
  | { readonly is: "values-missing"; readonly kind: string; readonly name: string; readonly key: string | null }
  | { readonly is: "values-schema"; readonly text: string }
  | { readonly is: "secret-missing"; readonly namespace: string | null; readonly name: string }
  | { readonly is: "release-failed"; readonly text: string }
  | { readonly is: "fetch"; readonly text: string }
  | { readonly is: "access-denied"; readonly text: string }
  | {
      readonly is: "webhook-down";
      readonly webhook: string;
      readonly service: { readonly namespace: string; readonly name: string } | null;
    }
  | { readonly is: "unread"; readonly text: string };

/** An object that a health check waits for, with the status that kstatus gave it. */
export type WaitedFor = NamedObject & { readonly status: string };

/** An object as controllers print it: `Deployment/shop/checkout`. */
export type NamedObject = { readonly kind: string; readonly namespace: string | null; readonly name: string };
