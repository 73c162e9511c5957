import { categoryOf, containerStep } from "../bearing.ts";
import type { Culprit } from "../hypothesis.ts";
import { hasWord, newWords } from "../match.ts";
import { declaredIn } from "../reference/declared.ts";
import type { Scene } from "../scene.ts";
import type { Suspect } from "../suspect.ts";
import type { Failing } from "./failing.ts";

/** What a person has to find out before one of several changes is taken back. */
export function whichOf({ container }: Failing): string {
  return `Find out which of the changes ${container} fails by: it does not say so itself.`;
}

/** Why a change that the program's words fit may not be taken back alone; undefined where nothing speaks against that. */
export function doubtOfWords(
  scene: Scene,
  found: Failing,
  { first, candidates }: { readonly first: Suspect; readonly candidates: readonly Suspect[] },
): string | undefined {
  const { container, complaints } = found;
  const isOfOne = (other: Suspect): boolean => other !== first && other.commit?.commit === first.commit?.commit;
  const isVersion = (other: Suspect): boolean =>
    categoryOf(other) === "image_ref" && containerStep(other.path)?.container === container;
  const isAlone = isVersion(first) || isQuoted(found, first) || isMissed(found, first);
  if (!isAlone && candidates.some((other) => isOfOne(other) && isVersion(other)))
    return `Find out what the new version of ${container} asks for: it came in the same commit as its settings.`;
  const isRefused = complaints.some(({ is }) => is === "login-failed");
  if (isRefused && changesSecrets(scene, first.commit))
    return `Bring account and secret of ${container} together again: one commit changed both.`;
  return undefined;
}

// A setting that the version before had as well, and whose new value the program says.
function isQuoted({ complaints }: Failing, suspect: Suspect): boolean {
  const words = suspect.from === undefined ? [] : newWords(suspect);
  return complaints.some(({ line }) => words.some((word) => hasWord(line, word)));
}

// A variable that the commit took away, and that the new version asks for by the same name.
function isMissed({ complaints }: Failing, { path, to }: Suspect): boolean {
  return to === undefined && complaints.some((each) => each.is === "unset" && path.at(-1) === `[name=${each.name}]`);
}

// Secrets, and what operators make them of: SealedSecret, ExternalSecret, VaultStaticSecret and others.
function changesSecrets({ history, manifests, changes }: Scene, culprit: Culprit | null): boolean {
  if (!history.known || culprit === null) return false;
  const commit = history.commits.find(({ hash }) => hash === culprit.commit);
  return (commit?.files ?? [])
    .flatMap(({ after }) => declaredIn(after))
    .filter(({ kind }) => kind.endsWith("Secret"))
    .flatMap((declared) => manifests.findObject(declared).map(({ rendered }) => rendered.ref))
    .some((ref) => changes(ref).some((change) => change.commit.commit === culprit.commit));
}

/** Why the one change between what works and what does not may be innocent; undefined where nothing says so. */
export function doubtOfChange(found: Failing, pool: readonly Suspect[], isCompared: boolean): string | undefined {
  if (!isCompared)
    return `Find out whether ${found.container} fails because of that change: only their order in time says so.`;
  const mayHaveMoved = found.isInit || found.complaints.some(({ is }) => is === "schema");
  if (mayHaveMoved && pool.some((suspect) => categoryOf(suspect) === "image_ref"))
    return `Find out what ${found.container} has done already: a former version may not undo it.`;
  if (!found.isHeard && !isForeseen(found, pool))
    return `Read what ${found.container} says: nothing of it was read, and a change being near proves little.`;
  return new Set(pool.map(categoryOf)).size === 1 ? undefined : whichOf(found);
}

// A new version may fail by anything, and a command that is not there ends with a code of its own.
function isForeseen({ exitCode }: Failing, pool: readonly Suspect[]): boolean {
  const isNoCommand = exitCode === 126 || exitCode === 127;
  return pool.every((suspect) => {
    const category = categoryOf(suspect);
    return category === "image_ref" || (isNoCommand && category === "command_args");
  });
}
