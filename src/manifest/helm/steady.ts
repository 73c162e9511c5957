import { fieldOf, type Mapping, mapChildren, type Node, scalarAt } from "../yaml/node.ts";
import type { ChartJob } from "./chart-job.ts";

const DRAWING =
  /\b(?:rand(?:Alpha|AlphaNum|Ascii|Numeric|Bytes|Int)|uuidv4|gen(?:PrivateKey|CA|SelfSignedCert|SignedCert)\w*|bcrypt|htpasswd|encryptAES|shuffle|now)\b/;

const drawn = new WeakMap<ChartJob["files"], boolean>();

/** Whether a template of the chart makes something else at every rendering: a password, a certificate, the time. */
export function drawsLots({ files }: ChartJob): boolean {
  const known = drawn.get(files) ?? [...files].some(([path, bytes]) => isTemplate(path) && DRAWING.test(textOf(bytes)));
  drawn.set(files, known);
  return known;
}

function isTemplate(path: string): boolean {
  return /(?:^|\/)templates\//.test(path);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** An object as two renderings of the same both say it; what they say differently stands for whatever is drawn. */
export function steadied(object: Mapping, again: Mapping): Mapping {
  return steady(object, again) as Mapping;
}

function steady(node: Node, again: Node | undefined): Node {
  if (node.kind === "map") {
    return {
      ...node,
      entries: node.entries.map((entry) => ({ ...entry, value: steady(entry.value, fieldOf(again, entry.key)) })),
    };
  }
  if (node.kind === "list") {
    let at = -1;
    return mapChildren(node, (item) => {
      at += 1;
      return steady(item, again?.kind === "list" ? again.items[at] : undefined);
    });
  }
  const isSame = again?.kind === "scalar" && again.text === node.text;
  return isSame ? node : scalarAt(node, "(drawn anew at every rendering)", "!!str", "QUOTE_DOUBLE");
}
