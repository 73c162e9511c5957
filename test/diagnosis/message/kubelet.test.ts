import { describe, expect, test } from "vitest";
import { refusalOf } from "../../../src/diagnosis/message/admission.ts";
import { hindranceOf, pullFailureOf } from "../../../src/diagnosis/message/container.ts";
import { probeFailureOf } from "../../../src/diagnosis/message/probe.ts";
import { predicatesOf } from "../../../src/diagnosis/message/scheduling.ts";

describe("why no node takes a pod", () => {
  const FORMS: readonly (readonly [message: string, predicates: readonly (readonly [number | null, object])[]])[] = [
    [
      "0/3 nodes are available: 1 node(s) had untolerated taint {dedicated: payments}, 2 Insufficient cpu. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
      [
        [1, { is: "taint", taint: "dedicated: payments" }],
        [2, { is: "resource", resource: "cpu" }],
      ],
    ],
    [
      "0/4 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, 3 node(s) didn't match node selector.",
      [
        [1, { is: "taint", taint: "node-role.kubernetes.io/master:" }],
        [3, { is: "selector" }],
      ],
    ],
    [
      "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
      [[3, { is: "selector" }]],
    ],
    [
      "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found",
      [[null, { is: "claim-unbound" }]],
    ],
    [
      '0/3 nodes are available: persistentvolumeclaim "data" not found. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
      [[null, { is: "claim-missing", claim: "data" }]],
    ],
    ['persistentvolumeclaim "data" not found', [[null, { is: "claim-missing", claim: "data" }]]],
    ["0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules.", [[2, { is: "anti-affinity" }]]],
    [
      "0/2 nodes are available: 1 node(s) were unschedulable, 1 node(s) had volume node affinity conflict.",
      [
        [1, { is: "cordoned" }],
        [1, { is: "volume-node" }],
      ],
    ],
    [
      "0/2 nodes are available: 2 node(s) didn't match pod topology spread constraints (missing required label).",
      [[2, { is: "spread" }]],
    ],
    ["0/2 nodes are available: 2 node(s) didn't have free ports for the requested pod ports.", [[2, { is: "port" }]]],
    ["0/1 nodes are available: 1 Too many pods.", [[1, { is: "pods" }]]],
    [
      "0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind.",
      [[1, { is: "no-volume" }]],
    ],
    ["no nodes available to schedule pods", [[null, { is: "no-nodes" }]]],
  ];
  test.each(FORMS)("%s", (message, predicates) => {
    expect(predicatesOf(message).map(({ nodes, obstacle }) => [nodes, obstacle])).toEqual(predicates);
  });
});

describe("why a pod may not be created", () => {
  test.each([
    [
      'pods "a-1" is forbidden: exceeded quota: shop, requested: requests.cpu=100, used: requests.cpu=600m, limited: requests.cpu=4',
      {
        is: "quota",
        quota: "shop",
        requested: { "requests.cpu": "100" },
        used: { "requests.cpu": "600m" },
        limited: { "requests.cpu": "4" },
      },
    ],
    [
      'pods "a-1" is forbidden: failed quota: q: must specify limits.cpu for: app; requests.cpu for: app',
      { is: "quota-unset", quota: "q", resources: ["limits.cpu", "requests.cpu"] },
    ],
    [
      'pods "a-1" is forbidden: maximum memory usage per Container is 512Mi, but limit is 1Gi',
      { is: "limit-range", resource: "memory", bound: "maximum" },
    ],
    [
      'pods "a-1" is forbidden: error looking up service account shop/reader: serviceaccount "reader" not found',
      { is: "service-account", name: "reader" },
    ],
    [
      'pods "a-1" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
      { is: "pod-security", level: "restricted:latest" },
    ],
    [
      'Internal error occurred: failed calling webhook "v.example.test": failed to call webhook: Post "https://v.x.svc:443/": dial tcp 10.0.0.1:443: connect: connection refused',
      { is: "webhook-down", webhook: "v.example.test" },
    ],
    [
      'admission webhook "validation.gatekeeper.sh" denied the request: [must-have-owner] you must provide labels: {"owner"}',
      { is: "webhook-denied", webhook: "validation.gatekeeper.sh" },
    ],
    [
      'pods "a-1" is forbidden: unable to create new content in namespace shop because it is being terminated',
      { is: "namespace-going" },
    ],
    ['pods "a-1" is forbidden: no PriorityClass with name gold was found', { is: "priority-class", name: "gold" }],
  ])("%s", (message, refusal) => {
    expect(refusalOf(message)).toMatchObject(refusal);
  });
});

