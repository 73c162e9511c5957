import type { KnownKind } from "../../evidence/kinds.ts";
import { mapOf, mapsOf, textOf } from "../../signal/json.ts";
import type { Ask } from "./ask.ts";

/** The version in which the API server serves a kind; null where it does not. */
export type VersionOf = (known: KnownKind) => string | null;

const AGGREGATED = ["v2", "v2beta1"].map(
  (version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
);

/** Asks which groups, versions and kinds there are: in one request, or by group where the server is older than 1.27. */
export async function servedVersions(ask: Ask): Promise<VersionOf> {
  const answer = await ask("/apis", [...AGGREGATED, "application/json"].join(","));
  if (answer.status !== 200) return (known) => known.version;
  const served: unknown = JSON.parse(answer.text);
  const { kind, items, groups } = mapOf(served);
  const versions = kind === "APIGroupDiscoveryList" ? byResource(mapsOf(items)) : byGroup(mapsOf(groups));
  return (known) => (known.group === "" ? known.version : best(versions(known), known.version));
}

type VersionsOf = (known: KnownKind) => readonly string[];
type Maps = ReturnType<typeof mapsOf>;

function best(versions: readonly string[], wanted: string): string | null {
  // The server names the version that it prefers first.
  return versions.includes(wanted) ? wanted : (versions[0] ?? null);
}

function byResource(groups: Maps): VersionsOf {
  const known = new Map(groups.map((group) => [textOf(mapOf(group["metadata"])["name"]), mapsOf(group["versions"])]));
  return ({ group, plural }) =>
    (known.get(group) ?? [])
      .filter((version) => mapsOf(version["resources"]).some((served) => served["resource"] === plural))
      .map((version) => String(version["version"]));
}

function byGroup(groups: Maps): VersionsOf {
  const known = new Map(groups.map((group) => [textOf(group["name"]), group]));
  return ({ group }) => {
    const found = known.get(group);
    if (found === undefined) return [];
    const preferred = String(mapOf(found["preferredVersion"])["version"]);
    return [preferred, ...mapsOf(found["versions"]).map((version) => String(version["version"]))];
  };
}
