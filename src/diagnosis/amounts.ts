import type { Json } from "../signal/object.ts";
import { containerStep } from "./bearing.ts";
import type { Refused } from "./message/admission.ts";
import { quantityOf } from "./quantity.ts";
import { mapAt } from "./read.ts";
import type { Suspect } from "./suspect.ts";

/** One amount of a container that a change wrote, took away or made another. */
type AmountChange = {
  readonly part: "limits" | "requests";
  readonly resource: string;
  readonly from: number | undefined;
  readonly to: number | undefined;
};

/** Whether a change took a container over the bound of a limit range: the other way round it is innocent. */
export function breaksBound(suspect: Suspect, { resource, bound }: Extract<Refused, { is: "limit-range" }>): boolean {
  return amountChanges(suspect).some((change) => {
    if (change.resource !== resource) return false;
    return bound === "ratio" || (bound === "maximum" ? isRaised(change) : isLowered(change));
  });
}

/** Whether a change asks a node for more of a resource than before. */
export function asksForMore(suspect: Suspect, resource: string): boolean {
  return raisesAny(suspect, [resource, `limits.${resource}`]);
}

/** Whether a change raised, or brought, an amount that a quota counts under one of these names. */
export function raisesAny(suspect: Suspect, names: readonly string[]): boolean {
  return amountChanges(suspect).some((change) => change.to !== undefined && isRaised(change) && isNamed(change, names));
}

/** Whether a change left an amount unsaid that a quota counts under one of these names. */
export function leavesUnsaid(suspect: Suspect, names: readonly string[]): boolean {
  const isNew = containerStep(suspect.path)?.rest.length === 0 && suspect.from === undefined;
  return isNew || amountChanges(suspect).some((change) => change.to === undefined && isNamed(change, names));
}

// What nobody says may be as much as it likes, or as little.
function isRaised({ from, to }: AmountChange): boolean {
  return from === undefined || to === undefined || to > from;
}

function isLowered({ from, to }: AmountChange): boolean {
  return from === undefined || to === undefined || to < from;
}

// `requests.memory`, and `memory` for the same.
function isNamed({ part, resource }: AmountChange, names: readonly string[]): boolean {
  return names.includes(`${part}.${resource}`) || (part === "requests" && names.includes(resource));
}

function amountChanges({ path, from, to }: Suspect): readonly AmountChange[] {
  const step = containerStep(path);
  if (step === undefined) return [];
  const [old, fresh] = [from, to].map((value) => resourcesOf(step.rest, value));
  return (["limits", "requests"] as const).flatMap((part) => {
    const [before, after] = [mapAt(old, part), mapAt(fresh, part)];
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((resource) => {
      const change = { part, resource, from: quantityOf(before[resource]), to: quantityOf(after[resource]) };
      return change.from === change.to ? [] : [change];
    });
  });
}

// The whole of a container's resources, of which a change may have been a part.
function resourcesOf([field, ...rest]: readonly (string | number)[], value: Json | undefined): Json | undefined {
  if (field === undefined) return mapAt(value, "resources");
  if (field !== "resources") return undefined;
  return rest.reduceRight<Json | undefined>(
    (inner, key) => (inner === undefined ? undefined : { [key]: inner }),
    value,
  );
}
