import { isMap } from "../../manifest/json.ts";
import type { ObjectRef } from "../../signal/object.ts";
import type { Category } from "../category.ts";
import type { FactDraft } from "../hypothesis.ts";
import { logOf } from "../lookup.ts";
import type { Complaint } from "../message/complaint.ts";
import { listAt, mapAt, textAt, textsAt } from "../read.ts";
import type { Scene } from "../scene.ts";
import type { Symptom, Trouble } from "../symptom.ts";
import { ailing, citeLog } from "../telling.ts";
import { type Container, containerNamed, podTemplateOf, referencesOf } from "../workload.ts";

/** A container whose program ends, cannot be started or never becomes ready, and what it says of that. */
export type Failing = {
  readonly symptom: Symptom;
  readonly container: string;
  readonly isInit: boolean;
  readonly complaints: readonly Complaint[];
  readonly exitCode: number | null;
  /** Whether anything that it wrote, or that was written of its end, could be read. */
  readonly isHeard: boolean;
  /** What the container is told from outside, by where it comes from. */
  readonly givers: readonly Giver[];
  /** Whether its manifest takes from it the right to write. */
  readonly isHardened: boolean;
};

// What tells a container its settings, and the words it does so in.
type Giver = { readonly category: Category; readonly words: readonly string[] };

/** The container that fails by itself; undefined where none does. */
export function failing(scene: Scene, trouble: Trouble): Failing | undefined {
  const [ended] = ailing(trouble, "crash").filter(
    ({ ailment }) => ailment.reason !== "OOMKilled" && (ailment.probe === null || ailment.probe.how === "untold"),
  );
  const [hindered] = ailing(trouble, "hindered").filter(({ ailment }) =>
    ["not-executable", "read-only", "mount", "runs-as-root", "other"].includes(ailment.hindrance.is),
  );
  const [waiting] = ailing(trouble, "waiting", "unready", "complaining");
  const symptom = ended ?? hindered ?? waiting;
  if (symptom === undefined) return undefined;
  const { ailment } = symptom;
  const complaints =
    ailment.is === "hindered" ? hinderedComplaints(ailment.message, ailment.hindrance.is) : ailment.complaints;
  const exitCode = ailment.is === "crash" ? ailment.exitCode : null;
  const { container, isInit } = ailment;
  const isHeard = complaints.length > 0 || hasLog(scene, ailment);
  return { symptom, container, isInit, complaints, exitCode, isHeard, ...manifestOf(scene, trouble.root, container) };
}

function hasLog(
  { lookup }: Scene,
  { pod, container }: { readonly pod: ObjectRef; readonly container: string },
): boolean {
  return (["previous", "present"] as const).some((run) => logOf(lookup, pod, container, run).trim() !== "");
}

function manifestOf(scene: Scene, root: ObjectRef, name: string): Pick<Failing, "givers" | "isHardened"> {
  const container = containerNamed(scene.lookup.get(root), name);
  if (container === undefined) return { givers: [], isHardened: false };
  return {
    givers: giversOf(scene, root, container),
    isHardened:
      mapAt(container.spec, "securityContext")["readOnlyRootFilesystem"] === true ||
      listAt(container.spec, "volumeMounts").some((mount) => isMap(mount) && mount["readOnly"] === true),
  };
}

function giversOf(scene: Scene, root: ObjectRef, container: Container): readonly Giver[] {
  const variables = listAt(container.spec, "env").flatMap((entry) => [textAt(entry, "name"), textAt(entry, "value")]);
  const template = podTemplateOf(scene.lookup.get(root));
  const maps = referencesOf(template).filter(({ kind }) => kind === "ConfigMap");
  const settings = maps.flatMap((reference) =>
    Object.entries(textsAt(scene.lookup.find("/ConfigMap", root.namespace, reference.name), "data")).flatMap(
      // A key such as `currency` is a word of the language too.
      ([key, text]) => (/^[a-z]+$/.test(key) ? [text] : [key, text]),
    ),
  );
  return [
    { category: "env_var", words: telling(variables) },
    { category: "configmap_content", words: telling(settings.flatMap((text) => text.split(/[\s:="']+/))) },
  ];
}

// Short words are found in any line.
function telling(words: readonly (string | undefined)[]): readonly string[] {
  return words.filter((word): word is string => word !== undefined && word.length > 2);
}

function hinderedComplaints(message: string, hindrance: string): readonly Complaint[] {
  if (hindrance === "not-executable")
    return [{ is: "not-found-command", line: message, command: /exec: "([^"]+)"/.exec(message)?.[1] ?? "" }];
  if (hindrance === "runs-as-root" || hindrance === "read-only")
    return [{ is: "file-denied", line: message, file: "" }];
  return [{ is: "fatal", line: message }];
}

/** How it fails, after the name of the container. */
export function failText(found: Failing): string {
  if (found.symptom.ailment.is === "hindered") return "cannot be started";
  if (found.symptom.ailment.is === "crash")
    return found.exitCode === null ? "ends" : `ends with exit code ${found.exitCode}`;
  if (found.symptom.ailment.is === "complaining") return "runs and complains without end";
  return found.isInit ? "does not come to its end" : "does not become ready";
}

/** The last of what the program says, as facts. */
export function complaintFacts(found: Failing): readonly FactDraft[] {
  return found.complaints.slice(-3).map(({ line }) => citeLog(found.symptom, found.container, line));
}
