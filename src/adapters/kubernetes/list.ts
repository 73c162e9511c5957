import type { KnownKind } from "../../evidence/kinds.ts";
import { mapOf, mapsOf, textOf } from "../../signal/json.ts";
import type { KubernetesObject } from "../../signal/object.ts";
import { type Answer, type Ask, missingRight, refusal } from "./ask.ts";

/** The objects of one kind, and what is missing from them. */
export type Listed = {
  readonly objects: readonly KubernetesObject[];
  readonly isComplete: boolean;
  /** One sentence where something could not be read that a cluster should have. */
  readonly complaint?: string;
};

// As kubectl: large enough to be quick, small enough not to weigh on the API server.
const PAGE = 500;
// Between two pages a busy cluster may forget the state it listed from (410 Gone).
const RESTARTS = 2;

/** Lists every object of a kind, page by page. */
export async function listKind(ask: Ask, known: KnownKind, version: string, accept?: string): Promise<Listed> {
  for (let attempt = 0; ; attempt++) {
    const { objects, refused } = await listPages(ask, known, version, accept);
    if (refused === undefined) return { objects, isComplete: true };
    if (refused.status === 410 && attempt < RESTARTS) continue;
    return failed(known, objects, refused);
  }
}

type Pages = { readonly objects: KubernetesObject[]; readonly refused?: Answer };

async function listPages(ask: Ask, known: KnownKind, version: string, accept?: string): Promise<Pages> {
  const apiVersion = known.group === "" ? version : `${known.group}/${version}`;
  const path = `${known.group === "" ? "/api" : "/apis"}/${apiVersion}/${known.plural}`;
  const objects: KubernetesObject[] = [];
  let next = "";
  do {
    const query = new URLSearchParams({ limit: String(PAGE), ...(next !== "" && { continue: next }) });
    const answer = await ask(`${path}?${query}`, accept);
    if (answer.status !== 200) return { objects, refused: answer };
    const page = parse(answer.text);
    if (page === undefined) return { objects, refused: { status: 0, because: "the answer is not a list in JSON" } };
    // Items of a list do not say again what they are.
    for (const item of mapsOf(page["items"]))
      objects.push({ ...item, apiVersion, kind: known.kind } as KubernetesObject);
    next = textOf(mapOf(page["metadata"])["continue"]) ?? "";
  } while (next !== "");
  return { objects };
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = mapOf(JSON.parse(text));
    return "items" in value ? value : undefined;
  } catch {
    return undefined;
  }
}

function failed(known: KnownKind, objects: readonly KubernetesObject[], answer: Answer): Listed {
  // A cluster without Flux or cert-manager is whole.
  if (answer.status === 404 && !known.isBuiltIn) return { objects: [], isComplete: false };
  const read = objects.length === 0 ? "" : ` but for the first ${objects.length}`;
  return {
    objects,
    isComplete: false,
    complaint: `${known.kind} objects could not be read${read}: ${reason(known, answer)}.`,
  };
}

function reason({ group, plural }: KnownKind, answer: Answer): string {
  const resource = group === "" ? plural : `${plural}.${group}`;
  if (answer.status === 403) return missingRight("list", resource, answer);
  return answer.status === 404 ? `the cluster does not serve "${resource}"` : refusal(answer);
}
