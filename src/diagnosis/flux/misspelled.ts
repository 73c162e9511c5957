import { isMap } from "../../manifest/json.ts";
import { valueAt } from "../../manifest/path.ts";
import { kindKey, type ObjectRef, refText } from "../../signal/object.ts";
import type { Advice } from "../hypothesis.ts";
import { nearestName } from "../reference/nearest.ts";
import type { Scene } from "../scene.ts";
import { settingKindOf } from "../setting-kind.ts";
import { setting } from "../telling.ts";

/**
 * Gives a field that the API server does not know the name that it has in every other object of its kind: the only one
 * there that comes near and that this object lacks. Undefined where none does.
 */
export function renamedField(scene: Scene, object: ObjectRef, text: string): Advice | undefined {
  const path = unknownField(text);
  const rendered = scene.manifests.findObject(object)[0]?.rendered;
  const declared = rendered?.object;
  const value = path === undefined ? undefined : valueAt(declared, path);
  if (path === undefined || value === undefined || typeof value === "object") return undefined;
  // Written anew, a value would no longer follow its variable.
  if (rendered?.originOf(path)?.variables !== undefined) return undefined;
  const place = path.slice(0, -1);
  const own = namesAt(declared, place);
  const known = scene.lookup.all(kindKey(object)).flatMap((other) => namesAt(other, place));
  const name = nearField(
    path.at(-1) ?? "",
    known.filter((each) => !own.includes(each)),
  );
  if (name === undefined) return undefined;
  const written = { path, from: value, to: undefined };
  const meant = { path: [...place, name], from: undefined, to: value };
  const because = `${path.join(".")} of ${refText(object)} should be ${name}, as in others of its kind`;
  const intent = setting(settingKindOf({ object, path }), object, [written, meant], because);
  return { is: "change", intents: [intent], because };
}

// Where lists lead to the field, others of the kind hold other items.
function unknownField(text: string): readonly string[] | undefined {
  const path = /(?:^|\s)\.([A-Za-z][\w.]*): field not declared in schema|unknown field "([\w.]+)"/.exec(text);
  const steps = (path?.[1] ?? path?.[2])?.split(".");
  return steps === undefined || steps.length < 2 ? undefined : steps;
}

function namesAt(object: Parameters<typeof valueAt>[0], path: readonly string[]): readonly string[] {
  const value = valueAt(object, path);
  return isMap(value) ? Object.keys(value) : [];
}

function nearField(name: string, known: readonly string[]): string | undefined {
  return known.find((each) => each.toLowerCase() === name.toLowerCase()) ?? nearestName(name, known);
}
