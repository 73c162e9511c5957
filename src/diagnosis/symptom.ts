import type { ObjectRef } from "../signal/object.ts";
import type { FluxTrouble } from "./flux/trouble.ts";
import type { Refused } from "./message/admission.ts";
import type { Complaint } from "./message/complaint.ts";
import type { Hindrance, PullFailure } from "./message/container.ts";
import type { Overuse } from "./message/eviction.ts";
import type { ProbeFailure } from "./message/probe.ts";
import type { Predicate } from "./message/scheduling.ts";

/** Where a symptom of a container shows. */
type InContainer = { readonly pod: ObjectRef; readonly container: string; readonly isInit: boolean };

/** What is wrong now, by what can be seen of it; a cause is not part of it. */
export type Ailment =
  /** The image cannot be pulled or has no valid name. */
  | (InContainer & { readonly is: "pull"; readonly image: string; readonly why: PullFailure; readonly message: string })
  /** The container cannot be created or started, or a volume cannot be mounted. */
  | (InContainer & { readonly is: "hindered"; readonly hindrance: Hindrance; readonly message: string })
  | { readonly is: "mount"; readonly pod: ObjectRef; readonly hindrance: Hindrance; readonly message: string }
  /** The container ends again and again, or ended badly. */
  | (InContainer & {
      readonly is: "crash";
      readonly exitCode: number | null;
      readonly reason: string;
      readonly restarts: number;
      /** What the log of the run that ended complains of, oldest first. */
      readonly complaints: readonly Complaint[];
      /** The failing liveness or startup probe that ended it, where one did. */
      readonly probe: ProbeFailure | null;
    })
  /** The container runs and is not ready. */
  | (InContainer & {
      readonly is: "unready";
      readonly probe: ProbeFailure | null;
      readonly complaints: readonly Complaint[];
    })
  /** The container is ready and complains without end. */
  | (InContainer & { readonly is: "complaining"; readonly complaints: readonly Complaint[] })
  /** A variable names a port that the Service of that name does not have; `pod` is the workload. */
  | (InContainer & { readonly is: "misaddressed"; readonly host: string; readonly port: number })
  /** An alert fires about an object that shows nothing else; it may name one of its containers. */
  | { readonly is: "alert"; readonly alert: string; readonly message: string; readonly container: string | null }
  /** An init container runs and does not end. */
  | (InContainer & { readonly is: "waiting"; readonly complaints: readonly Complaint[] })
  | {
      readonly is: "unschedulable";
      readonly pod: ObjectRef;
      readonly predicates: readonly Predicate[];
      readonly message: string;
    }
  | { readonly is: "no-sandbox"; readonly pod: ObjectRef; readonly message: string }
  | { readonly is: "evicted"; readonly pod: ObjectRef; readonly message: string }
  /** Put off its node because it broke a limit of its own. */
  | (Overuse & { readonly is: "disk-limit"; readonly pod: ObjectRef; readonly message: string })
  | { readonly is: "terminating"; readonly pod: ObjectRef; readonly message: string }
  | { readonly is: "on-lost-node"; readonly pod: ObjectRef; readonly node: string }
  /** A controller may not create pods. */
  | { readonly is: "refused"; readonly by: ObjectRef; readonly refusal: Refused; readonly message: string }
  /** Fewer pods than asked for, and nothing else tells why. */
  | { readonly is: "short"; readonly wanted: number; readonly ready: number; readonly message: string }
  /** Nothing is asked to run where something used to. */
  | { readonly is: "scaled-to-zero" }
  /** A Service to which nothing answers. */
  | { readonly is: "no-backends"; readonly selected: number; readonly ready: number }
  /** A Service whose pods are another workload's, while nothing sends to those of its own name. */
  | { readonly is: "astray"; readonly meant: ObjectRef; readonly reached: ObjectRef }
  /** Endpoints without the port that the Service asks for. */
  | { readonly is: "no-port"; readonly ports: readonly (string | number)[] }
  | { readonly is: "backend-missing"; readonly service: string; readonly port: string | number | null }
  /** An Istio route sends to a subset that no DestinationRule of its host has. */
  | { readonly is: "subset-missing"; readonly host: string; readonly subset: string }
  | { readonly is: "claim-pending"; readonly message: string }
  | { readonly is: "job-failed"; readonly reason: string; readonly message: string }
  /** The work of a Job's pod is done, and the pod does not end: another of its containers runs on. */
  | { readonly is: "outlived"; readonly pod: ObjectRef; readonly ended: string; readonly running: string }
  | { readonly is: "schedule"; readonly reason: string; readonly message: string }
  | { readonly is: "autoscaler"; readonly condition: string; readonly reason: string; readonly message: string }
  /** A PodDisruptionBudget lets no pod go, and a node that is being emptied waits for one. */
  | { readonly is: "blocks-drain"; readonly node: string }
  | { readonly is: "node"; readonly condition: string; readonly reason: string; readonly message: string }
  | { readonly is: "certificate"; readonly reason: string; readonly message: string }
  | { readonly is: "chaos"; readonly kind: string; readonly message: string }
  /** A scan finds that an object breaks a policy. */
  | {
      readonly is: "violation";
      readonly policy: string;
      readonly message: string;
      readonly subject: ObjectRef | null;
    }
  /** A feature flag is on that makes something fail on purpose. */
  | { readonly is: "flag"; readonly flag: string; readonly variant: string }
  | { readonly is: "condition"; readonly type: string; readonly reason: string; readonly message: string }
  | { readonly is: "flux"; readonly reason: string; readonly message: string; readonly trouble: FluxTrouble };

/** One thing that is wrong now, where it shows, and since when. */
export type Symptom = {
  /** The object whose status shows it; a pod's symptom shows at the pod. */
  readonly object: ObjectRef;
  readonly ailment: Ailment;
  /** One sentence for a person. */
  readonly text: string;
  /** Where it was read. */
  readonly source: string;
  readonly at: string | null;
};

/** A symptom of one kind, or of one of several. */
export type SymptomOf<Kind extends Ailment["is"]> = Symptom & { readonly ailment: Extract<Ailment, { is: Kind }> };

/** All that is wrong with one root object. */
export type Trouble = { readonly root: ObjectRef; readonly symptoms: readonly Symptom[] };
