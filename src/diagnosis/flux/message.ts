import type { FluxTrouble, NamedObject, WaitedFor } from "./trouble.ts";

type Form = { readonly pattern: RegExp; readonly read: (match: RegExpExecArray) => FluxTrouble };

// The first form that matches speaks: the narrow ones stand before the wide ones.
const FORMS: readonly Form[] = [
  {
    pattern: /kustomization path not found: stat \/tmp\/[^/\s]+\/?(\S*?): no such file or directory/,
    read: ([, path = ""]) => ({ is: "path-missing", path }),
  },
  {
    pattern: /dependency '(?:([^/']+)\/)?([^']+)' not found/,
    read: ([, namespace = "", name = ""]) => ({ is: "dependency-missing", kind: "Kustomization", namespace, name }),
  },
  {
    pattern: /unable to get '(?:([^/']+)\/)?([^']+)' dependency: helmreleases?\.\S+ "[^"]+" not found/i,
    read: ([, namespace = "", name = ""]) => ({ is: "dependency-missing", kind: "HelmRelease", namespace, name }),
  },
  {
    pattern: /unable to get '(?:([^/']+)\/)?([^']+)' dependency/,
    read: ([, namespace = "", name = ""]) => ({ is: "dependency-missing", kind: "Kustomization", namespace, name }),
  },
  {
    pattern: /dependency '(?:([^/']+)\/)?([^']+)' (?:is not ready|revision is not up to date)/,
    read: ([, namespace = "", name = ""]) => ({ is: "dependency-waits", namespace, name }),
  },
  {
    pattern:
      /\b(GitRepository|HelmRepository|OCIRepository|Bucket|HelmChart|ExternalArtifact)\.source\.toolkit\.fluxcd\.io "([^"]+)" not found/i,
    read: ([, kind = "", name = ""]) => ({ is: "source-missing", kind: kindOf(kind), name, namespace: null }),
  },
  {
    pattern:
      /\b(gitrepositor|helmrepositor|ocirepositor|bucket|helmchart|externalartifact)(?:ies|y|s)?\.source\.toolkit\.fluxcd\.io "([^"]+)" not found/i,
    read: ([, kind = "", name = ""]) => ({ is: "source-missing", kind: kindOf(kind), name, namespace: null }),
  },
  {
    pattern: /Source '([A-Za-z]+)\/(?:([^/']+)\/)?([^/']+)' not found/,
    read: ([, kind = "", namespace, name = ""]) => ({ is: "source-missing", kind, name, namespace: namespace ?? null }),
  },
  {
    // The release repeats what its chart says.
    pattern: /(HelmChart) '([^/']+)\/([^']+)' is not ready(?:: (.*))?/s,
    read: ([, kind = "", namespace = "", name = "", said = ""]) => {
      const waits = { is: "source-waits", kind, namespace, name } as const;
      const told = said.includes(" is not ready") ? waits : readFluxMessage(said);
      return told.is === "unread" ? waits : told;
    },
  },
  {
    pattern: /(?:Source (?:artifact not found|is not ready|not ready)|artifact not found|no artifact available for)/i,
    read: () => ({ is: "source-waits", kind: null, namespace: null, name: null }),
  },
  {
    pattern: /variable not set \(strict mode\): "([^"]+)"/,
    read: ([, variable = ""]) => ({ is: "variable-missing", variable }),
  },
  {
    pattern: /substitute from '([A-Za-z]+)\/([^']+)' error: (?:configmaps?|secrets?) "([^"]+)" not found/i,
    read: ([, kind = "", , name = ""]) => ({ is: "variables-missing", kind, namespace: null, name }),
  },
  {
    pattern: /envsubst error|variable substitution failed|post build failed/,
    read: ({ input }) => ({ is: "substitution", text: input }),
  },
  {
    pattern:
      /(?:cannot decrypt|failed to decrypt|decryption failed|error decrypting|cannot get sops data key|secrets? decryption|cannot get \S+ (?:SOPS age )?decryption Secret|is SOPS encrypted, configuring decryption is required)/i,
    read: ({ input }) => ({ is: "decryption", text: input }),
  },
  {
    pattern: /in namespace (\S+) because it is being terminated/,
    read: ([, namespace = ""]) => ({ is: "namespace-going", namespace }),
  },
  {
    pattern: /namespaces? "([^"]+)" not found/,
    read: ([, namespace = ""]) => ({ is: "namespace-missing", namespace }),
  },
  {
    pattern: /(\S+) namespace not specified/,
    read: ([, object = ""]) => ({ is: "namespace-unset", object: namedObject(object) }),
  },
  {
    pattern: /no matches for kind "([^"]+)" in version "([^"]+)"/,
    read: ([, kind = "", apiVersion = ""]) => ({ is: "kind-unknown", kind, apiVersion }),
  },
  {
    pattern:
      /(\S+) dry-run failed[^:]*: failed to get API group resources: .*: (\S+\/\S+): the server could not find the requested resource/s,
    read: ([, object = "", apiVersion = ""]) => ({ is: "kind-unknown", kind: namedObject(object).kind, apiVersion }),
  },
  {
    pattern:
      /failed calling webhook "([^"]+)":(?: failed to call webhook:)?(?: \w+ "?https?:\/\/([^./"]+)\.([^./":]+)\.svc)?/,
    read: ([, webhook = "", service, namespace]) => ({
      is: "webhook-down",
      webhook,
      service: service === undefined || namespace === undefined ? null : { namespace, name: service },
    }),
  },
  {
    pattern: /cross-namespace references (?:have been blocked|are not allowed)/,
    read: ({ input }) => ({ is: "access-denied", text: input }),
  },
  {
    pattern: /timeout waiting for: \[(.*)\]|failed early due to stalled resources: \[(.*)\]/s,
    read: ([, late, stalled]) => ({ is: "health-check", waitsFor: waitedFor(late ?? stalled ?? "") }),
  },
  {
    pattern:
      /^(?:\s*)(\S+) (?:dry-run|apply) failed.*(?:field is immutable|Forbidden: updates to statefulset spec|may not change once set|spec is immutable|updates to .* are forbidden)/s,
    read: ([, object = ""]) => ({ is: "immutable", object: namedObject(object) }),
  },
  {
    pattern: /(\S+) (?:dry-run|apply) failed.*\d+ conflicts?: conflicts? with "([^"]+)"/s,
    read: ([, object = "", manager = ""]) => ({ is: "conflict", object: namedObject(object), manager }),
  },
  {
    pattern: /(\S+) (?:dry-run|apply) failed.*the object has been modified/s,
    read: ([, object = ""]) => ({ is: "conflict", object: namedObject(object), manager: null }),
  },
  {
    pattern: /(\S+) (?:dry-run|apply) failed[^:]*: (.*)/s,
    read: ({ input, 1: object = "", 2: text = "" }) =>
      /\(Forbidden\)|is forbidden/.test(input)
        ? { is: "forbidden", object: namedObject(object), text }
        : { is: "invalid", object: namedObject(object), text },
  },
  {
    pattern: /no '([^']+)' chart with version matching '([^']*)' found/,
    read: ([, chart = "", version = ""]) => ({ is: "chart-missing", chart, version }),
  },
  {
    pattern: /chart "([^"]+)" version "([^"]*)" not found/,
    read: ([, chart = "", version = ""]) => ({ is: "chart-missing", chart, version }),
  },
  {
    pattern:
      /could not resolve (Secret|ConfigMap) chart values reference '(?:[^/']+\/)?([^']+)'(?: with key '([^']+)')?/,
    read: ([, kind = "", name = "", key]) => ({ is: "values-missing", kind, name, key: key ?? null }),
  },
  {
    pattern: /values don't meet the specifications of the schema/,
    read: ({ input }) => ({ is: "values-schema", text: input }),
  },
  {
    pattern: /failed to get secret '(?:([^/']*)\/)?([^']+)'/,
    read: ([, namespace, name = ""]) => ({ is: "secret-missing", namespace: namespace || null, name }),
  },
  {
    pattern:
      /Helm (?:install|upgrade|test|rollback|uninstall)\S* .*(?:failed|succeeded)|Failed to (?:install|upgrade|perform remediation)|Cluster state of release \S+ has drifted/s,
    read: ({ input }) => ({ is: "release-failed", text: input }),
  },
  {
    pattern:
      /kustomize (?:build|create) failed|failed to (?:decode|generate)|accumulating resources|kustomization\.ya?ml/,
    read: ({ input }) => ({ is: "build", text: input }),
  },
  {
    pattern:
      /failed to (?:checkout|pull artifact|determine|fetch|construct|download)|unable to clone|couldn't find remote ref|invalid (?:chart reference|Helm repository URL)|no match found for semver|URL scheme cannot be used|URL validation failed|chart pull error|git repository is empty/,
    read: ({ input }) => ({ is: "fetch", text: input }),
  },
];

/** Reads one Flux message; `unread` where it has a form that we do not know. */
export function readFluxMessage(message: string): FluxTrouble {
  for (const { pattern, read } of FORMS) {
    const match = pattern.exec(message);
    if (match !== null) return read(match);
  }
  return { is: "unread", text: message };
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
