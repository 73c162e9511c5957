import { type LogRef, listedKey, logKey, type World } from "../evidence/world.ts";
import { type Json, type KubernetesObject, keyOf, kindKey, type ObjectRef, refOf } from "../signal/object.ts";
import { rulesByAlert } from "./alarm-rule.ts";
import { listAt, mapAt, textAt } from "./read.ts";

/** The world as rules ask it: by name, by kind, by owner, with what was said about an object. */
export type Lookup = {
  readonly world: World;
  readonly get: (ref: ObjectRef) => KubernetesObject | undefined;
  /** An object by kind (`/Pod`, `apps/Deployment`: the version does not count) and name; no namespace for cluster-scoped kinds. */
  readonly find: (kind: string, namespace: string | null, name: string) => KubernetesObject | undefined;
  readonly all: (kind: string) => readonly KubernetesObject[];
  /** All of a kind in one namespace. */
  readonly allIn: (kind: string, namespace: string | undefined) => readonly KubernetesObject[];
  /** Whether everything of this kind was read (in this namespace, where one is given), so that what is missing is not there. */
  readonly isListed: (kind: string, namespace?: string | null) => boolean;
  readonly childrenOf: (object: KubernetesObject) => readonly KubernetesObject[];
  /** The topmost owner that makes this object, itself where nothing owns it; named even where it was not read. */
  readonly rootOf: (object: KubernetesObject) => ObjectRef;
  /** The pods that a workload made, through whatever stands between. */
  readonly podsOf: (workload: ObjectRef) => readonly KubernetesObject[];
  /** Events about this very object, not about an earlier one of its name; oldest first. */
  readonly eventsAbout: (object: KubernetesObject) => readonly KubernetesObject[];
  /** The one object that says when an alert of this name fires; undefined where none does, or more than one. */
  readonly alarmRuleOf: (alert: string) => KubernetesObject | undefined;
};

/** Indexes a world once; every answer after that is a map's. */
export function lookupOf(world: World): Lookup {
  const byName = new Map<string, KubernetesObject>();
  const byKind = new Map<string, KubernetesObject[]>();
  const byOwner = new Map<string, KubernetesObject[]>();
  for (const object of world.objects) {
    byName.set(keyOf(refOf(object)), object);
    push(byKind, kindKey(object), object);
    const owner = controllerOf(object);
    if (owner !== undefined) push(byOwner, keyOf({ ...owner, namespace: object.metadata.namespace ?? null }), object);
  }
  const find: Lookup["find"] = (kind, namespace, name) => byName.get(nameKey(kind, namespace, name));
  const childrenOf: Lookup["childrenOf"] = (object) => byOwner.get(keyOf(refOf(object))) ?? [];
  const rootOf = (object: KubernetesObject): ObjectRef => topOwner(object, find);
  const pods = lazily(() => groupBy(byKind.get("/Pod") ?? [], (pod) => keyOf(rootOf(pod))));
  const byPlace = lazily(() => groupBy(world.objects, placeKey));
  const events = lazily(() =>
    groupBy([...(byKind.get("/Event") ?? []), ...(byKind.get("events.k8s.io/Event") ?? [])].toSorted(byTime), aboutKey),
  );
  const all: Lookup["all"] = (kind) => byKind.get(kind) ?? [];
  const alarms = lazily(() => rulesByAlert(all));
  return {
    world,
    find,
    get: (ref) => byName.get(keyOf(ref)),
    all,
    allIn: (kind, namespace) => byPlace().get(`${kind}@${namespace ?? ""}`) ?? [],
    isListed: (kind, namespace) =>
      world.listed.has(listedKey(kind)) ||
      (typeof namespace === "string" && world.listed.has(listedKey(kind, namespace))),
    childrenOf,
    rootOf,
    podsOf: (workload) => pods().get(keyOf(workload)) ?? [],
    eventsAbout: (object) =>
      (events().get(nameKey(object.kind, object.metadata.namespace ?? null, object.metadata.name)) ?? []).filter(
        (event) => isOf(event, object),
      ),
    alarmRuleOf: (alert) => {
      const [only, ...others] = alarms().get(alert) ?? [];
      return others.length === 0 ? only : undefined;
    },
  };
}

/** The names of the live objects of one kind (`group/Kind`) in a namespace; null for cluster-scoped kinds. */
export function namesIn(lookup: Lookup, kind: string, namespace: string | null): readonly string[] {
  return lookup.allIn(kind, namespace ?? undefined).map(({ metadata }) => metadata.name);
}

