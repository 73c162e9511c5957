import type { Basis, Resolution } from "./resolution.ts";

const REASONS: Readonly<Record<Basis, string>> = {
  moved: "the commit that took it away moved its content there",
  successor: "the commit that took it away added exactly that in its place",
  "changed-alike": "the same commit changed the same reference elsewhere to it",
  "nearest-name": "it is the only name that comes near",
  "family-name": "it is the only one of that name, with the beginning or end that is also of whoever names it",
  "other-namespace": "only there is one of that name",
  "other-height": "only there the same way leads, counted from another folder above",
  "same-way": "only there the end of the same way leads",
  comment: "the comment beside the reference says where it comes from",
  "left-out": "the same commit added it beside, and nothing lists it",
  beside: "it is the only one that stands with what names it",
  "own-folder": "its folder is in the repository that this one brings",
};

/** Why a reference should follow, or go, in one clause for a person. */
export function basisText(resolution: Exclude<Resolution, { is: "unclear" }>, lost: string): string {
  if (resolution.is === "follow") {
    const { to, namespace, basis } = resolution;
    return `${lost} should be ${namespace === undefined ? to : `${namespace}/${to}`}: ${REASONS[basis]}`;
  }
  const commit = `commit ${resolution.commit.hash.slice(0, 8)}`;
  if (resolution.heir !== undefined) {
    return `${lost} was moved by ${commit} to ${resolution.heir}, which is built from there, so the reference goes`;
  }
  return `${lost} was removed by ${commit} and nothing took its place, so the reference goes too`;
}
