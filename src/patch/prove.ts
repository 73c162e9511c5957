import type { Manifests } from "../manifest/manifests.ts";
import { pathText } from "../manifest/path.ts";
import { refText } from "../signal/object.ts";
import { Judge, type Meant } from "./judge.ts";
import { type Look, looksAt } from "./look.ts";
import type { ChangedField, Proof, RenderedChange } from "./patch.ts";
import { isNotRendered, notProven } from "./unrendered.ts";

/** The first half of a proof: what every consumer renders before and after. */
type Shown = Pick<Proof, "proven" | "because" | "rendered">;

/** The first half of a proof, or what speaks against one: that the same bytes set more than is meant, or else. */
export type Proven =
  | { readonly ok: true; readonly shown: Shown }
  | { readonly ok: false; readonly code: "REACHES_FURTHER" | "UNPROVEN"; readonly because: string };

/**
 * Renders every Kustomization and chart that reads one of the files, before and after: they must differ in exactly what
 * is meant and what follows from it, and none may stop building. Charts that cannot be rendered here are named.
 */
export function prove(before: Manifests, after: Manifests, files: readonly string[], meant: Meant): Proven {
  const all = looksAt(before, after, files);
  const unrendered = all.filter(isNotRendered);
  const looks = all.filter((look) => !unrendered.includes(look));
  const judge = new Judge(looks, meant, before);
  const judged = looks.map((look) => judge.judge(look));
  const rendered = judged.map(({ change }) => change);
  const objection = judged.flatMap(({ objections }) => objections)[0] ?? judge.unmet();
  if (objection !== undefined)
    return { ok: false, code: objection.isBeyond ? "REACHES_FURTHER" : "UNPROVEN", because: objection.sentence };
  const reached = rendered.filter(({ changed, buildsAgain }) => changed.length > 0 || buildsAgain);
  const missing = notProven(unrendered, before, after);
  if (reached.length === 0)
    return {
      ok: false,
      code: "UNPROVEN",
      because: ["Nothing that any Kustomization renders would change.", ...missing].join(" "),
    };
  const because = [sentence(reached, looks), ...missing].join(" ");
  return { ok: true, shown: { proven: true, because, rendered } };
}

function sentence(reached: readonly RenderedChange[], looks: readonly Look[]): string {
  const builds = reached.filter(({ buildsAgain }) => buildsAgain).map(({ kustomization }) => kustomization);
  const asked = reached.flatMap(({ changed }) => changed).filter(({ followsFrom }) => followsFrom === undefined);
  const follows = new Set(reached.flatMap(({ changed }) => changed.flatMap(({ followsFrom }) => followsFrom ?? [])));
  const fields = [...new Set(asked.map(fieldText))];
  const where = reached.filter(({ changed }) => changed.length > 0).map(({ kustomization }) => kustomization);
  return [
    builds.length > 0 ? `${listed(builds)} ${builds.length === 1 ? "builds" : "build"} again.` : "",
    where.length > 0
      ? `Rendered before and after, ${listed(fields) || "nothing else"} ${fields.length > 1 ? "change" : "changes"} in ${listed(where)}.`
      : "",
    follows.size > 0 ? `The rest follows from ${listed([...follows])}.` : "",
    `${readersText(looks)} the changed files.`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function readersText(looks: readonly Look[]): string {
  const releases = looks.filter(({ kustomization: { ref } }) => ref?.kind === "HelmRelease").length;
  const others = looks.length - releases;
  const counted = (count: number, noun: string): string =>
    count === 0 ? "" : count === 1 ? `one ${noun}` : `${count} ${noun}s`;
  const parts = [counted(others, "Kustomization"), counted(releases, "HelmRelease")].filter((part) => part !== "");
  const text = `${parts.join(" and ")} ${looks.length === 1 ? "reads" : "read"}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function fieldText({ object, path }: ChangedField): string {
  return path.length === 0 ? refText(object) : `${pathText(path)} of ${refText(object)}`;
}

function listed(parts: readonly string[]): string {
  const shown = parts.length > 4 ? [...parts.slice(0, 3), `${parts.length - 3} others`] : parts;
  const last = shown.at(-1) ?? "";
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(", ")} and ${last}`;
}
