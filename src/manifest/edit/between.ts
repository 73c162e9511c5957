import { diffArrays } from "diff";
import type { Json, JsonMap } from "../../signal/object.ts";
import { itemStep, mergeKeyOf } from "../difference.ts";
import { isEqual, isList, isMap, own } from "../json.ts";
import type { FieldPath } from "../path.ts";
import type { NodeOperation } from "./operation.ts";

/** Operations that turn one value into the other and leave alone whatever both have: one after the other, in this order. */
export function operationsBetween(before: Json, after: Json, path: FieldPath = []): readonly NodeOperation[] {
  if (isEqual(before, after)) return [];
  if (isMap(before) && isMap(after)) return betweenMaps(before, after, path);
  if (isList(before) && isList(after) && before.length > 0 && after.length > 0)
    return betweenLists(before, after, path);
  return [{ do: "set", path, from: before, to: after }];
}

function betweenMaps(before: JsonMap, after: JsonMap, path: FieldPath): readonly NodeOperation[] {
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const keys = Object.keys(after);
  const kept = keys.flatMap((key, at): readonly NodeOperation[] => {
    const to = own(after, key) ?? null;
    const from = own(before, key);
    if (from !== undefined) return operationsBetween(from, to, [...path, key]);
    const previous = keys[at - 1];
    return [{ do: "add", path: [...path, key], to, ...(previous === undefined ? {} : { after: previous }) }];
  });
  // What goes goes last: a map that is empty for a moment would lose its shape.
  return [
    ...kept,
    ...gone.map((key) => ({ do: "remove", path: [...path, key], from: own(before, key) ?? null }) as const),
  ];
}

function betweenLists(before: readonly Json[], after: readonly Json[], path: FieldPath): readonly NodeOperation[] {
  const key = mergeKeyOf(before, after);
  const isSame = (a: Json, b: Json): boolean =>
    key === undefined ? isEqual(a, b) : itemStep(key, a) === itemStep(key, b);
  const script = new ListScript(before, after, path);
  let removed = 0;
  let added = 0;
  for (const part of diffArrays([...before], [...after], { comparator: isSame })) {
    if (part.removed) removed += part.value.length;
    else if (part.added) added += part.value.length;
    else {
      script.replace(removed, added);
      script.replace(part.value.length, part.value.length);
      removed = 0;
      added = 0;
    }
  }
  script.replace(removed, added);
  return script.operations;
}

class ListScript {
  readonly operations: NodeOperation[] = [];
  readonly #before: readonly Json[];
  readonly #after: readonly Json[];
  readonly #path: FieldPath;
  #from = 0;
  #to = 0;

  constructor(before: readonly Json[], after: readonly Json[], path: FieldPath) {
    this.#before = before;
    this.#after = after;
    this.#path = path;
  }

  /** The next `removed` items become the next `added` ones: as many as can be are changed in place. */
  replace(removed: number, added: number): void {
    const pairs = Math.min(removed, added);
    for (let pair = 0; pair < pairs; pair++) {
      const place = [...this.#path, this.#to];
      this.operations.push(...operationsBetween(this.#old(), this.#new(), place));
    }
    for (let left = removed - pairs; left > 0; left--) {
      this.operations.push({ do: "remove", path: [...this.#path, this.#to], from: this.#old() });
    }
    for (let left = added - pairs; left > 0; left--) {
      const path = [...this.#path, this.#to];
      this.operations.push({ do: "add", path, to: this.#new() });
    }
  }

  #old(): Json {
    return this.#before[this.#from++] ?? null;
  }

  #new(): Json {
    return this.#after[this.#to++] ?? null;
  }
}
