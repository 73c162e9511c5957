import type { Json } from "../../signal/object.ts";
import { type FieldPath, itemSelector } from "../path.ts";
import { HOLE, type KeyedLine, keyedLine, mayWrite } from "./keyed-line.ts";
import { type Action, type Piece, readTemplate, type TemplateBlock } from "./template-text.ts";
import type { ValuesLeaf } from "./values-leaf.ts";

/** A scalar field of a live object: whose kind, where it stands, and its value as text. */
export type Sought = { readonly kind: string; readonly path: FieldPath; readonly text: string };

/** Reads the templates of a chart for the values that one of their lines would write into a field. */
export class TemplateSearch {
  /** Those whose text stands in the field. */
  readonly found = new Set<ValuesLeaf>();
  /** Something else may set the field as well: the template's own text, or what only running it would tell. */
  isOpen = false;
  readonly #sought: Sought;
  readonly #key: string;
  readonly #leaves: readonly ValuesLeaf[];
  readonly #texts: ReadonlyMap<string, string>;
  readonly #likely: readonly ValuesLeaf[];
  readonly #defines = new Map<string, TemplateBlock>();

  constructor(files: ReadonlyMap<string, Uint8Array>, leaves: readonly ValuesLeaf[], sought: Sought) {
    this.#sought = sought;
    this.#key = String(sought.path.at(-1));
    this.#leaves = leaves;
    this.#texts = new Map(leaves.map(({ path, value }) => [JSON.stringify(path), textOf(value)]));
    this.#likely = leaves.filter(({ value }) => textOf(value) !== "" && sought.text.includes(textOf(value)));
    const templates = [...files].flatMap(([file, bytes]) => {
      const chart = /^((?:charts\/[^/]+\/)*)templates\/.+\.(?:ya?ml|tpl|json)$/.exec(file)?.[1]?.split("/");
      if (chart === undefined) return [];
      // The values of a chart within the chart stand under its name.
      const within = chart.filter((_, at) => at % 2 === 1);
      return readTemplate(Buffer.from(bytes).toString()).map((block) => ({ within, block }));
    });
    for (const { block } of templates) if (block.name !== undefined) this.#defines.set(block.name, block);
    for (const { within, block } of templates) if (block.name === undefined) this.#read(block, within, new Set());
  }

  #read(block: TemplateBlock, within: FieldPath, read: Set<TemplateBlock>): void {
    const lines = read.has(block) ? [] : block.lines.map(keyedLine);
    read.add(block);
    const kinds = lines.filter(({ key, text }) => key === "kind" && !/^\s/.test(text));
    const isMade = [this.#sought.kind, "List"].some((kind) => kinds.some((line) => this.#writes(line, kind, within)));
    if (kinds.length > 0 && !isMade) return;
    for (const line of lines) {
      this.#line(line, within);
      for (const name of line.actions.flatMap(({ includes }) => includes)) {
        const define = this.#defines.get(name);
        if (define === undefined) this.isOpen = true;
        else this.#read(define, within, read);
      }
    }
  }

  #line(line: KeyedLine, within: FieldPath): void {
    const { key, text, actions } = line;
    const isOwn = key === this.#key || (key?.includes(HOLE) === true && this.#mayBeKeyOf(actions, within));
    if (isOwn && line.goesOn) this.isOpen = true;
    else if (isOwn && this.#writes(line, this.#sought.text, within)) this.#take(line.value.filter(isAction), within);
    else if (!isOwn && keysIn(text).includes(this.#key)) this.isOpen = true;
    for (const action of actions) this.#around(action, within);
    if (!isOwn && actions.some(({ isBlind }) => isBlind)) this.isOpen = true;
  }

  /** Whether what these actions write may be the field's key: nothing they speak of has it, where the answer is no. */
  #mayBeKeyOf(actions: readonly Action[], within: FieldPath): boolean {
    const mentions = actions.flatMap((action) => this.#mentionsOf(action, new Set()));
    const has = ({ path, value }: ValuesLeaf): boolean => path.at(-1) === this.#key || textOf(value) === this.#key;
    return mentions.length === 0 || this.#leaves.some((leaf) => has(leaf) && isBeneath(leaf, mentions, within));
  }

  #writes({ value }: KeyedLine, text: string, within: FieldPath): boolean {
    const parts = value.map((piece) => (typeof piece === "string" ? piece : this.#written(piece, within)));
    return mayWrite(parts, text);
  }

  /** What an action writes, where it only writes a value. */
  #written({ does, mentions: [mention] }: Action, within: FieldPath): string | undefined {
    if (does !== "value" || mention === undefined) return undefined;
    return this.#texts.get(JSON.stringify([...within, ...mention]));
  }

  /** Takes the values that actions of a line speak of which may write the field. */
  #take(actions: readonly Action[], within: FieldPath): void {
    const mentions = actions.flatMap((action) => this.#mentionsOf(action, new Set()));
    const taken = this.#likely.filter((leaf) => isBeneath(leaf, mentions, within));
    for (const leaf of taken) this.found.add(leaf);
    if (taken.length === 0) this.isOpen = true;
  }

  /** Takes what a whole map of values brings along under the same keys, and what decides whether anything is written. */
  #around({ mentions, does }: Action, within: FieldPath): void {
    for (const leaf of this.#likely) {
      const rests = mentions.flatMap((mention) => beneath(leaf.path, [...within, ...mention]));
      const isSame = textOf(leaf.value) === this.#sought.text;
      const sets = (rest: FieldPath): boolean =>
        does === "control" ? rest.length === 0 : rest.length > 0 && endsWith(this.#sought.path, rest);
      if (isSame && rests.some(sets)) this.found.add(leaf);
    }
  }

  #mentionsOf({ mentions, includes }: Action, read: Set<string>): readonly FieldPath[] {
    const inner = includes.flatMap((name) => {
      const define = read.has(name) ? undefined : this.#defines.get(name);
      read.add(name);
      return (
        define?.lines
          .flat()
          .filter(isAction)
          .flatMap((action) => this.#mentionsOf(action, read)) ?? []
      );
    });
    return [...mentions, ...inner];
  }
}

/** Whatever stands before a colon: a map may be written in one line. */
function keysIn(text: string): readonly string[] {
  const words = text.replaceAll(/["']/g, "").split(/[\s{,[]+/);
  return words.flatMap((word) => (word.includes(":") ? [word.slice(0, word.indexOf(":"))] : []));
}

function isAction(piece: Piece): piece is Action {
  return typeof piece !== "string";
}

/** The one path that leads on from a place to what is in it; none where it is not in it. */
function beneath(path: FieldPath, place: FieldPath): readonly FieldPath[] {
  return place.every((step, at) => path[at] === step) ? [path.slice(place.length)] : [];
}

function isBeneath({ path }: ValuesLeaf, mentions: readonly FieldPath[], within: FieldPath): boolean {
  return mentions.some((mention) => beneath(path, [...within, ...mention]).length > 0);
}

/** Whether a field's path ends like that of a value; which item of a list is meant does not count. */
function endsWith(path: FieldPath, end: FieldPath): boolean {
  const own = path.slice(-end.length);
  return own.length === end.length && own.every((step, at) => step === end[at] || (isItem(step) && isItem(end[at])));
}

function isItem(step: string | number | undefined): boolean {
  return typeof step === "number" || (step !== undefined && itemSelector(step) !== undefined);
}

function textOf(value: Json): string {
  return value === null ? "" : String(value);
}
