import type { Environment } from "@marcbachmann/cel-js";
import { RE2JS } from "re2js";
import { quantityOf } from "../diagnosis/quantity.ts";

/** The name that `matches` is called by once it is bounded: the engine's own takes exponential time. */
export const BOUNDED_MATCHES = "matchesInLinearTime";

class Quantity {
  readonly amount: number;

  constructor(text: string) {
    const amount = quantityOf(text);
    if (amount === undefined) throw new Error(`"${text}" is no quantity`);
    this.amount = amount;
  }
}

/** Adds the functions that Kubernetes adds to CEL and that are of use to a policy on manifests. */
export function addFunctions(environment: Environment): Environment {
  addRegularExpressions(environment);
  addQuantities(environment);
  addTexts(environment);
  addLists(environment);
  return environment;
}

function addRegularExpressions(environment: Environment): void {
  const findAll = (text: string, pattern: string): string[] => {
    const matcher = RE2JS.compile(pattern).matcher(text);
    const found: string[] = [];
    while (matcher.find()) found.push(matcher.group() ?? "");
    return found;
  };
  environment
    .registerFunction(`string.${BOUNDED_MATCHES}(string): bool`, (text: string, pattern: string) =>
      RE2JS.compile(pattern).matcher(text).find(),
    )
    .registerFunction("string.find(string): string", (text: string, pattern: string) => findAll(text, pattern)[0] ?? "")
    .registerFunction("string.findAll(string): list<string>", findAll);
}

function addQuantities(environment: Environment): void {
  const compare = (a: Quantity, b: Quantity): bigint => BigInt(Math.sign(a.amount - b.amount));
  environment
    .registerType("Quantity", Quantity)
    .registerFunction("quantity(string): Quantity", (text: string) => new Quantity(text))
    .registerFunction("isQuantity(string): bool", (text: string) => quantityOf(text) !== undefined)
    .registerFunction("Quantity.compareTo(Quantity): int", compare)
    .registerFunction("Quantity.isGreaterThan(Quantity): bool", (a: Quantity, b: Quantity) => compare(a, b) > 0n)
    .registerFunction("Quantity.isLessThan(Quantity): bool", (a: Quantity, b: Quantity) => compare(a, b) < 0n)
    .registerFunction("Quantity.sign(): int", (quantity: Quantity) => BigInt(Math.sign(quantity.amount)))
    .registerFunction("Quantity.asApproximateFloat(): double", (quantity: Quantity) => quantity.amount);
}

function addTexts(environment: Environment): void {
  environment
    .registerFunction("string.charAt(int): string", (text: string, at: bigint) => text.charAt(Number(at)))
    .registerFunction("string.replace(string, string): string", (text: string, from: string, to: string) =>
      text.replaceAll(from, () => to),
    );
}

function addLists(environment: Environment): void {
  type Comparable = bigint | number | string;
  const most = (list: readonly Comparable[], isBetter: (a: Comparable, b: Comparable) => boolean): Comparable => {
    const [first, ...rest] = list;
    if (first === undefined) throw new Error("an empty list has neither minimum nor maximum");
    return rest.reduce((best, item) => (isBetter(item, best) ? item : best), first);
  };
  environment
    .registerFunction("list.min(): dyn", (list: readonly Comparable[]) => most(list, (a, b) => a < b))
    .registerFunction("list.max(): dyn", (list: readonly Comparable[]) => most(list, (a, b) => a > b))
    .registerFunction("list.isSorted(): bool", (list: readonly Comparable[]) =>
      list.every((item, at) => at === 0 || item >= (list[at - 1] ?? item)),
    )
    .registerFunction("list.indexOf(dyn): int", (list: readonly unknown[], item: unknown) =>
      BigInt(list.indexOf(item)),
    );
}
