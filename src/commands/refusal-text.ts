import { bytesOfLine } from "../manifest/position.ts";
import type { Refusal } from "../manifest/rendered.ts";
import type { FileTree } from "../manifest/tree.ts";

/** Where and what, in one line. */
export function refusalLine({ file, line, column, message }: Refusal): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return place === "" ? message : `${place}: ${message}`;
}

/** A refusal as a compiler would tell it: where, what, and a caret below the very place. */
export function refusalText(refusal: Refusal, tree: FileTree): string {
  const { file, line, column, code } = refusal;
  const head = `${refusalLine(refusal)} [${code}]\n`;
  const source = file === undefined || line === undefined ? undefined : sourceLine(tree, file, line);
  if (source === undefined || column === undefined) return head;
  const number = String(line);
  const gap = " ".repeat(number.length);
  const { shown, before } = partAround(source, column - 1);
  // A tab before the place stays one, so that the caret stands below it.
  const indent = before.replace(/[^\t]/g, " ");
  return `${head}${gap} |\n${number} | ${shown}\n${gap} | ${indent}^\n`;
}

const WIDEST = 160;

/** As much of a long line as fits on a screen around a place, and what stands before the place in it. */
function partAround(source: string, at: number): { readonly shown: string; readonly before: string } {
  const from = source.length <= WIDEST ? 0 : Math.max(0, at - WIDEST / 2);
  const led = from === 0 ? "" : "… ";
  const tail = from + WIDEST < source.length ? " …" : "";
  const part = source.slice(from, from + WIDEST).replaceAll(UNPRINTED, "\ufffd");
  return { shown: `${led}${part}${tail}`, before: `${led}${part.slice(0, at - from)}` };
}

// What would move the cursor or change the colours of a terminal.
const UNPRINTED = /[\p{Cc}--[\t\n]]/gv;

function sourceLine(tree: FileTree, file: string, line: number): string | undefined {
  const bytes = tree.read(file);
  const place = bytes && bytesOfLine(bytes, line);
  return place && new TextDecoder().decode(bytes.subarray(place.start, place.end)).replace(/\r$/, "");
}
