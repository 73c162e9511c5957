import type { KubernetesObject } from "../../signal/object.ts";
import type { Lookup } from "../lookup.ts";
import { destinationsOf, meantBy, rulesAbout, subsetsOf } from "../mesh/destinations.ts";
import type { Symptom } from "../symptom.ts";
import { symptomOf } from "./now.ts";
import { routeSymptoms } from "./routes.ts";

/** Services that an Istio VirtualService sends to and that do not exist, and subsets of them that no DestinationRule has. */
export function virtualServiceSymptoms(lookup: Lookup, route: KubernetesObject): readonly Symptom[] {
  return [...routeSymptoms(lookup, route), ...lostSubsets(lookup, route)];
}

function lostSubsets(lookup: Lookup, route: KubernetesObject): readonly Symptom[] {
  if (!isRead(lookup)) return [];
  const told = new Map(destinationsOf(route).map((each) => [`${each.host} ${each.subset}`, each]));
  return [...told.values()].flatMap(({ host, subset }) => {
    const meant = meantBy(host, route.metadata.namespace);
    if (subset === undefined || meant === undefined || subsetsOf(rulesAbout(lookup, meant)).includes(subset)) return [];
    const text = `it sends to subset ${subset} of ${host}, which no DestinationRule has`;
    return [symptomOf(route, { is: "subset-missing", host, subset }, { text, field: "spec" })];
  });
}

// Where there are routes of Istio its other kinds are installed too, whatever a list of definitions leaves out.
function isRead(lookup: Lookup): boolean {
  const isInstalled = lookup.find(DEFINITION, null, "destinationrules.networking.istio.io") !== undefined;
  return lookup.isListed(DESTINATIONS) && (isInstalled || lookup.all(DESTINATIONS).length > 0);
}

const DESTINATIONS = "networking.istio.io/DestinationRule";
const DEFINITION = "apiextensions.k8s.io/CustomResourceDefinition";
