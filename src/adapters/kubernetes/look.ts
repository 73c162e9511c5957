import { KINDS, type KnownKind } from "../../evidence/kinds.ts";
import { worldOf } from "../../evidence/readings.ts";
import { listedKey, type World } from "../../evidence/world.ts";
import { BadInput } from "../../signal/bad-input.ts";
import type { Ask } from "./ask.ts";
import { type Listed, listKind } from "./list.ts";
import { readLogs } from "./logs.ts";
import { listSecrets } from "./secrets.ts";
import { servedVersions, type VersionOf } from "./versions.ts";

type Found = Listed & { readonly known: KnownKind };

/** Reads everything that a diagnosis needs; what could not be read is said. Throws where nothing could. */
export async function lookAt(ask: Ask): Promise<World> {
  const versionOf = await servedVersions(ask);
  const found = await Promise.all(KINDS.map((known) => find(ask, known, versionOf)));
  const complaints = found.flatMap(({ complaint }) => (complaint === undefined ? [] : [complaint]));
  // That a kind is not installed can be told to somebody who may read nothing.
  if (!found.some(({ isComplete, known }) => isComplete && known.isBuiltIn))
    throw new BadInput(`The cluster could not be read. ${complaints[0] ?? ""} Check its address and your permissions.`);
  const objects = found.flatMap((listed) => listed.objects);
  const { logs, complaints: unread } = await readLogs(ask, objects);
  return worldOf({
    objects,
    listed: new Set(
      found.flatMap(({ isComplete, known }) => (isComplete ? [listedKey(`${known.group}/${known.kind}`)] : [])),
    ),
    logs,
    unknown: [...complaints, ...unread],
  });
}

async function find(ask: Ask, known: KnownKind, versionOf: VersionOf): Promise<Found> {
  const version = versionOf(known);
  if (version === null) return { ...notServed(known), known };
  const isSecret = known.group === "" && known.kind === "Secret";
  return { ...(await (isSecret ? listSecrets : listKind)(ask, known, version)), known };
}

function notServed({ group, kind, isBuiltIn }: KnownKind): Listed {
  // Where the cluster has no such kind, it has no such object either.
  if (!isBuiltIn) return { objects: [], isComplete: true };
  return { objects: [], isComplete: false, complaint: `The cluster does not serve ${kind} of ${group}.` };
}
