import { hashOf } from "../incident/key.ts";
import { compareBytes } from "../manifest/tree.ts";
import { groupOf } from "../signal/object.ts";
import type { ReportedIncident } from "./report.ts";

/**
 * The identity of a proposal: object, file set and intent, nothing that an alert or a model wrote. The same change asked
 * for twice has the same key; null where nothing is asked for.
 */
export function proposalKey(reported: ReportedIncident): string | null {
  if (reported.decision !== "propose" || reported.edits.length === 0) return null;
  const { root, edits, intent, changes } = reported;
  const files = [...new Set(edits.map(({ file }) => file))].sort(compareBytes);
  const wanted = changes.map(({ object, path, to }) => [object.kind, object.namespace, object.name, path, to ?? null]);
  const object = [groupOf(root.apiVersion), root.kind, root.namespace ?? "", root.name];
  return hashOf([...object, ...files, intent?.kind ?? "", JSON.stringify(wanted)]);
}

/** The key under which the same change is asked for once more, long after it was merged the first time. */
export function attemptKey(key: string, attempt: number): string {
  return attempt === 1 ? key : `${key}-${attempt}`;
}

/** The key of the proposal that takes another one back. */
export function revertKey(key: string): string {
  return `revert-${key}`;
}
