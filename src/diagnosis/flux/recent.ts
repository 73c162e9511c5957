import type { KubernetesObject } from "../../signal/object.ts";
import { textAt, textsAt } from "../read.ts";
import type { FieldHistory, Scene } from "../scene.ts";
import type { FluxFault } from "./fault.ts";

/** What the newest commit to touch one of the settings changed of them, if the trouble came soon after it. */
export function recentChanges(
  scene: Scene,
  { symptom }: Pick<FluxFault, "symptom">,
  settings: RegExp | null,
): readonly FieldHistory[] {
  if (settings === null) return [];
  const changes = scene.changes(symptom.object).filter(({ path }) => settings.test(path.join(".")));
  const [newest] = changes;
  if (newest === undefined || !isSoonAfter(symptom.at, newest.commit.at)) return [];
  const recent = changes.filter(({ commit }) => commit.commit === newest.commit.commit);
  return wasFetchedWith(scene.lookup.get(symptom.object), recent) ? [] : recent;
}

// So long Flux may take to apply a commit: what was fetched later was fetched with what it says.
const APPLYING_MS = 30 * 60_000;

// A source's artifact tells of which branch or tag it is (`main@sha1:…`), and when it came.
function wasFetchedWith(object: KubernetesObject | undefined, changes: readonly FieldHistory[]): boolean {
  const revision = textAt(object, "status", "artifact", "revision") ?? "";
  const at = Date.parse(textAt(object, "status", "artifact", "lastUpdateTime") ?? "");
  return changes.some(({ path, to, commit }) => {
    const refs = typeof to === "string" ? [to] : Object.values(textsAt(to));
    const isOfRef = path[1] === "ref" && refs.some((ref) => revision.startsWith(`${ref}@`));
    return isOfRef || at - Date.parse(commit.at) > APPLYING_MS;
  });
}

/** What a commit did, after its name: which settings it changed. */
export function changedText(changes: readonly Pick<FieldHistory, "path">[]): string {
  return `changed ${changes.map(({ path }) => path.join(".")).join(", ")}`;
}

// A day: sources are fetched at least hourly, and what worked for a day after a commit was not broken by it.
const SOON_MS = 24 * 60 * 60_000;

function isSoonAfter(trouble: string | null, commit: string): boolean {
  if (trouble === null) return true;
  const late = Date.parse(trouble) - Date.parse(commit);
  return late >= 0 && late <= SOON_MS;
}
