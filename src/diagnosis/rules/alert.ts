import { own } from "../../manifest/json.ts";
import { type ObjectRef, refText } from "../../signal/object.ts";
import { isAlarmRule } from "../alarm-rule.ts";
import { containerStep } from "../bearing.ts";
import { blame } from "../blame.ts";
import type { Category } from "../category.ts";
import { confidenceOf } from "../confidence.ts";
import { historyOf } from "../history.ts";
import type { Culprit, FactDraft, Hypothesis } from "../hypothesis.ts";
import { quantityOf } from "../quantity.ts";
import { mapAt } from "../read.ts";
import { type Rule, TEMPLATE_BEFORE } from "../rule.ts";
import type { Scene } from "../scene.ts";
import type { Suspect } from "../suspect.ts";
import { suspectsOf } from "../suspects.ts";
import type { SymptomOf } from "../symptom.ts";
import { ailing, citeFound, citeSuspect, citeSymptom } from "../telling.ts";

// What an alert is about, by the words that rules of kube-prometheus, exporters and service-level alerts use in names.
const ABOUT: readonly (readonly [RegExp, Category])[] = [
  [/cpu.*throttl|throttl.*cpu/i, "cpu_limit"],
  [/cert|tls|x509/i, "cert_tls"],
  [/persistentvolume|disk|inode|filesystem|storage/i, "pvc_storage"],
  [/hpa|autoscal|maxedout/i, "hpa_pdb_rollout"],
  [/memory|oom/i, "oom_limit"],
  [/node|kubelet/i, "node_infra"],
  [/traffic|load|ratelimit|saturat|queue|backlog|lag/i, "load"],
  [/dns/i, "dns"],
  [/network|packet|conntrack/i, "network"],
];

// What an alert about an object of one purpose is about, whatever it is called.
const OF_KIND: Readonly<Record<string, Category>> = {
  Node: "node_infra",
  PersistentVolumeClaim: "pvc_storage",
  PersistentVolume: "pvc_storage",
  CronJob: "job_failed",
  Job: "job_failed",
  HorizontalPodAutoscaler: "hpa_pdb_rollout",
  PodDisruptionBudget: "hpa_pdb_rollout",
  ScaledObject: "hpa_pdb_rollout",
  ResourceQuota: "quota",
  Certificate: "cert_tls",
};

/** An alert about something that the cluster's own state does not show: slow answers, throttling, a volume that fills up. */
export const alert: Rule = {
  name: "only-an-alert-tells",
  categories: [
    "cpu_limit",
    "cert_tls",
    "pvc_storage",
    "job_failed",
    "quota",
    "hpa_pdb_rollout",
    "oom_limit",
    "node_infra",
    "load",
    "dns",
    "network",
    "app_or_db",
  ],
  sees: ["alert"],
  silentIf: ["the alert is one whose matter the cluster itself tells of", "it is over", "it names no object"],
  asksFor: {
    "restore-fields": "the CPU limit before the commit that lowered it",
    "set-resources": TEMPLATE_BEFORE,
  },
  diagnose: (scene, trouble) => {
    const [symptom] = ailing(trouble, "alert");
    return symptom === undefined || isAlarmRule(trouble.root) ? [] : [judge(scene, trouble.root, symptom)];
  },
  foretell: () => ({ silent: "unknown", because: "only the alert itself tells; before the change it did not fire" }),
};

function judge(scene: Scene, root: ObjectRef, symptom: SymptomOf<"alert">): Hypothesis {
  const category = own(OF_KIND, root.kind) ?? categoryOfName(symptom.ailment.alert);
  const sentence = `${refText(root)}: ${symptom.text}.`;
  const wrongIf = "the alert ends without a change";
  const [lowered] = category === "cpu_limit" ? loweredLimits(scene, root, symptom) : [];
  if (lowered !== undefined) {
    return blame({
      category,
      root,
      sentence,
      symptoms: [symptom],
      suspects: [lowered],
      prior: { right: 9, wrong: 1 },
      wrongIf,
    });
  }
  const held = suspension(scene, root);
  return {
    category,
    root,
    sentence,
    cites: [citeSymptom(symptom), ...(held === undefined ? [] : held.cites)],
    confidence: confidenceOf({ prior: { right: 2, wrong: 1 } }),
    advice: {
      is: "person",
      because:
        held === undefined
          ? `Look at ${refText(root)}: ${symptom.ailment.alert} fires, and nothing in git or in the cluster's state explains it.`
          : `Resume ${refText(root)} where it should run: it is suspended.`,
    },
    culprit: held?.culprit ?? null,
    wrongIf,
  };
}

function categoryOfName(name: string): Category {
  return ABOUT.find(([words]) => words.test(name))?.[1] ?? "app_or_db";
}

type Suspension = { readonly cites: readonly FactDraft[]; readonly culprit: Culprit | null };

// Whoever suspends a CronJob may have forgotten it: only a person knows.
function suspension(scene: Scene, root: ObjectRef): Suspension | undefined {
  if (mapAt(scene.lookup.get(root), "spec")["suspend"] !== true) return undefined;
  const [by] = historyOf(scene, root).filter(({ path, to }) => path.join("/") === "spec/suspend" && to === true);
  const found = citeFound("suspended", `${refText(root)} is suspended`, `${refText(root)} spec.suspend`);
  return { cites: [found, ...(by === undefined ? [] : [citeSuspect(by)])], culprit: by?.commit ?? null };
}

// What was lowered after the alert began to fire, or in another container than it names, is not why it does.
function loweredLimits(scene: Scene, root: ObjectRef, { at, ailment }: SymptomOf<"alert">): readonly Suspect[] {
  return suspectsOf(scene, root).filter(({ path, from, to, commit }) => {
    const step = containerStep(path);
    const [before, now] = [quantityOf(from), quantityOf(to)];
    const isLimit = step?.rest[1] === "limits" && step.rest[2] === "cpu";
    const isMeant = isLimit && [null, step.container].includes(ailment.container);
    const isSince = commit === null || at === null || Date.parse(commit.at) <= Date.parse(at);
    return isMeant && isSince && now !== undefined && (before === undefined || before > now);
  });
}
