import type { Origin } from "../origin.ts";
import type { Place } from "../yaml/node.ts";
import type { SubstitutedSource } from "./substitution/object.ts";

/** The origin that a place tells of; undefined where no file says it. */
export function originOfPlace(place: Place): Origin | undefined {
  const behind = place.behind === undefined ? undefined : originOfPlace(place.behind);
  const { file, way } = place.source;
  if (file === "") return behind;
  const { variables } = place.source as Partial<SubstitutedSource>;
  return {
    file,
    start: place.start,
    end: place.end,
    way,
    ...(behind === undefined ? {} : { behind }),
    ...(variables === undefined ? {} : { variables }),
  };
}
