import { object } from "../build/manifests.ts";
import type { Story } from "../build/story.ts";
import { changed, withObject } from "../build/tree.ts";
import { SHOP } from "./shop.ts";

const HOOK = "Receiver/shop/deploys";
const WITH_HOOK = withObject(
  SHOP,
  "apps/receiver.yaml",
  object("notification.toolkit.fluxcd.io/v1", "Receiver", "deploys", {
    spec: {
      type: "generic",
      secretRef: { name: "hook-token" },
      resources: [{ kind: "GitRepository", name: "flux-system", namespace: "flux-system" }],
      resourceFilter: "req.branch == 'main'",
    },
  }),
);

const SCANNED = "ImageRepository/shop/catalog";
const WITH_SCAN = withObject(
  SHOP,
  "apps/scan.yaml",
  object("image.toolkit.fluxcd.io/v1", "ImageRepository", "catalog", {
    spec: { image: "registry.example.test/shop/catalog", interval: "5m" },
  }),
);

function unready(named: string, reason: string, message: string, minutes = 24): NonNullable<Story["cluster"]> {
  return (cluster) =>
    cluster.condition(named, { type: "Ready", status: "False", reason, message, observedGeneration: 1 }, minutes);
}

/** Flux objects that stop with a message of no known form: only their reason tells. */
export const REASONS: readonly Story[] = [
  {
    id: "receiver-filter-broken",
    tells: "A commit broke the expression of a Receiver's filter.",
    good: WITH_HOOK,
    bad: changed(WITH_HOOK, HOOK, "spec.resourceFilter", "req.branch == 'main"),
    cluster: unready(HOOK, "InvalidCELExpression", "failed to parse expression: Syntax error: token recognition error"),
    git: { expected: "propose", category: ["operator_cr"], roots: [HOOK] },
  },
  {
    id: "receiver-without-token",
    tells: "Nobody made the Secret of a Receiver.",
    good: WITH_HOOK,
    cluster: unready(HOOK, "TokenNotFound", "unable to read token from secret 'shop/hook-token'"),
    git: { expected: "issue", category: ["secret_missing"], roots: [HOOK] },
  },
  {
    id: "scan-of-no-image",
    tells: "An ImageRepository scans what is no image any more.",
    good: WITH_SCAN,
    bad: changed(WITH_SCAN, SCANNED, "spec.image", "https://registry.example.test/shop/catalog"),
    cluster: unready(SCANNED, "ImageURLInvalid", ".spec.image value should not start with URL scheme"),
    git: { expected: "propose", category: ["image_ref"], roots: [SCANNED] },
  },
  {
    id: "scan-tried-again",
    tells: "A registry did not answer a minute ago: Flux asks again; a commit beside it has nothing to do with it.",
    good: WITH_SCAN,
    bad: changed(WITH_SCAN, SCANNED, "spec.interval", "10m"),
    cluster: unready(SCANNED, "ReadOperationFailed", "GET https://registry.example.test/v2/: unexpected status", 2),
    git: { expected: "none", category: ["image_ref"], roots: [SCANNED] },
  },
];
