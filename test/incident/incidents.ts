import type { LifeEvent } from "../../src/incident/event.ts";
import { evolve, openIncident } from "../../src/incident/evolve.ts";
import type { Finding, Incident, IssueRef, PullRef } from "../../src/incident/incident.ts";
import { incidentKey } from "../../src/incident/key.ts";
import type { ObjectRef } from "../../src/signal/object.ts";
import type { Signal } from "../../src/signal/signal.ts";

/** Minutes after the story begins. */
export function minute(minutes: number): Date {
  return new Date(Date.UTC(2026, 10, 21, 12, 0, 0) + minutes * 60_000);
}

export const checkout: ObjectRef = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "checkout" };
export const repository = { owner: "larkspur", name: "fleet" };
export const issue: IssueRef = { repository, number: 1, url: "https://forge.test/larkspur/fleet/issues/1" };
export const pull: PullRef = {
  repository,
  number: 2,
  url: "https://forge.test/larkspur/fleet/pull/2",
  branch: "oakum/k1",
  headCommit: "c0ffee",
};

const finding: Finding = {
  report: "sha256:1",
  decision: "propose",
  cause: { rule: "image-tag-missing", category: "image_ref" },
  intent: "restore-fields",
  because: "Restore the tag 2.4.1: 2.5.1 cannot be pulled.",
  proposalKey: "k1",
  base: { branch: "main", revision: "b1" },
};

export const signal: Signal = {
  source: "alertmanager",
  fingerprint: "46275250916c1ee4",
  object: checkout,
  reason: "KubePodNotReady",
  severity: "warning",
  text: "Pod shop/checkout-1 is not ready.",
  startsAt: minute(-15),
  labels: { startedAt: "2026-11-21T11:45:00Z" },
};

const identity = { key: incidentKey("prod", checkout), cluster: "prod", root: checkout, repository };

export const found = (at = 0, change: Partial<Finding> = {}): Extract<LifeEvent, { kind: "found" }> => ({
  kind: "found",
  at: minute(at),
  finding: { ...finding, ...change },
  signals: [signal],
});
export const announced: LifeEvent = { kind: "announced", at: minute(0), issue };
export const proposed: Extract<LifeEvent, { kind: "proposed" }> = {
  kind: "proposed",
  at: minute(1),
  pull,
  proposalKey: "k1",
  dueAt: minute(11),
};
export const merged: LifeEvent = { kind: "merged", at: minute(5), commit: "d00d".repeat(10), mergedAt: minute(5) };
export const recovered: LifeEvent = { kind: "recovered", at: minute(9) };
export const persisted: LifeEvent = {
  kind: "persisted",
  at: minute(20),
  because: "The pod still cannot pull its image.",
  revert: { is: "wanted" },
};
export const told = (text: string): LifeEvent => ({ kind: "told", at: minute(9), told: text });

/** The incident after these events; the first must be a finding. */
export function lived(first: Extract<LifeEvent, { kind: "found" }>, ...events: readonly LifeEvent[]): Incident {
  return events.reduce(evolve, openIncident(identity, first));
}

/** The life of an incident that one proposal ended, told and closed, beginning at a minute. */
export function recoveredLife(begin: number): readonly LifeEvent[] {
  const shifted = (event: LifeEvent): LifeEvent => ({
    ...event,
    at: minute(begin + (event.at.getTime() - minute(0).getTime()) / 60_000),
  });
  return [
    ...[announced, proposed, merged, recovered, told("recovered")].map(shifted),
    { kind: "closed", at: minute(begin + 10), sentence: "Recovered 4 min after #2 was merged." },
  ];
}
