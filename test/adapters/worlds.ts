import type { World } from "../../src/evidence/world.ts";
import { keyOf, refOf } from "../../src/signal/object.ts";

/** A world in an order that does not depend on how it was read, to be compared. */
export function inOrder({ objects, listed, logs, ...rest }: World) {
  return {
    ...rest,
    objects: Object.fromEntries(objects.map((object) => [keyOf(refOf(object)), object])),
    listed: [...listed].sort(),
    logs: Object.fromEntries(logs),
  };
}
