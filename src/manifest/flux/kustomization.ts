import type { KubernetesObject, ObjectRef } from "../../signal/object.ts";
import type { Origin } from "../origin.ts";

/** A Flux Kustomization of this tree: what it renders, from where, and who brought it there. */
export type FluxKustomization = {
  /**
   * Unique within one tree: `flux-system/apps`, led by the folder where its cluster begins where another cluster comes
   * first with that name (`clusters/staging:flux-system/apps`); the folder itself for manifests without any Flux object.
   */
  readonly id: string;
  /** Null for a plain folder of manifests. */
  readonly ref: ObjectRef | null;
  /** The Flux object as its parent renders it, else as the cluster holds it; null for a plain folder. */
  readonly object: KubernetesObject | null;
  readonly spec: FluxSpec;
  readonly source: FluxSource;
  /** The folder where this cluster begins: `clusters/prod`. */
  readonly cluster: string;
  /** Whether the cluster we look at runs it, as far as is known. */
  readonly live: boolean;
  /** The id of the Kustomization that creates it; null for an entry. */
  readonly parent: string | null;
  /** The document in git it is made from; null where only the cluster knows it. */
  readonly origin: Origin | null;
};

/** Whether a Kustomization is built from this repository, or from what it is built instead. */
export type FluxSource = { readonly here: true } | { readonly here: false; readonly because: string };

/** The part of a Flux Kustomization's spec that says what is built and when it is thought well, with Flux's defaults. */
export type FluxSpec = {
  /** The folder it builds, relative to the repository's root; the root itself is the empty string. */
  readonly path: string;
  readonly sourceRef: SourceRef;
  readonly dependsOn: readonly Dependency[];
  readonly targetNamespace: string | null;
  readonly postBuild: PostBuild | null;
  readonly commonMetadata: CommonMetadata;
  readonly prune: boolean;
  readonly force: boolean;
  readonly suspend: boolean;
  readonly wait: boolean;
  /** In milliseconds, as the controller counts them. */
  readonly interval: number;
  readonly retryInterval: number;
  readonly timeout: number;
  readonly healthChecks: readonly ObjectRef[];
  readonly decrypts: boolean;
  readonly serviceAccountName: string | null;
  /** Whether it applies to another cluster than its own. */
  readonly isRemote: boolean;
  readonly deletionPolicy: string;
};

/** A source by kind, namespace and name. */
export type SourceRef = { readonly kind: string; readonly namespace: string; readonly name: string };

/** One entry of `dependsOn`. */
export type Dependency = { readonly namespace: string; readonly name: string; readonly readyExpr: string | null };

/** `spec.postBuild`. */
export type PostBuild = {
  readonly always: boolean;
  readonly substitute: Readonly<Record<string, string>>;
  readonly substituteFrom: readonly SubstituteFrom[];
};

/** One ConfigMap or Secret whose keys are variables. */
export type SubstituteFrom = { readonly kind: string; readonly name: string; readonly optional: boolean };

/** Labels and annotations that Flux puts on every object. */
type CommonMetadata = {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
};
