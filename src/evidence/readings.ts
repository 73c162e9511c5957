import { type KubernetesObject, keyOf, kindKey, refOf, refText } from "../signal/object.ts";
import { redactText, secretRemover } from "../signal/redact.ts";
import { isTooDeep } from "./depth.ts";
import { KINDS } from "./kinds.ts";
import { withRecordedMetrics } from "./metrics/measured.ts";
import type { MetricRecord } from "./metrics/recorded.ts";
import { newestTime } from "./now.ts";
import { redactObject, secretValuesOf } from "./redact-object.ts";
import { kindListed, type World } from "./world.ts";

/** What an adapter read of a cluster, as it came: secrets and duplicates included. Never kept, never told. */
export type Readings = {
  readonly objects: readonly KubernetesObject[];
  readonly listed: ReadonlySet<string>;
  readonly logs: ReadonlyMap<string, string>;
  /** What a metrics server answered when the cluster was recorded. */
  readonly metrics?: readonly MetricRecord[];
  readonly unknown: readonly string[];
};

// Nobody keeps these in git, so nobody asks which manager set which of their fields; of a large cluster's objects it is
// a third of the bytes.
const MADE_BY_THE_CLUSTER: ReadonlySet<string> = new Set([
  ...["Pod", "ReplicaSet", "ControllerRevision", "Event", "EndpointSlice", "Endpoints", "Node", "Lease"],
]);

/** The world that these readings tell of: redacted, each object once, in an order of its own, with its own time. */
export function worldOf(all: Readings): World {
  const readings = withoutTooDeep(all);
  const secrets = secretValuesOf(readings.objects);
  const remove = secretRemover(secrets);
  const clean = (text: string): string => remove(redactText(text));
  const objects = new Map<string, KubernetesObject>();
  for (const object of readings.objects) objects.set(keyOf(refOf(object)), slim(redactObject(object, remove)));
  const world = {
    now: newestTime(objects.values()),
    // A folder is read in another order than an API server lists; what is said of it must not hang on that.
    objects: [...objects].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object),
    listed: new Set([...readings.listed, ...notInstalled(readings)]),
    logs: new Map([...readings.logs].map(([key, log]) => [key, clean(log)])),
    unknown: readings.unknown.map(clean),
  };
  return withRecordedMetrics(world, readings.metrics ?? []);
}

/** What is left out may be named by others, so that its kind does not count as listed. */
function withoutTooDeep(readings: Readings): Readings {
  const deep = readings.objects.filter((object) => isTooDeep(object));
  if (deep.length === 0) return readings;
  const kinds = new Set(deep.map(kindKey));
  return {
    ...readings,
    objects: readings.objects.filter((object) => !deep.includes(object)),
    listed: new Set([...readings.listed].filter((key) => !kinds.has(kindListed(key)))),
    unknown: [
      ...deep.map((object) => `${refText(refOf(object))} nests too deep to be read, so what it says is unknown.`),
      ...readings.unknown,
    ],
  };
}

/** Kinds without a definition, where all definitions are known: of these there is no object at all. */
function notInstalled({ objects, listed }: Readings): string[] {
  if (!listed.has("apiextensions.k8s.io/CustomResourceDefinition")) return [];
  const defined = new Set(
    objects.map(({ kind, metadata }) => (kind === "CustomResourceDefinition" ? metadata.name : "")),
  );
  return KINDS.filter(({ isBuiltIn, plural, group }) => !isBuiltIn && !defined.has(`${plural}.${group}`)).map(
    ({ group, kind }) => `${group}/${kind}`,
  );
}

function slim(object: KubernetesObject): KubernetesObject {
  if (!MADE_BY_THE_CLUSTER.has(object.kind) || object.metadata.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
