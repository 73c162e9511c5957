import { isEqual } from "../json.ts";
import { operationsBetween } from "./between.ts";
import type { Edited } from "./edit.ts";
import { editsBetween } from "./edits-between.ts";
import { changed } from "./expected.ts";
import { type OpenedFile, openFile } from "./opening.ts";
import type { NodeOperation } from "./operation.ts";
import type { Page } from "./page.ts";
import { parseWritten } from "./parse.ts";
import { planOperation } from "./plan.ts";
import { literalValue } from "./reading.ts";
import { type Refused, refused } from "./refusal.ts";
import { type Splice, spliced } from "./splice.ts";
import { styleOf } from "./style.ts";

/**
 * Changes one document (0-based) of a file by splices that leave every other byte alone. After each splice the whole
 * file is read again: it must say exactly what was wished, or the edit is refused.
 */
export function editDocument(
  bytes: Uint8Array,
  file: string,
  document: number,
  operations: readonly NodeOperation[],
): Edited {
  const opened = openFile(bytes, file);
  if (!opened.ok) return opened;
  let current: OpenedFile = opened;
  for (const operation of operations.flatMap(finer)) {
    const next = applied(current, file, document, operation);
    if (!next.ok) return next;
    current = next;
  }
  const edits = editsBetween(file, opened.mark + opened.text, opened.mark + current.text);
  return { ok: true, edits, bytes: new TextEncoder().encode(opened.mark + current.text) };
}

// A map or a list that becomes another one keeps what both have.
function finer(operation: NodeOperation): readonly NodeOperation[] {
  return operation.do === "set" ? operationsBetween(operation.from, operation.to, operation.path) : [operation];
}

function applied(file: OpenedFile, name: string, document: number, operation: NodeOperation): OpenedFile | Refused {
  const root = file.documents[document];
  if (root === undefined) {
    return refused("STALE", `expected at least ${document + 1} documents, found ${file.documents.length}`, name);
  }
  const page = { text: file.text, style: styleOf(file.text, root) };
  const plan = planOperation(operation, root, page);
  if (!plan.ok) return refused(plan.code, plan.message, name, { text: file.text, at: plan.at });
  const values = file.documents.map(literalValue);
  const isWhole = plan.change.path.length === 0 && plan.change.do === "remove";
  const wanted = isWhole
    ? values.toSpliced(document, 1)
    : values.with(document, changed(literalValue(root), plan.change));
  for (const way of plan.ways.flatMap((each) => atEnd(each, page))) {
    const text = spliced(file.text, way);
    const parsed = parseWritten(text);
    if (parsed.ok && isEqual(parsed.documents.map(literalValue), wanted)) {
      return { ...file, text, documents: parsed.documents };
    }
  }
  return refused(
    "UNSUPPORTED",
    "expected a way to write this change that reads back as it is meant, found none: change it by hand",
    name,
  );
}

// A block at the end of a file may need the line break that the file did without.
function atEnd(way: Splice, { text, style }: Page): readonly Splice[] {
  return way.end === text.length ? [way, { ...way, text: way.text + style.lineBreak }] : [way];
}
