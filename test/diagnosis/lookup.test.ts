import { expect, test } from "vitest";
import { lookupOf } from "../../src/diagnosis/lookup.ts";
import type { KubernetesObject } from "../../src/signal/object.ts";

const database: KubernetesObject = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "db-0", namespace: "shop", uid: "b" },
};

function event(name: string, uid: string | undefined): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name, namespace: "shop" },
    involvedObject: { kind: "Pod", namespace: "shop", name: "db-0", ...(uid === undefined ? {} : { uid }) },
    reason: "Unhealthy",
  };
}

test("events about a former pod of the same name are not about this one", () => {
  const events = [event("former", "a"), event("own", "b"), event("untold", undefined), event("empty", "")];
  const objects = [database, ...events];
  const lookup = lookupOf({ now: new Date(0), objects, listed: new Set(), logs: new Map(), unknown: [] });
  expect(lookup.eventsAbout(database).map(({ metadata }) => metadata.name)).toEqual(["own", "untold", "empty"]);
});
