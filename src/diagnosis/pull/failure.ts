import type { PullFailure } from "../message/container.ts";
import type { SymptomOf } from "../symptom.ts";

/** A container whose image cannot be had. */
export type Pull = SymptomOf<"pull">;

/** Why an image cannot be had, as a sentence ends with it. */
export const WHY: Readonly<Record<PullFailure, string>> = {
  "not-found": "the registry does not have it",
  unauthorized: "the registry does not give it to this cluster",
  name: "it is no valid image name",
  registry: "the registry cannot be reached",
  platform: "it is not made for these nodes",
  limited: "the registry limits how often it may be asked",
  "node-storage": "the node cannot store it",
  unknown: "it cannot be pulled",
};

/** The registry that an image's name stands for; Docker Hub where it names none. */
export function hostOf(name: string): string {
  const [first = "", ...rest] = name.split("/");
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : "docker.io";
}

/** An image's name without its tag and digest. */
export function repositoryOf(name: string): string {
  return name.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
}
