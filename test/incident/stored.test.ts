import { expect, test } from "vitest";
import type { LifeEvent } from "../../src/incident/event.ts";
import { eventData, incidentFromJson, incidentToJson } from "../../src/incident/stored.ts";
import { announced, found, lived, merged, minute, persisted, proposed, recoveredLife } from "./incidents.ts";

const linked: LifeEvent = {
  kind: "linked",
  at: minute(6),
  links: [
    { link: "merged", at: minute(5), text: "merged" },
    { link: "applied", at: minute(6), text: "applied" },
  ],
};

test.each([
  ["open", lived(found())],
  ["diagnosed", lived(found(), announced)],
  ["proposed", lived(found(), announced, proposed)],
  ["merged", lived(found(), announced, proposed, merged)],
  ["applied", lived(found(), announced, proposed, merged, linked)],
  ["persists", lived(found(), announced, proposed, merged, linked, persisted)],
  ["closed", lived(found(), ...recoveredLife(0))],
])("an incident that is %s survives storing, other people's labels untouched", (status, incident) => {
  expect(incident.status).toBe(status);
  expect(incidentFromJson(JSON.parse(JSON.stringify(incidentToJson(incident))))).toEqual(incident);
});

test("an event keeps what it says beside its kind and time", () => {
  expect(eventData(merged)).toEqual({ commit: "d00d".repeat(10), mergedAt: minute(5).toISOString() });
});

test("an event that cannot happen in a state is a bug", () => {
  expect(() => lived(found(), merged)).toThrow(/to be proposed for this event, found it open/);
});
