import { type FieldSpec, fieldSpec } from "./field-spec.ts";
import { type Gvk, gvkText, isSelected } from "./id.ts";
import { refuse } from "./refused.ts";

/** Objects of this kind are referred to by name in these fields. */
export type NameReference = Gvk & { readonly referrers: readonly FieldSpec[] };

/** The fields that each kind of step reaches. */
export type Configuration = {
  readonly namePrefix: readonly FieldSpec[];
  readonly nameSuffix: readonly FieldSpec[];
  readonly namespace: readonly FieldSpec[];
  readonly commonLabels: readonly FieldSpec[];
  readonly labels: readonly FieldSpec[];
  readonly templateLabels: readonly FieldSpec[];
  readonly commonAnnotations: readonly FieldSpec[];
  readonly nameReference: readonly NameReference[];
  readonly varReference: readonly FieldSpec[];
  readonly images: readonly FieldSpec[];
  readonly replicas: readonly FieldSpec[];
};

/** A configuration that reaches nothing. */
export const NO_CONFIGURATION: Configuration = {
  namePrefix: [],
  nameSuffix: [],
  namespace: [],
  commonLabels: [],
  labels: [],
  templateLabels: [],
  commonAnnotations: [],
  nameReference: [],
  varReference: [],
  images: [],
  replicas: [],
};

const SPEC_LISTS = Object.keys(NO_CONFIGURATION).filter((key) => key !== "nameReference") as Exclude<
  keyof Configuration,
  "nameReference"
>[];

// Nearly every folder merges the same two: nothing, and the defaults.
const known = new WeakMap<Configuration, WeakMap<Configuration, Configuration>>();

/** Both together; two that disagree whether a field may be created are refused. */
export function mergeConfigurations(ours: Configuration, theirs: Configuration): Configuration {
  if (ours === theirs || theirs === NO_CONFIGURATION) return ours;
  const withOurs = known.get(ours) ?? new WeakMap<Configuration, Configuration>();
  const configuration = withOurs.get(theirs) ?? mergeBoth(ours, theirs);
  known.set(ours, withOurs.set(theirs, configuration));
  return configuration;
}

function mergeBoth(ours: Configuration, theirs: Configuration): Configuration {
  const merged: Record<string, readonly FieldSpec[]> = {};
  for (const list of SPEC_LISTS) merged[list] = sortByKind(mergeSpecs(ours[list], theirs[list]));
  const nameReference = sortByKind(theirs.nameReference.reduce(mergeReference, ours.nameReference));
  return { ...NO_CONFIGURATION, ...merged, nameReference };
}

/** The field specifications with others added that are not among them yet. */
export function mergeSpecs(ours: readonly FieldSpec[], theirs: readonly FieldSpec[]): readonly FieldSpec[] {
  const merged = [...ours];
  for (const spec of theirs) {
    const known = merged.find((other) => other.path === spec.path && isSelected(other, spec));
    if (known === undefined) merged.push(spec);
    else if (known.create !== spec.create) {
      refuse(
        "CONFLICTING_FIELD_SPECS",
        `conflicting fieldspecs: ${gvkText(spec)}:${spec.path} is both created and not`,
      );
    }
  }
  return merged;
}

function mergeReference(all: readonly NameReference[], added: NameReference): readonly NameReference[] {
  const isSame = (other: Gvk): boolean => gvkText(other) === gvkText(added);
  if (!all.some(isSame)) return [...all, added];
  return all.map((known) =>
    isSame(known) ? { ...known, referrers: mergeSpecs(known.referrers, added.referrers) } : known,
  );
}

const FIRST =
  "Namespace ResourceQuota StorageClass CustomResourceDefinition ServiceAccount PodSecurityPolicy Role ClusterRole RoleBinding ClusterRoleBinding ConfigMap Secret Endpoints Service LimitRange PriorityClass PersistentVolume PersistentVolumeClaim Deployment StatefulSet CronJob PodDisruptionBudget".split(
    " ",
  );
const LAST = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/** The kinds that are printed first and those that are printed last. */
export const KIND_ORDER = { first: FIRST, last: LAST } as const;

/** The rank of a kind among the others: negative comes first, positive last. */
export function kindRank(
  kind: string,
  order: { readonly first: readonly string[]; readonly last: readonly string[] },
): number {
  const last = order.last.indexOf(kind);
  if (last >= 0) return last + 1;
  const first = order.first.indexOf(kind);
  return first < 0 ? 0 : first - order.first.length;
}

function sortByKind<T extends Gvk>(specs: readonly T[]): readonly T[] {
  const sortText = ({ group, version, kind }: Gvk): string => `${group || "~G"}_${version || "~V"}_${kind || "~K"}`;
  return specs.toSorted((a, b) => {
    const rank = kindRank(a.kind, KIND_ORDER) - kindRank(b.kind, KIND_ORDER);
    if (rank !== 0) return rank;
    const [left, right] = [sortText(a), sortText(b)];
    if (left === right) return 0;
    return left < right ? -1 : 1;
  });
}

/** Field specifications of the same path, one for each kind. */
export function forKinds(path: string, kinds: readonly string[], gvk: Partial<Gvk> = {}, create = false): FieldSpec[] {
  return kinds.map((kind) => fieldSpec(path, { ...gvk, kind }, create));
}
