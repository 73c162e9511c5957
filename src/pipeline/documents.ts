import type { Incident } from "../incident/incident.ts";
import type { ReportedIncident } from "../proposal/report.ts";
import type { Json } from "../signal/object.ts";
import type { Outside } from "./outside.ts";

/** Keeps what a look reported of one root, and answers its id. */
export function keepReport({ archive }: Outside, reported: ReportedIncident): Promise<string> {
  return archive.keep(asJson(reported));
}

/** The report that a finding rests on. */
export async function reportOf({ archive }: Outside, { key, finding }: Incident): Promise<ReportedIncident> {
  const document = await archive.read(finding.report);
  if (document === undefined) throw new Error(`The report ${finding.report} of incident ${key} is not in the archive`);
  return document as ReportedIncident;
}

/** A value as plain JSON: what is undefined is left out. */
export function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value));
}
