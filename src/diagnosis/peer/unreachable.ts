import { type ObjectRef, refText } from "../../signal/object.ts";
import { type Host, resolveHost } from "../hosts.ts";
import type { Hypothesis } from "../hypothesis.ts";
import type { Complaint, Unreachable } from "../message/complaint.ts";
import { endsOtherwise } from "../message/log.ts";
import type { Scene } from "../scene.ts";
import type { Symptom, Trouble } from "../symptom.ts";
import { ailing, citeLog, citeSymptom } from "../telling.ts";

/** A program that cannot reach another, and what stands at the address it asks. */
export type Unreached = {
  readonly symptom: Symptom;
  readonly container: string;
  readonly isInit: boolean;
  readonly complaint: Unreachable;
  readonly host: Host;
};

/** The first program of the trouble that says so, or else is told such an address; undefined where none is. */
export function unreachable(scene: Scene, trouble: Trouble): Unreached | undefined {
  const heard = ailing(trouble, "crash", "unready", "waiting", "complaining");
  for (const symptom of [...heard, ...ailing(trouble, "misaddressed")]) {
    const { container, isInit, pod } = symptom.ailment;
    const complaint = complaintOf(symptom);
    if (complaint === undefined) continue;
    const host = resolveHost(scene.lookup, pod.namespace ?? "", complaint.host, complaint.port);
    if (host.is !== "itself") return { symptom, container, isInit, complaint, host };
  }
  return undefined;
}

function complaintOf({ ailment, text }: Symptom): Unreachable | undefined {
  if (ailment.is === "misaddressed")
    return { is: "unreachable", line: text, host: ailment.host, port: ailment.port, how: "refused" };
  if (!("complaints" in ailment)) return undefined;
  const isMeant = (candidate: Complaint): candidate is Unreachable => candidate.is === "unreachable";
  if (ailment.is === "crash" && endsOtherwise(ailment.complaints, isMeant)) return undefined;
  return ailment.complaints.findLast(isMeant);
}

/** The address as the program says it. */
export function addressText({ complaint }: Unreached): string {
  return complaint.port === null ? complaint.host : `${complaint.host}:${complaint.port}`;
}

/** What is said of it whatever the cause. */
export function told(
  root: ObjectRef,
  found: Unreached,
): Pick<Hypothesis, "root" | "sentence" | "cites" | "wrongIf" | "culprit"> {
  const { symptom, container, complaint } = found;
  return {
    root,
    sentence: `${container} of ${refText(root)} cannot reach ${addressText(found)}.`,
    cites: [citeSymptom(symptom), citeLog(symptom, container, complaint.line)],
    culprit: null,
    wrongIf: `${addressText(found)} answers other pods of ${root.namespace}`,
  };
}
