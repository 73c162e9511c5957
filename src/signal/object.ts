/** Names one Kubernetes object; `namespace` is null where the kind is cluster-scoped. */
export type ObjectRef = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string;
};

/** A JSON value, as Kubernetes keeps it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonMap = { readonly [key: string]: Json };

/** A Kubernetes object as the API server answers it: metadata is always there, the rest is as the kind wants it. */
export type KubernetesObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [key: string]: Json;
};

/** The part of `metadata` that Oakum reads (Kubernetes API reference, ObjectMeta). */
type ObjectMeta = {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly generation?: number;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly ManagedFields[];
  readonly [key: string]: Json;
};

/** One entry of `metadata.ownerReferences`. */
type OwnerReference = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
};

/** One entry of `metadata.managedFields`: which manager set which fields (`fieldsV1`). */
export type ManagedFields = {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly fieldsV1?: JsonMap;
};

/** The reference that names this object. */
export function refOf(object: KubernetesObject): ObjectRef {
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    namespace: object.metadata.namespace ?? null,
    name: object.metadata.name,
  };
}

/** The API group of an apiVersion: `apps` for `apps/v1`, the empty string for `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}

/** Group and kind as one text: `apps/Deployment`, `/Pod`. The version of the API says nothing about which kind it is. */
export function kindKey(ref: Pick<ObjectRef, "apiVersion" | "kind">): string {
  return `${groupOf(ref.apiVersion)}/${ref.kind}`;
}

/** A text that is equal for references to the same object and for no others. */
export function keyOf(ref: ObjectRef): string {
  return `${kindKey(ref)}/${ref.namespace ?? ""}/${ref.name}`;
}

/** Whether two references name the same object; the version of the API does not count, its group does. */
export function isSameObject(a: ObjectRef, b: ObjectRef): boolean {
  return (
    a.kind === b.kind &&
    a.name === b.name &&
    (a.namespace ?? "") === (b.namespace ?? "") &&
    groupOf(a.apiVersion) === groupOf(b.apiVersion)
  );
}

/** The reference as people write it: `Deployment/shop/checkout`, `Node/worker-1`. */
export function refText(ref: Pick<ObjectRef, "kind" | "namespace" | "name">): string {
  return ref.namespace === null ? `${ref.kind}/${ref.name}` : `${ref.kind}/${ref.namespace}/${ref.name}`;
}