describe("why a container cannot be started", () => {
  test.each([
    [
      "couldn't find key page_size in ConfigMap shop/catalog-settings",
      { is: "key-missing", kind: "ConfigMap", name: "catalog-settings", key: "page_size" },
    ],
    ["couldn't find key pw in Secret shop/db", { is: "key-missing", kind: "Secret", name: "db", key: "pw" }],
    ['configmap "catalog-settings" not found', { is: "object-missing", kind: "ConfigMap", name: "catalog-settings" }],
    [
      'MountVolume.SetUp failed for volume "tls" : secret "web-tls" not found',
      { is: "object-missing", kind: "Secret", name: "web-tls" },
    ],
    [
      'MountVolume.SetUp failed for volume "cfg" : references non-existent config key: app.yaml',
      { is: "key-missing", kind: "ConfigMap", name: null, key: "app.yaml" },
    ],
    [
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "srever": executable file not found in $PATH: unknown',
      { is: "not-executable", command: "srever" },
    ],
    ['Error: container has runAsNonRoot and image will run as root (pod: "x", container: app)', { is: "runs-as-root" }],
  ])("%s", (message, hindrance) => {
    expect(hindranceOf(message)).toMatchObject(hindrance);
  });
});

describe("why an image cannot be pulled", () => {
  test.each([
    [
      'failed to pull and unpack image "r.test/a:9": failed to resolve reference "r.test/a:9": r.test/a:9: not found',
      "not-found",
    ],
    ["Error response from daemon: manifest for nginx:nope not found: manifest unknown: manifest unknown", "not-found"],
    [
      "pull access denied for privat/app, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      "unauthorized",
    ],
    ["failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized", "unauthorized"],
    [
      'Failed to apply default image tag "App:1": couldn\'t parse image reference "App:1": invalid reference format: repository name must be lowercase',
      "name",
    ],
    [
      'failed to do request: Head "https://r.test/v2/a/manifests/1": dial tcp: lookup r.test on 10.0.0.2:53: no such host',
      "registry",
    ],
    ["toomanyrequests: You have reached your pull rate limit", "limited"],
    ["no match for platform in manifest: not found", "platform"],
  ])("%s", (message, why) => {
    expect(pullFailureOf(message)).toBe(why);
  });
});

describe("how a probe fails", () => {
  test.each([
    [
      "Readiness probe failed: HTTP probe failed with statuscode: 503",
      { probe: "readiness", how: "status", status: 503, port: null },
    ],
    [
      'Readiness probe failed: Get "http://10.244.3.23:3001/readyz": dial tcp 10.244.3.23:3001: connect: connection refused',
      { probe: "readiness", how: "refused", port: 3001 },
    ],
    [
      'Liveness probe failed: Get "http://10.1.1.1:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      { probe: "liveness", how: "timeout", port: 8080 },
    ],
    ["Readiness probe errored: port http not found", { probe: "readiness", how: "other", port: null }],
    ["Startup probe failed: dial tcp 10.1.1.1:9000: i/o timeout", { probe: "startup", how: "timeout", port: 9000 }],
    [
      'Readiness probe failed: Get "https://10.1.1.1:8080/": http: server gave HTTP response to HTTPS client',
      { probe: "readiness", how: "protocol" },
    ],
    [
      "Liveness probe failed: cat: can't open '/tmp/healthy': No such file or directory",
      { probe: "liveness", how: "command" },
    ],
  ])("%s", (message, failure) => {
    expect(probeFailureOf(message)).toMatchObject(failure);
  });
});
