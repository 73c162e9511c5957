import { type Form, readBy } from "./form.ts";

/** Why the scheduler ruled nodes out. */
type Obstacle =
  | { readonly is: "resource"; readonly resource: string }
  | { readonly is: "pods" }
  | { readonly is: "selector" }
  | { readonly is: "taint"; readonly taint: string | null }
  | { readonly is: "cordoned" }
  | { readonly is: "affinity" }
  | { readonly is: "anti-affinity" }
  | { readonly is: "spread" }
  | { readonly is: "volume-node" }
  | { readonly is: "claim-unbound" }
  | { readonly is: "claim-missing"; readonly claim: string }
  | { readonly is: "no-volume" }
  | { readonly is: "volume-in-use" }
  | { readonly is: "port" }
  | { readonly is: "node-name" }
  | { readonly is: "no-nodes" }
  | { readonly is: "other"; readonly text: string };

/** An obstacle and how many nodes it ruled out; null where the scheduler gives no count. */
export type Predicate = { readonly nodes: number | null; readonly obstacle: Obstacle };

// The forms of Kubernetes 1.16 to 1.36, all in one table: the scheduler never changes one without keeping its gist.
const FORMS: readonly Form<Obstacle>[] = [
  [/^Insufficient (\S+)/, (match) => ({ is: "resource", resource: match[1] ?? "" })],
  [/^Too many pods/, () => ({ is: "pods" })],
  [/untolerated taint|that the pod didn't tolerate/, (match) => ({ is: "taint", taint: taintOf(match.input ?? "") })],
  [/unschedulable/, () => ({ is: "cordoned" })],
  [/anti-affinity/, () => ({ is: "anti-affinity" })],
  [/pod affinity/, () => ({ is: "affinity" })],
  [/topology spread/, () => ({ is: "spread" })],
  [/didn't match (Pod's )?node (affinity|selector)|node selector/i, () => ({ is: "selector" })],
  [/requested (node|host) name/, () => ({ is: "node-name" })],
  [
    /volume node affinity conflict|PersistentVolume's node affinity|no available volume zone/,
    () => ({ is: "volume-node" }),
  ],
  [/unbound immediate PersistentVolumeClaims/, () => ({ is: "claim-unbound" })],
  [/persistentvolumeclaim "([^"]+)" not found/, (match) => ({ is: "claim-missing", claim: match[1] ?? "" })],
  [/didn't find available persistent volumes|non-existent p(?:v|ersistentvolume)/, () => ({ is: "no-volume" })],
  [/ReadWriteOncePod|already in-use|exceed max volume count/, () => ({ is: "volume-in-use" })],
  [/free ports/, () => ({ is: "port" })],
];

/** The predicates of a scheduler message, preemption's part left out; empty where it is none. */
export function predicatesOf(message: string): readonly Predicate[] {
  if (/^no nodes available to schedule pods/.test(message)) return [{ nodes: null, obstacle: { is: "no-nodes" } }];
  const told = /^\d+\/\d+ nodes are available:\s*(.*)$/s.exec(message)?.[1];
  if (told === undefined) {
    const bare = FORMS.find(([form]) => form.test(message));
    return bare === undefined ? [] : [{ nodes: null, obstacle: obstacleOf(message) }];
  }
  const verdict = told.split(/\.?\s+(?:no new claims to deallocate|preemption:)/)[0] ?? told;
  return verdict
    .split(/, (?=\d+ )/)
    .map((part) => part.trim().replace(/\.$/, ""))
    .filter((part) => part !== "")
    .map((part) => {
      const counted = /^(\d+) (.*)$/s.exec(part);
      return counted === null
        ? { nodes: null, obstacle: obstacleOf(part) }
        : { nodes: Number(counted[1]), obstacle: obstacleOf(counted[2] ?? "") };
    });
}

function obstacleOf(text: string): Obstacle {
  return readBy(FORMS, text) ?? { is: "other", text };
}

function taintOf(text: string): string | null {
  return /\{([^}]*)\}/.exec(text)?.[1]?.trim() ?? null;
}
