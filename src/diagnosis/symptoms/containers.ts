import { type JsonMap, type KubernetesObject, refOf } from "../../signal/object.ts";
import { eventMessage, eventTime, type Lookup, logOf } from "../lookup.ts";
import type { Complaint } from "../message/complaint.ts";
import { hindranceOf, pullFailureOf } from "../message/container.ts";
import { complaintsOf } from "../message/log.ts";
import { type ProbeFailure, probeFailureOf } from "../message/probe.ts";
import { listAt, mapAt, numberAt, textAt } from "../read.ts";
import type { Ailment, Symptom } from "../symptom.ts";
import { minutesSince, symptomOf } from "./now.ts";

type Status = {
  readonly name: string;
  readonly isInit: boolean;
  readonly isReady: boolean;
  readonly restarts: number;
  readonly image: string;
  readonly state: JsonMap;
  readonly last: JsonMap;
};

const PULLS = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "ImageInspectError",
  "RegistryUnavailable",
  "SignatureValidationFailed",
]);
const HINDERED = new Set([
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
  "PreCreateHookError",
  "PostStartHookError",
]);

// A run that ended longer ago than this, in a container that runs again, is history. Five minutes is the longest
// back-off between restarts; three of them fit.
const LATELY_MINUTES = 15;
// As long as a container may take to become ready before somebody is told of it.
const STARTING_MINUTES = 3;

/** What is wrong with the containers of a pod now. */
export function containerSymptoms(lookup: Lookup, pod: KubernetesObject): readonly Symptom[] {
  return statusesOf(pod).flatMap((status) => {
    const found = waiting(lookup, pod, status) ?? ended(lookup, pod, status) ?? running(lookup, pod, status);
    return found === undefined ? [] : [found];
  });
}

function statusesOf(pod: KubernetesObject): readonly Status[] {
  return (["initContainerStatuses", "containerStatuses"] as const).flatMap((list) =>
    listAt(pod, "status", list).map((status) => ({
      name: textAt(status, "name") ?? "",
      isInit: list === "initContainerStatuses",
      isReady: mapAt(status)["ready"] === true,
      restarts: numberAt(status, "restartCount") ?? 0,
      image: textAt(status, "image") ?? "",
      state: mapAt(status, "state"),
      last: mapAt(status, "lastState"),
    })),
  );
}

function waiting(lookup: Lookup, pod: KubernetesObject, status: Status): Symptom | undefined {
  const reason = textAt(status.state, "waiting", "reason");
  if (reason === undefined) return undefined;
  const message = textAt(status.state, "waiting", "message") ?? "";
  const field = `status.containerStatuses[${status.name}].state.waiting`;
  if (PULLS.has(reason)) {
    const told = pullMessage(lookup, pod, status, message);
    const image = imageOf(pod, status);
    const ailment: Ailment = {
      is: "pull",
      ...where(pod, status),
      image,
      why: pullFailureOf(`${reason}: ${told}`),
      message: told,
    };
    return symptomOf(pod, ailment, { text: `${status.name} cannot get its image ${image}: ${reason}`, field });
  }
  if (HINDERED.has(reason)) {
    const told = message === "" ? (latestMessage(lookup, pod, ["Failed", "FailedPostStartHook"]) ?? "") : message;
    const ailment: Ailment = { is: "hindered", ...where(pod, status), hindrance: hindranceOf(told), message: told };
    return symptomOf(pod, ailment, { text: `${status.name} cannot be started: ${reason}: ${told}`, field });
  }
  return reason === "CrashLoopBackOff" ? crashed(lookup, pod, status, mapAt(status.last, "terminated")) : undefined;
}

function ended(lookup: Lookup, pod: KubernetesObject, status: Status): Symptom | undefined {
  const now = mapAt(status.state, "terminated");
  if (textAt(now, "reason") !== undefined || numberAt(now, "exitCode") !== undefined) {
    return endedBadly(now) || (!status.isInit && status.restarts > 0) ? crashed(lookup, pod, status, now) : undefined;
  }
  const last = mapAt(status.last, "terminated");
  const lately = minutesSince(lookup, textAt(last, "finishedAt"));
  if (!endedBadly(last) || lately > LATELY_MINUTES) return undefined;
  return status.restarts >= 2 || !status.isReady ? crashed(lookup, pod, status, last) : undefined;
}

function endedBadly(terminated: JsonMap): boolean {
  const code = numberAt(terminated, "exitCode");
  const reason = textAt(terminated, "reason");
  return (code !== undefined && code !== 0) || (reason !== undefined && reason !== "Completed");
}

function crashed(lookup: Lookup, pod: KubernetesObject, status: Status, run: JsonMap): Symptom {
  const reason = textAt(run, "reason") ?? "Error";
  const message = textAt(run, "message") ?? "";
  const told = message === "" ? (latestMessage(lookup, pod, ["Failed"]) ?? "") : message;
  const at = textAt(run, "finishedAt") ?? null;
  const field = `status.containerStatuses[${status.name}].lastState.terminated`;
  const exitCode = numberAt(run, "exitCode") ?? null;
  if (reason === "StartError" || reason === "ContainerCannotRun") {
    const ailment: Ailment = { is: "hindered", ...where(pod, status), hindrance: hindranceOf(told), message: told };
    return symptomOf(pod, ailment, { text: `${status.name} cannot be started: ${told}`, field, at });
  }
  const complaints = [...crashComplaints(lookup, pod, status), ...complaintsOf(message)];
  const probe =
    reason !== "OOMKilled" && wasKilled(lookup, pod, status, exitCode)
      ? failingProbe(lookup, pod, status, ["liveness", "startup"])
      : null;
  const ailment: Ailment = {
    is: "crash",
    ...where(pod, status),
    exitCode,
    reason,
    restarts: status.restarts,
    complaints,
    probe,
  };
  const code = exitCode === null ? "" : ` with exit code ${exitCode}`;
  return symptomOf(pod, ailment, {
    text: `${status.name} ends${code} (${reason}), ${status.restarts} restarts`,
    field,
    at,
  });
}

