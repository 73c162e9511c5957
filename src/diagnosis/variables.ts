import type { Json } from "../signal/object.ts";
import type { Lookup } from "./lookup.ts";
import { listAt, textAt, textsAt } from "./read.ts";
import type { Container } from "./workload.ts";

/** One place that gives a container a variable; the value is undefined where a Secret or the cluster holds it. */
export type Giving = {
  readonly name: string;
  readonly value: string | undefined;
  /** Where it is given: `env`, or the map that `envFrom` reads. */
  readonly by: string;
  readonly field: "env" | "envFrom";
  readonly index: number;
};

/** The entries of a container's `env` that its program hears: of one name, the last. */
export function heardEntries({ spec }: Container): readonly Json[] {
  const entries = listAt(spec, "env");
  const last = new Map(entries.map((entry) => [textAt(entry, "name"), entry]));
  return entries.filter((entry) => last.get(textAt(entry, "name")) === entry);
}

/** All that gives a container its variables, in the order in which each takes the place of those before it. */
export function givingsOf(lookup: Lookup, namespace: string | null, { spec }: Container): readonly Giving[] {
  const own = listAt(spec, "env").map((entry, index): Giving => {
    const { name = "", key = "" } = textsAt(entry, "valueFrom", "configMapKeyRef");
    const value = textAt(entry, "value") ?? dataOf(lookup, namespace, name)[key];
    return { name: textAt(entry, "name") ?? "", value, by: "env", field: "env", index };
  });
  const read = listAt(spec, "envFrom").flatMap((entry, index) => {
    const map = textAt(entry, "configMapRef", "name") ?? "";
    return Object.entries(dataOf(lookup, namespace, map)).map(([key, value]): Giving => {
      const name = `${textAt(entry, "prefix") ?? ""}${key}`;
      return { name, value, by: `ConfigMap ${map}`, field: "envFrom", index };
    });
  });
  return [...read, ...own];
}

function dataOf(lookup: Lookup, namespace: string | null, name: string): Readonly<Record<string, string>> {
  return textsAt(lookup.find("/ConfigMap", namespace, name), "data");
}
