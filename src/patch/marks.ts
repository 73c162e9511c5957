import type { FieldChange } from "../manifest/difference.ts";
import type { Origin } from "../manifest/origin.ts";
import type { RenderedObject } from "../manifest/rendered.ts";
import type { Look } from "./look.ts";
import { isOf, objectsOf } from "./pairs.ts";

/** The bytes that the meant changes are about: those that set the fields, the variables in them, and where their objects begin. */
export type Marks = {
  readonly places: ReadonlySet<string>;
  readonly variables: readonly Origin[];
  readonly documents: ReadonlySet<string>;
};

/** Marks the bytes that these changes are about, wherever one of the Kustomizations renders their objects. */
export function marksOf(looks: readonly Look[], changes: readonly FieldChange[]): Marks {
  const marks = { places: new Set<string>(), variables: [] as Origin[], documents: new Set<string>() };
  const pairs = looks.flatMap((look) => look.pairs);
  for (const { object, path } of changes) {
    for (const pair of pairs.filter((each) => isOf(object, each))) {
      for (const one of objectsOf(pair)) marks.documents.add(placeText(one.origin));
      const { place, variables } = pair.after === undefined ? NOWHERE : placesOf(pair.after, path);
      if (place !== undefined) marks.places.add(place);
      marks.variables.push(...variables);
    }
  }
  return marks;
}

const NOWHERE = { place: undefined, variables: [] };

/** Whether the bytes of an origin hold one of the variables: a field that has it for its value, or a text that it is a part of. */
export function isCarried({ variables }: Marks, { file, start, end, way }: Origin): boolean {
  // A field that a chart made of a value has its bytes, and is no carrier.
  if (way === "values") return false;
  return variables.some((one) => one.file === file && (start === one.start || (start < one.start && one.end <= end)));
}

/** The bytes of an origin as one text. */
export function placeText({ file, start }: Origin): string {
  return `${file}:${start}`;
}

function placesOf(
  object: RenderedObject,
  path: FieldChange["path"],
): { readonly place: string | undefined; readonly variables: readonly Origin[] } {
  const origin = object.originOf(path);
  if (origin === undefined) return { place: undefined, variables: [] };
  const variables = (origin.variables ?? []).flatMap((each) => each.origin ?? []);
  // What a chart's value sets stands in no file itself: its bytes are the value's, whoever else takes it.
  return { place: origin.way === "values" ? undefined : placeText(origin), variables };
}
