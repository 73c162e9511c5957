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

/** The part of a Flux Kustomization's spec that says what is built, with Flux's defaults. */
export type FluxSpec = {
  /** The folder it builds, relative to the repository's root; the root itself is the empty string. */
  readonly path: string;
  readonly sourceRef: SourceRef;
  readonly postBuild: PostBuild | null;
  readonly decrypts: boolean;
  /** Whether it applies to another cluster than its own. */
  readonly isRemote: boolean;
};

/** A source by kind, namespace and name. */
export type SourceRef = { readonly kind: string; readonly namespace: string; readonly name: string };

/** `spec.postBuild`. */
export type PostBuild = {
  readonly always: boolean;
  readonly substitute: Readonly<Record<string, string>>;
  readonly substituteFrom: readonly SubstituteFrom[];
};

/** One ConfigMap or Secret whose keys are variables. */
export type SubstituteFrom = { readonly kind: string; readonly name: string; readonly optional: boolean };
