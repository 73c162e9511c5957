import { isSameObject, type ObjectRef, refText } from "../../signal/object.ts";
import type { Category } from "../category.ts";
import { confidenceOf, type Prior } from "../confidence.ts";
import { nameServers } from "../foundation.ts";
import type { Hypothesis } from "../hypothesis.ts";
import { hasWord } from "../match.ts";
import type { Complaint } from "../message/complaint.ts";
import type { Scene } from "../scene.ts";
import { citeSymptom, cut } from "../telling.ts";
import { complaintFacts, type Failing, failText } from "./failing.ts";

// What each complaint is called where no change explains it.
const UNEXPLAINED: Readonly<Partial<Record<Complaint["is"], Category>>> = {
  unset: "env_var",
  "bad-value": "env_var",
  "bad-argument": "command_args",
  "not-found-command": "command_args",
  "bad-config": "configmap_content",
  "bad-script": "command_args",
  "file-missing": "command_args",
  "file-denied": "security_context",
  "read-only": "security_context",
  "port-taken": "port_conflict",
  "login-failed": "secret_value",
  forbidden: "rbac_serviceaccount",
  "out-of-memory": "oom_limit",
  certificate: "cert_tls",
  "disk-full": "pvc_storage",
  "wrong-machine": "image_ref",
  database: "app_or_db",
  schema: "app_or_db",
  fatal: "app_or_db",
};

/** No change explains it: the program is taken at its word. */
export function unexplained(scene: Scene, root: ObjectRef, found: Failing): Hypothesis {
  const last =
    found.complaints.findLast((complaint) => complaint.is !== "unreachable" && complaint.is !== "fatal") ??
    found.complaints.at(-1);
  const said = categoryOfComplaint(found, last);
  // What a name server fails by takes the names from everybody.
  const category = said === "app_or_db" && isNameServer(scene, root) ? "dns" : said;
  return {
    category,
    root,
    sentence: `${found.container} of ${refText(root)} ${failText(found)}${last === undefined ? "" : `: ${cut(last.line, 160)}`}.`,
    cites: [citeSymptom(found.symptom), ...complaintFacts(found)],
    confidence: confidenceOf({ prior: priorOf(last) }),
    advice: { is: "person", because: `Look at what ${found.container} says of itself: no change in git explains it.` },
    culprit: null,
    wrongIf: "a change made outside git explains it",
  };
}

// What a program names is nearly always what it fails by; that it fails says little.
function priorOf(last: Complaint | undefined): Prior {
  if (last === undefined || last.is === "fatal" || last.is === "unreachable") return { right: 1, wrong: 1 };
  return ["bad-value", "database", "schema"].includes(last.is) ? { right: 4, wrong: 1 } : { right: 8, wrong: 1 };
}

function categoryOfComplaint(found: Failing, last: Complaint | undefined): Category {
  if (found.symptom.ailment.is === "hindered") return last?.is === "file-denied" ? "security_context" : "command_args";
  const category = last === undefined ? undefined : UNEXPLAINED[last.is];
  // What no manifest makes unwritable, the system did when its disk failed.
  if (last?.is === "read-only" && !found.isHardened) return "pvc_storage";
  if (found.isInit) return "init_container";
  // A value that nobody gave it is the program's own.
  if (last?.is === "bad-value")
    return found.givers.find(({ words }) => words.some((word) => hasWord(last.line, word)))?.category ?? "app_or_db";
  if (category !== undefined) return category;
  return found.exitCode === 127 || found.exitCode === 126 || found.exitCode === 0 ? "command_args" : "app_or_db";
}

function isNameServer({ lookup }: Scene, root: ObjectRef): boolean {
  return nameServers(lookup).some((server) => isSameObject(server, root));
}
