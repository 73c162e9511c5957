import { isSameObject, refOf } from "../../signal/object.ts";
import { resolveHost } from "../hosts.ts";
import type { Lookup } from "../lookup.ts";
import type { Complaint, Unreachable } from "../message/complaint.ts";
import { isUsualPort } from "../restated.ts";
import type { Suspect } from "../suspect.ts";
import { valueText } from "../suspects.ts";

/** What a program complains of, and the changes among which its cause is looked for. */
type Told = { readonly lookup: Lookup; readonly namespace: string | null; readonly all: readonly Suspect[] };

/** The complaints for which a change may be at fault: not those of an address that was asked before the commit, too. */
export function complaintsOfNew(told: Told, suspect: Suspect, complaints: readonly Complaint[]): readonly Complaint[] {
  return complaints.filter((complaint) => complaint.is !== "unreachable" || !isKnown(told, suspect, complaint));
}

/** Whether an address stood in what a commit took away: in another place, or by another name of the same Service. */
export function isKnown(told: Told, suspect: Suspect, complaint: Unreachable): boolean {
  const taken = told.all
    .filter(({ commit }) => commit?.commit === suspect.commit?.commit)
    .map(({ from }) => (from === undefined ? "" : valueText(from)));
  const hosts = taken.flatMap((text) => text.match(/[a-z0-9][a-z0-9.-]*[a-z0-9]/gi) ?? []);
  return hosts.some((host) => isSameHost(told, host, complaint)) && !isOtherPort(suspect, taken, complaint);
}

function isSameHost({ lookup, namespace }: Told, host: string, { host: asked, how }: Unreachable): boolean {
  if (host === asked) return true;
  // That one name of a Service is unknown says nothing of another.
  if (how === "unknown-host") return false;
  const [one, other] = [host, asked].map((name) => resolveHost(lookup, namespace ?? "", name, null));
  return one?.is === "service" && other?.is === "service" && isSameObject(refOf(one.service), refOf(other.service));
}

function isOtherPort({ from, to }: Suspect, taken: readonly string[], { port }: Unreachable): boolean {
  const isBrought = to !== undefined && hasNumber(valueText(to), port);
  const isTaken = taken.some((text) => hasNumber(text, port));
  // A bare name is asked on the port that is usual.
  const isBare = from === undefined || !/:\/\/|:\d+/.test(valueText(from));
  return isBrought && !isTaken && !(isBare && isUsualPort(port));
}

// As numbers are read, however many zeros lead them.
function hasNumber(text: string, wanted: number | null): boolean {
  return (text.match(/\d+/g) ?? []).some((digits) => Number(digits) === wanted);
}
