import { columnOf } from "./text.ts";
import { childrenOf, type Written, type WrittenMap } from "./written.ts";

/** The habits of a document's author, which new lines follow. */
export type Style = {
  readonly lineBreak: "\n" | "\r\n";
  /** Columns from a key to the keys below it. */
  readonly mapStep: number;
  /** Columns from a key to the dashes below it; often none. */
  readonly listStep: number;
  readonly quote: "QUOTE_SINGLE" | "QUOTE_DOUBLE";
  /** Whether the document is JSON: braces, and every text in double quotes. */
  readonly json: boolean;
};

/** The habits of most Kubernetes manifests. */
export const USUAL_STYLE: Style = { lineBreak: "\n", mapStep: 2, listStep: 2, quote: "QUOTE_DOUBLE", json: false };

/** Reads the habits off a document; where it shows none, the usual ones. */
export function styleOf(text: string, document: Written): Style {
  const habits: Habits = { mapSteps: new Map(), listSteps: new Map(), quotes: new Map() };
  note(document, text, habits);
  return {
    lineBreak: text.includes("\r\n") ? "\r\n" : "\n",
    mapStep: commonest(habits.mapSteps) ?? USUAL_STYLE.mapStep,
    listStep: commonest(habits.listSteps) ?? USUAL_STYLE.listStep,
    quote: commonest(habits.quotes) ?? USUAL_STYLE.quote,
    json: isJson(document),
  };
}

type Habits = {
  readonly mapSteps: Map<number, number>;
  readonly listSteps: Map<number, number>;
  readonly quotes: Map<Style["quote"], number>;
};

function note(node: Written, text: string, habits: Habits): void {
  if (node.kind === "scalar" && (node.style === "QUOTE_SINGLE" || node.style === "QUOTE_DOUBLE")) {
    count(habits.quotes, node.style);
  }
  if (node.kind === "map" && !node.flow) noteSteps(node, text, habits);
  for (const child of childrenOf(node)) note(child, text, habits);
}

function noteSteps(map: WrittenMap, text: string, { mapSteps, listSteps }: Habits): void {
  for (const { start, value } of map.entries) {
    if ((value.kind !== "map" && value.kind !== "list") || value.flow) continue;
    const step = columnOf(text, value.start) - columnOf(text, start);
    count(value.kind === "map" ? mapSteps : listSteps, step);
  }
}

function count<T>(counts: Map<T, number>, habit: T): void {
  counts.set(habit, (counts.get(habit) ?? 0) + 1);
}

function commonest<T>(counts: ReadonlyMap<T, number>): T | undefined {
  return [...counts].reduce<readonly [T, number] | undefined>(
    (best, habit) => (best !== undefined && best[1] >= habit[1] ? best : habit),
    undefined,
  )?.[0];
}

function isJson(node: Written): boolean {
  if (node.kind === "map")
    return node.flow && node.entries.every(({ keyNode, value }) => isQuoted(keyNode) && isJson(value));
  if (node.kind === "list") return node.flow && node.items.every(({ value }) => isJson(value));
  return node.kind === "scalar" && (node.style === "QUOTE_DOUBLE" || node.style === "PLAIN");
}

function isQuoted(node: Written): boolean {
  return node.kind === "scalar" && node.style === "QUOTE_DOUBLE";
}
