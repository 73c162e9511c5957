import { type KubernetesObject, keyOf, refOf } from "../signal/object.ts";
import { redactText, secretRemover } from "../signal/redact.ts";
import { newestTime } from "./now.ts";
import { redactObject, secretValuesOf } from "./redact-object.ts";
import type { World } from "./world.ts";

/** What an adapter read of a cluster, as it came: secrets and duplicates included. Never kept, never told. */
export type Readings = {
  readonly objects: readonly KubernetesObject[];
  readonly listed: ReadonlySet<string>;
  readonly logs: ReadonlyMap<string, string>;
  readonly unknown: readonly string[];
};

// Nobody keeps these in git, so nobody asks which manager set which of their fields; of a large cluster's objects it is
// a third of the bytes.
const MADE_BY_THE_CLUSTER: ReadonlySet<string> = new Set([
  ...["Pod", "ReplicaSet", "ControllerRevision", "Event", "EndpointSlice", "Endpoints", "Node", "Lease"],
]);

/** The world that these readings tell of: redacted, each object once, with its own time. */
export function worldOf(readings: Readings): World {
  const secrets = secretValuesOf(readings.objects);
  const remove = secretRemover(secrets);
  const clean = (text: string): string => remove(redactText(text));
  const objects = new Map<string, KubernetesObject>();
  for (const object of readings.objects) objects.set(keyOf(refOf(object)), slim(redactObject(object, remove)));
  return {
    now: newestTime(objects.values()),
    objects: [...objects.values()],
    listed: readings.listed,
    logs: new Map([...readings.logs].map(([key, log]) => [key, clean(log)])),
    unknown: readings.unknown.map(clean),
  };
}

function slim(object: KubernetesObject): KubernetesObject {
  if (!MADE_BY_THE_CLUSTER.has(object.kind) || object.metadata.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
