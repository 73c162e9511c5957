import { createHash } from "node:crypto";
import { objectOfAlert } from "./alert-object.ts";
import { BadInput } from "./bad-input.ts";
import { isMap, jsonOf, mapOf, textOf } from "./json.ts";
import { redactText } from "./redact.ts";
import type { Signal } from "./signal.ts";

/**
 * The alerts in an Alertmanager v4 webhook body, or in a list of such bodies: firing and resolved, groups of any size,
 * fields that are not known are ignored. Throws a BadInput that says what was expected.
 */
export function parseAlertmanager(body: unknown): readonly Signal[] {
  const bodies = Array.isArray(body) ? body : [body];
  return bodies.flatMap((one, index) => alertsOf(one, bodies.length > 1 ? `body ${index + 1}: ` : ""));
}

function alertsOf(body: unknown, where: string): readonly Signal[] {
  const { version, alerts } = mapOf(body);
  if (!Array.isArray(alerts)) throw expected(`${where}a list "alerts"`, body);
  if (version !== undefined && version !== "4") throw expected(`${where}"version": "4"`, version);
  return alerts.map((alert, index) => signalOf(alert, `${where}alerts[${index}]`));
}

function signalOf(alert: unknown, where: string): Signal {
  if (!isMap(alert)) throw expected(`${where} to be a map`, alert);
  const labels = textsOf(alert["labels"], `${where}.labels`);
  const annotations = textsOf(alert["annotations"] ?? {}, `${where}.annotations`);
  const name = labels["alertname"];
  if (name === undefined || name === "") throw expected(`${where}.labels.alertname`, labels);
  const startsAt = timeOf(alert["startsAt"]);
  if (startsAt === undefined) throw expected(`${where}.startsAt to be a time`, alert["startsAt"]);
  const signal: Signal = {
    source: "alertmanager",
    fingerprint: textOf(alert["fingerprint"]) || fingerprintOf(labels),
    object: objectOfAlert(labels),
    reason: name,
    severity: severityOf(labels["severity"] ?? labels["priority"] ?? ""),
    text: redactText(sentences(annotations) || name),
    startsAt,
    labels: Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, redactText(value)])),
  };
  // An alert that fires has an end all the same: the year 1 or the time until which it is believed.
  return alert["status"] === "resolved" ? { ...signal, endsAt: timeOf(alert["endsAt"]) ?? startsAt } : signal;
}

function expected(what: string, found: unknown): BadInput {
  const shown = redactText(jsonOf(found)).slice(0, 80);
  return new BadInput(`Expected ${what} in Alertmanager's webhook body (version 4), found ${shown}.`);
}

function textsOf(value: unknown, where: string): Readonly<Record<string, string>> {
  if (!isMap(value)) throw expected(`${where} to be a map`, value);
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]));
}

function timeOf(value: unknown): Date | undefined {
  const time = new Date(textOf(value) ?? Number.NaN);
  return Number.isNaN(time.getTime()) || time.getUTCFullYear() < 1970 ? undefined : time;
}

/** As Alertmanager's own: equal labels, equal fingerprint. */
function fingerprintOf(labels: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 16);
}

function sentences(annotations: Readonly<Record<string, string>>): string {
  const { summary, description, message } = annotations;
  const told = [summary, description ?? message].filter((text) => text !== undefined).map((text) => text.trim());
  return [...new Set(told)].join("\n");
}

const CRITICAL = /^(critical|crit|page|error|high|emergency|fatal|disaster|p[01]|sev-?[01])$/i;
const INFO = /^(info|informational|information|none|low|notice|debug|p[45]|sev-?[45])$/i;

function severityOf(label: string): Signal["severity"] {
  if (CRITICAL.test(label)) return "critical";
  return INFO.test(label) ? "info" : "warning";
}
