import { createHash } from "node:crypto";
import { BadInput } from "./bad-input.ts";
import { isMap, jsonOf, mapOf, textOf } from "./json.ts";
import { keyOf, type ObjectRef } from "./object.ts";
import { redactText } from "./redact.ts";
import type { Signal } from "./signal.ts";

const SUCCEEDED = /Succeeded$|^NewArtifact$/;

/**
 * What an event of Flux's notification-controller (providers `generic` and `generic-hmac`) says: trouble, the end of
 * it, or nothing, since most of what Flux tells is progress. Throws a BadInput that says what was expected.
 */
export function parseFluxEvent(body: unknown): readonly Signal[] {
  if (!isMap(body)) throw expected("a map", body);
  const object = involvedIn(body["involvedObject"]);
  const [reason, severity] = [textOf(body["reason"]), textOf(body["severity"])];
  if (reason === undefined) throw expected('a text "reason"', body["reason"]);
  if (severity === undefined) throw expected('a text "severity"', severity);
  const at = new Date(textOf(body["timestamp"]) ?? Number.NaN);
  if (Number.isNaN(at.getTime())) throw expected('a time "timestamp"', body["timestamp"]);
  const signal: Signal = {
    source: "flux",
    // One an object: what stands in its newest event replaces what stood in the last.
    fingerprint: createHash("sha256").update(keyOf(object)).digest("hex").slice(0, 16),
    object,
    reason,
    severity: "critical",
    text: redactText(textOf(body["message"]) ?? reason),
    startsAt: at,
    labels: labelsOf(body),
  };
  if (severity === "error") return [signal];
  return SUCCEEDED.test(reason) ? [{ ...signal, severity: "info", endsAt: at }] : [];
}

function expected(what: string, found: unknown): BadInput {
  const shown = redactText(jsonOf(found)).slice(0, 80);
  return new BadInput(`Expected ${what} in the event of Flux's notification-controller, found ${shown}.`);
}

function involvedIn(value: unknown): ObjectRef {
  const { apiVersion, kind, namespace, name } = mapOf(value);
  if (typeof apiVersion !== "string" || typeof kind !== "string" || typeof name !== "string")
    throw expected('"involvedObject" with apiVersion, kind and name', value);
  return { apiVersion, kind, namespace: textOf(namespace) || null, name };
}

function labelsOf(body: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const told = { ...mapOf(body["metadata"]), controller: body["reportingController"] };
  const texts = Object.entries(told).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return Object.fromEntries(texts.map(([name, value]) => [name, redactText(value)]));
}