/** What a container wrote in this run or in the one before it; empty where that was not read. */
export function logOf(
  { world }: Lookup,
  { namespace, name: pod }: ObjectRef,
  container: string,
  run: LogRef["run"],
): string {
  return world.logs.get(logKey({ namespace: namespace ?? "", pod, container, run })) ?? "";
}

/** When an event was last seen. */
export function eventTime(event: KubernetesObject): string {
  return (
    textAt(event, "series", "lastObservedTime") ??
    textAt(event, "lastTimestamp") ??
    textAt(event, "eventTime") ??
    textAt(event, "deprecatedLastTimestamp") ??
    event.metadata.creationTimestamp ??
    ""
  );
}

/** The message of an event, in either of the two APIs of events. */
export function eventMessage(event: KubernetesObject): string {
  return textAt(event, "message") ?? textAt(event, "note") ?? "";
}

/** The name of the owner of this kind that an object says it has. */
export function ownerNamed(object: KubernetesObject, kind: string): string | undefined {
  const owner = listAt(object, "metadata", "ownerReferences").find((candidate) => textAt(candidate, "kind") === kind);
  return textAt(owner, "name");
}

function topOwner(object: KubernetesObject, find: Lookup["find"]): ObjectRef {
  let current = object;
  // A pod hangs at most under ReplicaSet, Deployment and an operator's object; more would be a cycle.
  for (let depth = 0; depth < 6; depth += 1) {
    const owner = controllerOf(current);
    if (owner === undefined) return refOf(current);
    const namespace = current.metadata.namespace ?? null;
    const found = find(kindKey(owner), namespace, owner.name);
    if (found === undefined) return unreadOwner(current, owner);
    current = found;
  }
  return refOf(current);
}

type Owner = { readonly apiVersion: string; readonly kind: string; readonly name: string };

function controllerOf(object: KubernetesObject): Owner | undefined {
  const owners = listAt(object, "metadata", "ownerReferences").flatMap((owner) => ownerIn(owner) ?? []);
  const owner = owners.find(({ isController }) => isController) ?? owners[0];
  // A static pod belongs to its node only in name.
  return owner === undefined || owner.kind === "Node" ? undefined : owner;
}

function ownerIn(reference: Json | undefined): (Owner & { readonly isController: boolean }) | undefined {
  const [apiVersion, kind, name] = [
    textAt(reference, "apiVersion"),
    textAt(reference, "kind"),
    textAt(reference, "name"),
  ];
  if (apiVersion === undefined || kind === undefined || name === undefined) return undefined;
  return { apiVersion, kind, name, isController: mapAt(reference)["controller"] === true };
}

// A ReplicaSet that was not read is named after its Deployment and the hash that its pods carry.
function unreadOwner(object: KubernetesObject, owner: Owner): ObjectRef {
  const namespace = object.metadata.namespace ?? null;
  const hash = object.metadata.labels?.["pod-template-hash"];
  if (owner.kind === "ReplicaSet" && hash !== undefined && owner.name.endsWith(`-${hash}`)) {
    return { apiVersion: "apps/v1", kind: "Deployment", namespace, name: owner.name.slice(0, -hash.length - 1) };
  }
  return { apiVersion: owner.apiVersion, kind: owner.kind, namespace, name: owner.name };
}

function placeKey(object: KubernetesObject): string {
  return `${kindKey(object)}@${object.metadata.namespace ?? ""}`;
}

function aboutKey(event: KubernetesObject): string {
  const about = event["involvedObject"] ?? event["regarding"];
  return nameKey(textAt(about, "kind") ?? "", textAt(about, "namespace") ?? null, textAt(about, "name") ?? "");
}

// Where a node's UID should stand the kubelet gives its name, and for a pod of its own the hash of that one's file.
function isOf(event: KubernetesObject, { metadata }: KubernetesObject): boolean {
  const uid = textAt(event["involvedObject"] ?? event["regarding"], "uid") ?? "";
  const known = [metadata.uid, metadata.name, metadata.annotations?.["kubernetes.io/config.mirror"]];
  return uid === "" || metadata.uid === undefined || known.includes(uid);
}

function byTime(a: KubernetesObject, b: KubernetesObject): number {
  const [first, second] = [eventTime(a), eventTime(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}

function nameKey(kind: string, namespace: string | null, name: string): string {
  return `${kind}/${namespace ?? ""}/${name}`;
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function groupBy<V>(values: readonly V[], key: (value: V) => string): Map<string, V[]> {
  const groups = new Map<string, V[]>();
  for (const value of values) push(groups, key(value), value);
  return groups;
}

function lazily<V>(make: () => V): () => V {
  let made: { readonly value: V } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
