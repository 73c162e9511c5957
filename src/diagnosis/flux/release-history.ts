import type { Json, KubernetesObject } from "../../signal/object.ts";
import type { FactDraft } from "../hypothesis.ts";
import { listAt, mapAt, textAt } from "../read.ts";

/** What a release was before the attempt that failed, and what that attempt changed of it, by its own history. */
export type Regression = {
  readonly version: string;
  /** Helm's own count of the release, where it is told. */
  readonly revision: string;
  readonly isNewVersion: boolean;
  readonly isNewValues: boolean;
};

const WORKED = ["deployed", "superseded"];

/** What worked before the attempt that failed; undefined where the release tells of nothing that did. */
export function regressionOf(release: KubernetesObject): Regression | undefined {
  const attempted = textAt(release, "status", "lastAttemptedRevision");
  const config = textAt(release, "status", "lastAttemptedConfigDigest");
  if (attempted === undefined) return undefined;
  for (const entry of listAt(release, "status", "history")) {
    const version = textAt(entry, "chartVersion") ?? "";
    const digest = textAt(entry, "configDigest");
    const isNewVersion = version !== attempted;
    const isNewValues = config !== undefined && digest !== undefined && digest !== config;
    const worked = WORKED.includes(textAt(entry, "status") ?? "") && failedTestsOf(entry).length === 0;
    if (worked && version !== "" && (isNewVersion || isNewValues))
      return { version, revision: String(mapAt(entry)["version"] ?? ""), isNewVersion, isNewValues };
  }
  return undefined;
}

/** Whether a release was once deployed with this version of its chart. */
export function wasDeployed(release: KubernetesObject, version: Json | undefined): boolean {
  return listAt(release, "status", "history").some(
    (entry) => WORKED.includes(textAt(entry, "status") ?? "") && textAt(entry, "chartVersion") === version,
  );
}

/** The tests of the newest release that failed, by name. */
export function failedTests(release: KubernetesObject): readonly string[] {
  return failedTestsOf(listAt(release, "status", "history")[0]);
}

function failedTestsOf(entry: Json | undefined): readonly string[] {
  const hooks = Object.entries(mapAt(entry, "testHooks"));
  return hooks.filter(([, hook]) => textAt(hook, "phase") === "Failed").map(([name]) => name);
}

/** That another version or other values worked, as a fact. */
export function regressionFact({ version, revision }: Regression, source: string): FactDraft {
  const text = `version ${version} was deployed before${revision === "" ? "" : ` (revision ${revision})`}`;
  return { verdict: "FOUND", kind: "release", text, source: `${source} status.history`, at: null };
}