function running(lookup: Lookup, pod: KubernetesObject, status: Status): Symptom | undefined {
  const startedAt = textAt(status.state, "running", "startedAt");
  if (startedAt === undefined || (status.isReady && !status.isInit)) return undefined;
  if (status.isInit && (status.isReady || isSidecar(pod, status))) return undefined;
  if (minutesSince(lookup, startedAt) < STARTING_MINUTES) return undefined;
  const complaints = complaintsOf(logOf(lookup, refOf(pod), status.name, "present"));
  const field = `status.containerStatuses[${status.name}].ready`;
  if (status.isInit) {
    const ailment: Ailment = { is: "waiting", ...where(pod, status), complaints };
    return symptomOf(pod, ailment, { text: `${status.name} has not ended since it was started`, field, at: startedAt });
  }
  const probe = failingProbe(lookup, pod, status, ["readiness", "startup", "liveness"]);
  const ailment: Ailment = { is: "unready", ...where(pod, status), probe, complaints };
  const why = probe === null || probe.how === "untold" ? "" : `: ${probe.probe} probe failed: ${probe.text}`;
  return symptomOf(pod, ailment, { text: `${status.name} runs and is not ready${why}`, field, at: startedAt });
}

function where(
  pod: KubernetesObject,
  status: Status,
): { pod: ReturnType<typeof refOf>; container: string; isInit: boolean } {
  return { pod: refOf(pod), container: status.name, isInit: status.isInit };
}

// The status carries what the runtime resolved; what was asked for stands in the spec.
function imageOf(pod: KubernetesObject, status: Status): string {
  const list = status.isInit ? "initContainers" : "containers";
  return textAt(pod, "spec", list, `[name=${status.name}]`, "image") ?? status.image;
}

function isSidecar(pod: KubernetesObject, status: Status): boolean {
  return textAt(pod, "spec", "initContainers", `[name=${status.name}]`, "restartPolicy") === "Always";
}

// "Back-off pulling image" alone tells nothing: the cause then stands in an earlier event.
function pullMessage(lookup: Lookup, pod: KubernetesObject, status: Status, message: string): string {
  if (message !== "" && !/^Back-off pulling image "[^"]*"$/.test(message)) return message;
  const image = imageOf(pod, status);
  const event = lookup
    .eventsAbout(pod)
    .findLast(
      (candidate) =>
        /Failed to (?:pull|apply|inspect)|couldn't parse/.test(eventMessage(candidate)) &&
        eventMessage(candidate).includes(image),
    );
  return event === undefined ? message : eventMessage(event);
}

function crashComplaints(lookup: Lookup, pod: KubernetesObject, status: Status): readonly Complaint[] {
  const previous = complaintsOf(logOf(lookup, refOf(pod), status.name, "previous"));
  return previous.length > 0 ? previous : complaintsOf(logOf(lookup, refOf(pod), status.name, "present"));
}

// SIGKILL and SIGTERM come from outside: where memory is not the reason, the kubelet ended a program that it thinks dead.
function wasKilled(lookup: Lookup, pod: KubernetesObject, status: Status, exitCode: number | null): boolean {
  if (exitCode === 137 || exitCode === 143) return true;
  const failed = new RegExp(`Container ${escaped(status.name)} failed (liveness|startup) probe`);
  const isTold = lookup
    .eventsAbout(pod)
    .some((event) => textAt(event, "reason") === "Killing" && failed.test(eventMessage(event)));
  // Other codes may be how a program answers SIGTERM; 1 is how it says that it failed itself.
  return isTold && exitCode !== 1;
}

type Probe = ProbeFailure["probe"];

/** The probe that fails: as an event tells it, or, where events were not read, the one that a container has to pass. */
function failingProbe(
  lookup: Lookup,
  pod: KubernetesObject,
  status: Status,
  probes: readonly Probe[],
): ProbeFailure | null {
  const events = lookup.eventsAbout(pod);
  for (const event of events.toReversed()) {
    if (textAt(event, "reason") !== "Unhealthy") continue;
    if (minutesSince(lookup, eventTime(event)) > 60 || !isOfContainer(event, status)) continue;
    const failure = probeFailureOf(eventMessage(event));
    if (failure !== undefined && probes.includes(failure.probe)) return failure;
  }
  // A probe that fails goes on telling it: where other things are told, it does not fail.
  if (events.length > 0) return null;
  const declared = probes.find((probe) => `${probe}Probe` in mapAt(pod, "spec", "containers", `[name=${status.name}]`));
  if (declared === undefined) return null;
  return { probe: declared, how: "untold", status: null, port: null, text: "no event tells how" };
}

function isOfContainer(event: KubernetesObject, status: Status): boolean {
  const path = textAt(event["involvedObject"] ?? event["regarding"], "fieldPath");
  return path === undefined || path.includes(`{${status.name}}`);
}

function latestMessage(lookup: Lookup, pod: KubernetesObject, reasons: readonly string[]): string | undefined {
  const event = lookup.eventsAbout(pod).findLast((candidate) => reasons.includes(textAt(candidate, "reason") ?? ""));
  return event === undefined ? undefined : eventMessage(event);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
