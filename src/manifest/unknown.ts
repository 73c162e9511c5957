import { generatedFromCipher } from "./flux/encrypted.ts";
import type { Placed } from "./flux/tree.ts";

/** One thing about a Kustomization that could not be followed: the same reason may hold for many of them. */
type Gap = {
  readonly id: string;
  readonly reason: string;
  /** The sentence for one of them by its id, and for several by their number and some of their ids. */
  readonly one: (id: string) => string;
  readonly several: (count: number, ids: string) => string;
};

/** What of these Kustomizations could not be followed, and why it matters: one sentence for each reason. */
export function unknownOf(placed: readonly Placed[]): readonly string[] {
  const byReason = Map.groupBy(placed.flatMap(gapsOf), ({ reason }) => reason);
  return [...byReason.values()].flatMap((gaps) => {
    const [first] = gaps;
    if (first === undefined) return [];
    const ids = gaps.map(({ id }) => id);
    return gaps.length === 1 ? first.one(first.id) : first.several(ids.length, named(ids));
  });
}

function gapsOf(placed: Placed): readonly Gap[] {
  const { kustomization, cluster, member } = placed;
  const { id, source } = kustomization;
  if (!source.here) return [notMade(id, source.because)];
  const variables = cluster.variablesOf(member);
  const unread = variables === null || "refused" in variables ? [] : variables.unknown;
  const build = member.kept?.build;
  const elsewhere = build?.ok === true ? [...build.elsewhere] : [];
  return [
    ...elsewhere.map((address) => takesIn(id, address)),
    ...unread.map((from) => substitutes(id, from)),
    ...(member.kept?.resourceSets ?? []).map((set) => byOperator(id, set)),
    ...generatedFromCipher(placed).map((secret) => decrypted(id, secret)),
  ];
}

function notMade(id: string, because: string): Gap {
  return {
    id,
    reason: because,
    one: (only) => `What Kustomization ${only} makes is not known: ${because}.`,
    several: (count, ids) => `What ${count} Kustomizations make is not known (${ids}); of each, ${because}.`,
  };
}

function takesIn(id: string, address: string): Gap {
  return {
    id,
    reason: `takes in ${address}`,
    one: (only) => `Kustomization ${only} also takes in ${address}, which is not in this repository.`,
    several: (count, ids) =>
      `${count} Kustomizations (${ids}) also take in ${address}, which is not in this repository.`,
  };
}

function decrypted(id: string, secret: string): Gap {
  const because = "a hash in its name is of what only the cluster can decrypt";
  return {
    id,
    reason: `generates ${secret}`,
    one: (only) => `Kustomization ${only} generates ${secret} from an encrypted file: ${because}.`,
    several: (count, ids) => `${count} Kustomizations (${ids}) generate ${secret} from an encrypted file: ${because}.`,
  };
}

function substitutes(id: string, from: string): Gap {
  return {
    id,
    reason: `substitutes ${from}`,
    one: (only) => `Kustomization ${only} substitutes variables of ${from}, which nobody here knows.`,
    several: (count, ids) =>
      `${count} Kustomizations (${ids}) substitute variables of ${from}, which nobody here knows.`,
  };
}

function byOperator(id: string, set: string): Gap {
  const sentence = `What ResourceSet ${set} of Kustomization ${id} makes is not known: only the Flux operator can tell.`;
  return { id, reason: sentence, one: () => sentence, several: () => sentence };
}

const SHOWN = 3;

function named(ids: readonly string[]): string {
  const rest = ids.length - SHOWN;
  return rest > 1 ? `${ids.slice(0, SHOWN).join(", ")} and ${rest} others` : ids.join(", ");
}
