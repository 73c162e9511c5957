import type { ObjectRef } from "../../signal/object.ts";
import type { Intent } from "../intent.ts";
import { namesWord } from "../match.ts";
import type { Unreachable } from "../message/complaint.ts";
import { listAt, textAt } from "../read.ts";
import type { Scene } from "../scene.ts";
import { declaredAt } from "../suspects.ts";
import { setting } from "../telling.ts";
import { type Container, containersOf, podTemplateOf } from "../workload.ts";
import type { Unreached } from "./unreachable.ts";

type Written = { readonly path: readonly (string | number)[]; readonly value: string };

/**
 * The intent to write another value in the one place where the manifest says the address: a variable, or a word of the
 * command; undefined where it is not exactly one, or where a container beside it asks there too.
 */
export function rewritten(
  scene: Scene,
  root: ObjectRef,
  found: Unreached,
  change: (value: string) => string | undefined,
  basis: string,
): Intent | undefined {
  const object = scene.lookup.get(root);
  const template = object === undefined ? undefined : podTemplateOf(object);
  const containers = template === undefined ? [] : containersOf(template);
  const container = containers.find(({ name }) => name === found.container);
  const beside = containers.filter(({ name }) => name !== found.container).flatMap(writtenIn);
  if (container === undefined || beside.some(({ value }) => namesWord(value, found.complaint.host))) return undefined;
  const fields = writtenIn(container).flatMap(({ path, value }) => {
    const to = isAddressOf(value, found.complaint) ? change(value) : undefined;
    return to === undefined || to === value || declaredAt(scene, root, path) !== value
      ? []
      : [{ path, from: value, to }];
  });
  const [only, ...others] = fields;
  if (only === undefined || others.length > 0) return undefined;
  return setting(only.path.includes("env") ? "set-environment" : "set-command", root, [only], basis);
}

function writtenIn(container: Container): readonly Written[] {
  return [...variablesOf(container), ...wordsOf(container)];
}

function variablesOf(container: Container): readonly Written[] {
  return listAt(container.spec, "env").flatMap((entry) => {
    const value = textAt(entry, "value");
    return value === undefined
      ? []
      : [{ path: [...container.path, "env", `[name=${textAt(entry, "name") ?? ""}]`, "value"], value }];
  });
}

function wordsOf(container: Container): readonly Written[] {
  return ["command", "args"].flatMap((field) =>
    listAt(container.spec, field).flatMap((value, at) =>
      typeof value === "string" ? [{ path: [...container.path, field, at], value }] : [],
    ),
  );
}

function isAddressOf(value: string, complaint: Unreachable): boolean {
  return namesWord(value, complaint.host) || value === String(complaint.port);
}
