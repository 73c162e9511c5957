import { type Form, readBy } from "../message/form.ts";
import type { FluxTrouble, NamedObject, WaitedFor } from "./trouble.ts";

// The first form that matches speaks: the narrow ones stand before the wide ones.
const FORMS: readonly Form<FluxTrouble>[] = [
  [
    /kustomization path not found: stat \/tmp\/[^/\s]+\/?(\S*?): no such file or directory/,
    ([, path = ""]) => ({ is: "path-missing", path }),
  ],
  [
    /dependency '(?:([^/']+)\/)?([^']+)' not found/,
    ([, namespace = "", name = ""]) => ({ is: "dependency-missing", kind: "Kustomization", namespace, name }),
  ],
  [
    /unable to get '(?:([^/']+)\/)?([^']+)' dependency: helmreleases?\.\S+ "[^"]+" not found/i,
    ([, namespace = "", name = ""]) => ({ is: "dependency-missing", kind: "HelmRelease", namespace, name }),
  ],
  [
    /unable to get '(?:([^/']+)\/)?([^']+)' dependency/,
    ([, namespace = "", name = ""]) => ({ is: "dependency-missing", kind: "Kustomization", namespace, name }),
  ],
  [
    /dependency '(?:([^/']+)\/)?([^']+)' (?:is not ready|revision is not up to date)/,
    ([, namespace = "", name = ""]) => ({ is: "dependency-waits", namespace, name }),
  ],
  [
    /\b(GitRepository|HelmRepository|OCIRepository|Bucket|HelmChart|ExternalArtifact)\.source\.toolkit\.fluxcd\.io "([^"]+)" not found/i,
    ([, kind = "", name = ""]) => ({ is: "source-missing", kind: kindOf(kind), name, namespace: null }),
  ],
  [
    /\b(gitrepositor|helmrepositor|ocirepositor|bucket|helmchart|externalartifact)(?:ies|y|s)?\.source\.toolkit\.fluxcd\.io "([^"]+)" not found/i,
    ([, kind = "", name = ""]) => ({ is: "source-missing", kind: kindOf(kind), name, namespace: null }),
  ],
  [
    /Source '([A-Za-z]+)\/(?:([^/']+)\/)?([^/']+)' not found/,
    ([, kind = "", namespace, name = ""]) => ({ is: "source-missing", kind, name, namespace: namespace ?? null }),
  ],
  [
    // The release repeats what its chart says.
    /(HelmChart) '([^/']+)\/([^']+)' is not ready(?:: (.*))?/s,
    ([, kind = "", namespace = "", name = "", said = ""]) => {
      const waits = { is: "source-waits", kind, namespace, name } as const;
      const told = said.includes(" is not ready") ? waits : readFluxMessage(said);
      return told.is === "unread" ? waits : told;
    },
  ],
  [
    /(?:Source (?:artifact not found|is not ready|not ready)|artifact not found|no artifact available for)/i,
    () => ({ is: "source-waits", kind: null, namespace: null, name: null }),
  ],
  [/variable not set \(strict mode\): "([^"]+)"/, ([, variable = ""]) => ({ is: "variable-missing", variable })],
  [
    /substitute from '([A-Za-z]+)\/([^']+)' error: (?:configmaps?|secrets?) "([^"]+)" not found/i,
    ([, kind = "", , name = ""]) => ({ is: "variables-missing", kind, namespace: null, name }),
  ],
  [/envsubst error|variable substitution failed|post build failed/, (_, text) => ({ is: "substitution", text })],
  [
    /(?:cannot decrypt|failed to decrypt|decryption failed|error decrypting|cannot get sops data key|secrets? decryption|cannot get \S+ (?:SOPS age )?decryption Secret|is SOPS encrypted, configuring decryption is required)/i,
    (_, text) => ({ is: "decryption", text }),
  ],
  [/in namespace (\S+) because it is being terminated/, ([, namespace = ""]) => ({ is: "namespace-going", namespace })],
  [/namespaces? "([^"]+)" not found/, ([, namespace = ""]) => ({ is: "namespace-missing", namespace })],
  [/(\S+) namespace not specified/, ([, object = ""]) => ({ is: "namespace-unset", object: namedObject(object) })],
  [
    /no matches for kind "([^"]+)" in version "([^"]+)"/,
    ([, kind = "", apiVersion = ""]) => ({ is: "kind-unknown", kind, apiVersion }),
  ],
  [
    /(\S+) dry-run failed[^:]*: failed to get API group resources: .*: (\S+\/\S+): the server could not find the requested resource/s,
    ([, object = "", apiVersion = ""]) => ({ is: "kind-unknown", kind: namedObject(object).kind, apiVersion }),
  ],
  [
    /failed calling webhook "([^"]+)":(?: failed to call webhook:)?(?: \w+ "?https?:\/\/([^./"]+)\.([^./":]+)\.svc)?/,
    ([, webhook = "", service, namespace]) => ({
      is: "webhook-down",
      webhook,
      service: service === undefined || namespace === undefined ? null : { namespace, name: service },
    }),
  ],
  [/cross-namespace references (?:have been blocked|are not allowed)/, (_, text) => ({ is: "access-denied", text })],
  [
    /timeout waiting for: \[(.*)\]|failed early due to stalled resources: \[(.*)\]/s,
    ([, late, stalled]) => ({ is: "health-check", waitsFor: waitedFor(late ?? stalled ?? "") }),
  ],
  [
    /^(?:\s*)(\S+) (?:dry-run|apply) failed.*(?:field is immutable|Forbidden: updates to statefulset spec|may not change once set|spec is immutable|updates to .* are forbidden)/s,
    ([, object = ""], text) => ({ is: "immutable", object: namedObject(object), text }),
  ],
  [
    /(\S+) (?:dry-run|apply) failed.*\d+ conflicts?: conflicts? with "([^"]+)"/s,
    ([, object = "", manager = ""]) => ({ is: "conflict", object: namedObject(object), manager }),
  ],
  [
    /(\S+) (?:dry-run|apply) failed.*the object has been modified/s,
    ([, object = ""]) => ({ is: "conflict", object: namedObject(object), manager: null }),
  ],
  [
    /(\S+) (?:dry-run|apply) failed[^:]*: (.*)/s,
    ([, object = "", text = ""], message) =>
      /\(Forbidden\)|is forbidden/.test(message)
        ? { is: "forbidden", object: namedObject(object), text }
        : { is: "invalid", object: namedObject(object), text },
  ],
  [
    /no '([^']+)' chart with version matching '([^']*)' found/,
    ([, chart = "", version = ""]) => ({ is: "chart-missing", chart, version }),
  ],
  [
    /chart "([^"]+)" version "([^"]*)" not found/,
    ([, chart = "", version = ""]) => ({ is: "chart-missing", chart, version }),
  ],
  [
    /could not resolve (Secret|ConfigMap) chart values reference '(?:[^/']+\/)?([^']+)'(?: with key '([^']+)')?/,
    ([, kind = "", name = "", key]) => ({ is: "values-missing", kind, name, key: key ?? null }),
  ],
  [/values don't meet the specifications of the schema/, (_, text) => ({ is: "values-schema", text })],
  [
    /failed to get secret '(?:([^/']*)\/)?([^']+)'/,
    ([, namespace, name = ""]) => ({ is: "secret-missing", namespace: namespace || null, name }),
  ],
  [
    /Helm (?:install|upgrade|test|rollback|uninstall)\S* .*(?:failed|succeeded)|Failed to (?:install|upgrade|perform remediation)|Cluster state of release \S+ has drifted/s,
    (_, text) => ({ is: "release-failed", text }),
  ],
  [
    /kustomize (?:build|create) failed|failed to (?:decode|generate)|accumulating resources|kustomization\.ya?ml/,
    (_, text) => ({ is: "build", text }),
  ],
  [
    /failed to (?:checkout|pull artifact|determine|fetch|construct|download)|unable to clone|couldn't find remote ref|invalid (?:chart reference|Helm repository URL)|no match found for semver|URL scheme cannot be used|URL validation failed|chart pull error|git repository is empty/,
    (_, text) => ({ is: "fetch", text }),
  ],
];

/** Reads one Flux message; `unread` where it has a form that we do not know. */
export function readFluxMessage(message: string): FluxTrouble {
  return readBy(FORMS, message) ?? { is: "unread", text: message };
}

const SOURCE_KINDS = ["GitRepository", "HelmRepository", "OCIRepository", "Bucket", "HelmChart", "ExternalArtifact"];

function kindOf(written: string): string {
  const stem = written.toLowerCase();
  return SOURCE_KINDS.find((kind) => kind.toLowerCase().startsWith(stem)) ?? written;
}

function waitedFor(list: string): WaitedFor[] {
  return [...list.matchAll(/([A-Za-z]+\/\S+) status: '([^']*)'/g)].map(([, object = "", status = ""]) => ({
    ...namedObject(object),
    status,
  }));
}

function namedObject(text: string): NamedObject {
  const [kind = "", first = "", second] = text.split("/");
  return second === undefined ? { kind, namespace: null, name: first } : { kind, namespace: first, name: second };
}
