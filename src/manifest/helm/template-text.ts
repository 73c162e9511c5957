import type { FieldPath } from "../path.ts";

/** A template's own text, or that of one of its `define`s, as it is written: nothing in it is run. */
export type TemplateBlock = {
  /** The name of a `define`; undefined for the text around all of them. */
  readonly name: string | undefined;
  readonly lines: readonly (readonly Piece[])[];
};

/** Text that a line holds literally, or an action in it. */
export type Piece = string | Action;

/** What stands between `{{` and `}}`. */
export type Action = {
  /** The values it speaks of, each a path or the beginning of some. */
  readonly mentions: readonly FieldPath[];
  /** `value`: it does nothing but write such a value. `control`: it decides what else is written. */
  readonly does: "value" | "control" | "other";
  /** The `define`s whose text it takes in. */
  readonly includes: readonly string[];
  /** Whether it takes in text that is not to be told without running it. */
  readonly isBlind: boolean;
};

const ACTION = /\{\{((?:"(?:\\.|[^"\\\n])*"|`[^`]*`|[^{}"`]|\{(?!\{)|\}(?!\}))*)\}\}/g;
const REMARK = /\{\{-?\s*\/\*[\s\S]*?\*\//g;
const COMMENT = /^\s*#/;

/** Reads a template into its own text and its `define`s. */
export function readTemplate(text: string): readonly TemplateBlock[] {
  const reading = new Reading();
  const remarked = text.lastIndexOf("*/") + 2;
  const said = text.slice(0, remarked).replaceAll(REMARK, "{{") + text.slice(remarked);
  let end = 0;
  for (const match of said.matchAll(ACTION)) {
    reading.text(said.slice(end, match.index));
    reading.action((match[1] ?? "").replace(/^-\s/, "").replace(/\s-$/, "").trim());
    end = match.index + match[0].length;
  }
  reading.text(said.slice(end));
  return reading.blocks;
}

/** What `.` stands for: values, or (not exact) something made of them. */
type Dot = { readonly paths: readonly FieldPath[]; readonly isExact: boolean };

const ROOT: Dot = { paths: [], isExact: false };

type Open = { readonly dot: Dot; readonly outer: Block };

class Block implements TemplateBlock {
  readonly name: string | undefined;
  readonly variables = new Map<string, readonly FieldPath[]>();
  readonly #lines: Piece[][] = [[]];

  constructor(name?: string) {
    this.name = name;
  }

  get lines(): readonly (readonly Piece[])[] {
    return this.#lines.filter(([first]) => typeof first !== "string" || !COMMENT.test(first));
  }

  text(text: string): void {
    const [first = "", ...others] = text.split("\n");
    this.put(first);
    for (const line of others) this.#lines.push(line === "" ? [] : [line]);
  }

  put(piece: Piece): void {
    if (piece !== "") this.#lines.at(-1)?.push(piece);
  }
}

const REFERENCE = /\$[A-Za-z_]\w*|(?<![\w)\]])\$?(?:\.[A-Za-z_]\w*)+|(?<![\w.)\]$])\.(?![\w.])/g;
const PLAIN = /^\$?(?:\.[A-Za-z_]\w*)+$/;
const TAKING_IN = /\b(?:include|template|toYaml|toJson|Files)\b/;

class Reading {
  readonly blocks: Block[] = [];
  readonly #open: Open[] = [];
  #block: Block;

  constructor() {
    this.#block = new Block();
    this.blocks.push(this.#block);
  }

  text(text: string): void {
    this.#block.text(text);
  }

  action(code: string): void {
    const [word = ""] = code.split(/[\s(]/, 1);
    if (word === "end") this.#end();
    else if (word === "define" || word === "block") this.#define(code);
    else if (word === "if" || word === "with" || word === "range" || word === "else") this.#control(code, word);
    else if (/^\$\w+\s*:?=/.test(code)) this.#assign(code);
    else if (code !== "") this.#block.put(this.#actionOf(code));
  }

  get #dot(): Dot {
    return this.#open.at(-1)?.dot ?? ROOT;
  }

  #define(code: string): void {
    const block = new Block(/"([^"]+)"/.exec(code)?.[1] ?? "");
    if (code.startsWith("block")) this.#block.put(this.#actionOf(code.replace("block", "include")));
    this.#open.push({ dot: ROOT, outer: this.#block });
    this.blocks.push(block);
    this.#block = block;
  }

  #end(): void {
    this.#block = this.#open.pop()?.outer ?? this.#block;
  }

  #control(code: string, word: string): void {
    const action = this.#actionOf(this.#assign(code));
    this.#block.put({ ...action, does: "control" });
    const outer = word === "else" ? this.#open.pop()?.outer : this.#block;
    const isExact = action.mentions.length === 1 && /^with\s+\$?[.\w]+$/.test(code);
    const dot = word === "with" || word === "range" ? { paths: action.mentions, isExact } : this.#dot;
    this.#open.push({ dot, outer: outer ?? this.#block });
  }

  /** Keeps what variables are made of; what is left is what they are set to. */
  #assign(code: string): string {
    const [, names = "", expression] = /^(?:\w+\s+)?((?:\$\w+\s*,\s*)?\$\w+)\s*:?=\s*([\s\S]*)$/.exec(code) ?? [];
    if (expression === undefined) return code;
    const { mentions } = this.#actionOf(expression);
    for (const name of names.split(/\s*,\s*/))
      this.#block.variables.set(name, [...(this.#block.variables.get(name) ?? []), ...mentions]);
    return expression;
  }

  #actionOf(code: string): Action {
    const includes = [...code.matchAll(/\b(?:include|template)\s+"([^"]+)"/g)].map(([, name = ""]) => name);
    const bare = code.replaceAll(/"(?:\\.|[^"\\])*"|`[^`]*`/g, '""');
    const mentions = [...bare.matchAll(REFERENCE)].flatMap(([reference]) => this.#mentioned(reference));
    const isDark = /\btpl\b/.test(bare) || (TAKING_IN.test(bare) && mentions.length + includes.length === 0);
    const isBlind = isDark && !/\bsha256sum\b/.test(bare);
    return { mentions, does: PLAIN.test(code) && mentions.length === 1 ? "value" : "other", includes, isBlind };
  }

  #mentioned(reference: string): readonly FieldPath[] {
    if (/^\$\w/.test(reference)) return this.#block.variables.get(reference) ?? [];
    const steps = reference
      .replace(/^\$/, "")
      .split(".")
      .filter((step) => step !== "");
    if (steps[0] === "Values") return [steps.slice(1)];
    const { paths, isExact } = reference.startsWith("$") ? ROOT : this.#dot;
    return isExact ? paths.map((path) => [...path, ...steps]) : paths;
  }
}
