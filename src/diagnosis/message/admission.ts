import { type Form, readBy } from "./form.ts";

/** Why the API server or a controller refused to create a pod (or another object). */
export type Refused =
  | {
      readonly is: "quota";
      readonly quota: string;
      readonly requested: Amounts;
      readonly used: Amounts;
      readonly limited: Amounts;
    }
  | { readonly is: "quota-unset"; readonly quota: string; readonly resources: readonly string[] }
  | {
      readonly is: "limit-range";
      readonly text: string;
      readonly resource: string;
      readonly bound: "minimum" | "maximum" | "ratio";
    }
  | { readonly is: "service-account"; readonly name: string }
  | { readonly is: "pod-security"; readonly level: string; readonly text: string }
  | { readonly is: "webhook-denied"; readonly webhook: string; readonly text: string }
  | { readonly is: "webhook-down"; readonly webhook: string; readonly text: string }
  | { readonly is: "timeout"; readonly text: string }
  | { readonly is: "priority-class"; readonly name: string }
  | { readonly is: "runtime-class"; readonly name: string }
  | { readonly is: "security-constraint"; readonly text: string }
  /** A setting of the kernel that the node does not allow, does not know or cannot read. */
  | { readonly is: "sysctl"; readonly text: string }
  | { readonly is: "namespace-going"; readonly text: string }
  | { readonly is: "invalid"; readonly text: string }
  | { readonly is: "forbidden"; readonly text: string }
  | { readonly is: "other"; readonly text: string };

/** Quantities by resource name, as Kubernetes writes them. */
export type Amounts = Readonly<Record<string, string>>;

// `forbidden sysctl: "…" not allowlisted`, `write sysctl key …`, `open /proc/sys/net/…`, `spec.securityContext.sysctls[0].name: …`
const SYSCTL = /\bsysctls?\b|\/proc\/sys\//i;

const FORMS: readonly Form<Refused>[] = [
  [
    /exceeded quota: (\S+), requested: (.*?), used: (.*?), limited: (.*)$/s,
    (match) => ({
      is: "quota",
      quota: match[1] ?? "",
      requested: amountsOf(match[2]),
      used: amountsOf(match[3]),
      limited: amountsOf(match[4]),
    }),
  ],
  [
    /failed quota: (\S+): must specify (.*)$/s,
    (match) => ({ is: "quota-unset", quota: match[1] ?? "", resources: unsetOf(match[2] ?? "") }),
  ],
  [
    /(minimum|maximum) (\S+) usage per (?:Container|Pod|PersistentVolumeClaim) is/,
    (match, text) => ({
      is: "limit-range",
      text,
      resource: match[2] ?? "",
      bound: match[1] === "minimum" ? "minimum" : "maximum",
    }),
  ],
  [
    /(\S+) max limit to request ratio per/,
    (match, text) => ({ is: "limit-range", text, resource: match[1] ?? "", bound: "ratio" }),
  ],
  [/serviceaccount "([^"]+)" not found/, (match) => ({ is: "service-account", name: match[1] ?? "" })],
  [/violates PodSecurity "([^"]+)"/, (match, text) => ({ is: "pod-security", level: match[1] ?? "", text })],
  [
    /admission webhook "([^"]+)" denied the request/,
    (match, text) => ({ is: "webhook-denied", webhook: match[1] ?? "", text }),
  ],
  [
    /ValidatingAdmissionPolicy '([^']+)' with binding/,
    (match, text) => ({ is: "webhook-denied", webhook: match[1] ?? "", text }),
  ],
  [/failed calling webhook "([^"]+)"/, (match, text) => ({ is: "webhook-down", webhook: match[1] ?? "", text })],
  [
    /did not complete within (?:the )?(?:requested|allotted) timeout|context deadline exceeded|request timed out/,
    (_, text) => ({ is: "timeout", text }),
  ],
  [/no PriorityClass with name (\S+) was found/, (match) => ({ is: "priority-class", name: match[1] ?? "" })],
  [/RuntimeClass(?:\.node\.k8s\.io)? "([^"]+)" not found/i, (match) => ({ is: "runtime-class", name: match[1] ?? "" })],
  [/unable to validate against any security context constraint/, (_, text) => ({ is: "security-constraint", text })],
  [SYSCTL, (_, text) => ({ is: "sysctl", text })],
  [/because it is being terminated/, (_, text) => ({ is: "namespace-going", text })],
  [/ is invalid: /, (_, text) => ({ is: "invalid", text })],
  [/ is forbidden: /, (_, text) => ({ is: "forbidden", text })],
];

/** What a FailedCreate message (or ReplicaFailure condition) says. */
export function refusalOf(message: string): Refused {
  return readBy(FORMS, message) ?? { is: "other", text: message };
}

function amountsOf(text = ""): Amounts {
  const pairs = text.split(",").map((pair) => pair.trim().split("="));
  return Object.fromEntries(
    pairs.filter((pair) => pair.length === 2).map(([name, amount]) => [name ?? "", amount ?? ""]),
  );
}

// "limits.cpu for: app; requests.cpu for: app" (since 1.24) or "limits.cpu,requests.cpu" before.
function unsetOf(text: string): readonly string[] {
  return text
    .split(/[;,]/)
    .map((part) => part.trim().split(/\s/)[0] ?? "")
    .filter((name) => /^(limits|requests)\.|^(cpu|memory)$/.test(name));
}
