import { type Form, readBy } from "./form.ts";

/** What keeps a container from being created or started, as the kubelet tells it. */
export type Hindrance =
  | { readonly is: "object-missing"; readonly kind: "ConfigMap" | "Secret"; readonly name: string }
  | {
      readonly is: "key-missing";
      readonly kind: "ConfigMap" | "Secret";
      readonly name: string | null;
      readonly key: string;
    }
  | { readonly is: "claim-missing"; readonly name: string }
  | { readonly is: "runs-as-root"; readonly text: string }
  | { readonly is: "not-executable"; readonly command: string; readonly text: string }
  | { readonly is: "mount"; readonly text: string }
  | { readonly is: "read-only"; readonly text: string }
  | { readonly is: "out-of-memory"; readonly text: string }
  | { readonly is: "other"; readonly text: string };

const FORMS: readonly Form<Hindrance>[] = [
  [
    /couldn't find key (\S+) in (ConfigMap|Secret) (?:\S+\/)?([^\s/]+)/i,
    (match) => ({ is: "key-missing", kind: kindOf(match[2]), name: match[3] ?? null, key: match[1] ?? "" }),
  ],
  [
    /references non-existent (config|secret) key: (\S+)/i,
    (match) => ({ is: "key-missing", kind: kindOf(match[1]), name: null, key: match[2] ?? "" }),
  ],
  [
    /(configmap|secret)s? "([^"]+)" not found/i,
    (match) => ({ is: "object-missing", kind: kindOf(match[1]), name: last(match[2]) }),
  ],
  [/persistentvolumeclaim "([^"]+)" not found/i, (match) => ({ is: "claim-missing", name: match[1] ?? "" })],
  [
    /container has runAsNonRoot and image (will run as root|has non-numeric user)/,
    (_, text) => ({ is: "runs-as-root", text }),
  ],
  [/container's runAsUser breaks non-root policy/, (_, text) => ({ is: "runs-as-root", text })],
  [
    /exec: "([^"]+)": (?:executable file not found|stat |permission denied|no such file)/,
    (match, text) => ({ is: "not-executable", command: match[1] ?? "", text }),
  ],
  [
    /(?:exec|stat) ([^\s":]+): (?:no such file or directory|permission denied|exec format error)/,
    (match, text) => ({ is: "not-executable", command: match[1] ?? "", text }),
  ],
  [
    /exec "([^"]+)": (?:permission denied|exec format error)/,
    (match, text) => ({ is: "not-executable", command: match[1] ?? "", text }),
  ],
  [/read-only file system/i, (_, text) => ({ is: "read-only", text })],
  [/container init was OOM-killed|memory limit too low|cgroup.*memory/i, (_, text) => ({ is: "out-of-memory", text })],
  [/not a directory|failed to prepare subPath|mount|hostPath type check failed/i, (_, text) => ({ is: "mount", text })],
];

/** What a waiting or termination message, or a FailedMount event, says. */
export function hindranceOf(message: string): Hindrance {
  return readBy(FORMS, message) ?? { is: "other", text: message };
}

/** Why an image cannot be had. */
export type PullFailure =
  | "not-found"
  | "unauthorized"
  | "name"
  | "registry"
  | "platform"
  | "limited"
  | "node-storage"
  | "unknown";

// The order matters: Docker Hub answers "pull access denied … repository does not exist or may require authorization"
// for both, and containerd wraps every cause in "failed to resolve reference".
const PULLS: readonly (readonly [RegExp, PullFailure])[] = [
  [/InvalidImageName|couldn't parse image|invalid reference format|must be lowercase/i, "name"],
  [/no space left on device|disk quota exceeded|read-only file system|input\/output error/i, "node-storage"],
  [/toomanyrequests|rate limit|429/i, "limited"],
  [/no match for platform|no matching manifest|exec format/i, "platform"],
  [/manifest unknown|manifest for .* not found|: not found|NotFound|404|name unknown|tag .* not found/i, "not-found"],
  [/pull access denied|may require 'docker login'|repository does not exist/i, "unauthorized"],
  [/unauthori[sz]ed|authentication required|no basic auth|403|forbidden|denied|401/i, "unauthorized"],
  [
    /no such host|i\/o timeout|connection refused|deadline exceeded|dial tcp|TLS|x509|EOF|server misbehaving|temporary failure|no route to host|network is unreachable|connection reset|\b50[0234]\b|service unavailable|bad gateway|internal server error/i,
    "registry",
  ],
];

/** Why a pull failed, from the kubelet's message. */
export function pullFailureOf(message: string): PullFailure {
  return PULLS.find(([form]) => form.test(message))?.[1] ?? "unknown";
}

function kindOf(word = ""): "ConfigMap" | "Secret" {
  return /^secret/i.test(word) ? "Secret" : "ConfigMap";
}

function last(name = ""): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
