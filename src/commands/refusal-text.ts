import type { Refusal } from "../manifest/rendered.ts";
import type { FileTree } from "../manifest/tree.ts";

/** A refusal as a compiler would tell it: where, what, and a caret below the very place. */
export function refusalText({ file, line, column, code, message }: Refusal, tree: FileTree): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  const head = `${place === "" ? "" : `${place}: `}${message} [${code}]\n`;
  const source = file === undefined || line === undefined ? undefined : sourceLine(tree, file, line);
  if (source === undefined || column === undefined) return head;
  const number = String(line);
  const gap = " ".repeat(number.length);
  // A tab before the place stays one, so that the caret stands below it.
  const indent = source.slice(0, column - 1).replace(/[^\t]/g, " ");
  return `${head}${gap} |\n${number} | ${source}\n${gap} | ${indent}^\n`;
}

function sourceLine(tree: FileTree, file: string, line: number): string | undefined {
  const bytes = tree.read(file);
  const source = bytes === undefined ? undefined : new TextDecoder().decode(bytes).split("\n")[line - 1];
  return source?.replace(/\r$/, "").slice(0, 500);
}
