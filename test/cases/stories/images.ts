import { cannotPull, invalidName, notFound, unauthorized } from "../build/fates.ts";
import { deployment, service } from "../build/manifests.ts";
import type { Story } from "../build/story.ts";
import { field } from "../build/story.ts";
import { changed, type Tree } from "../build/tree.ts";
import { imageOf, inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const roots = [CATALOG];
const category = ["image_ref"] as const;
const IMAGE = inContainer("catalog", "image");

function withImage(image: string): Tree {
  return changed(SHOP, CATALOG, IMAGE, image);
}

/** Images that cannot be pulled. */
export const IMAGES: readonly Story[] = [
  {
    id: "image-tag-unknown",
    tells: "The catalog was moved to a tag that the registry does not have.",
    good: SHOP,
    bad: withImage(imageOf("catalog", "1.5.0-rc9")),
    fates: { [CATALOG]: cannotPull(imageOf("catalog", "1.5.0-rc9"), notFound(imageOf("catalog", "1.5.0-rc9"))) },
    git: { expected: "propose", category, roots },
    folder: {
      expected: "issue",
      also: "propose",
      category,
      roots,
      fields: [field(CATALOG, IMAGE, imageOf("catalog"))],
    },
    remembered: { expected: "propose", category, roots },
  },
  {
    id: "image-name-typo",
    tells: "The catalog's image was misspelled; the registry says it may not be pulled, as Docker Hub does.",
    good: SHOP,
    bad: withImage("docker.io/shop/catlog:1.4.2"),
    fates: {
      [CATALOG]: cannotPull(
        "docker.io/shop/catlog:1.4.2",
        "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
      ),
    },
    git: { expected: "propose", category, roots },
    folder: { expected: "issue", category: ["image_ref", "image_pull_secret"], roots },
  },
  {
    id: "image-name-malformed",
    tells: "A template variable was left in the catalog's image.",
    good: SHOP,
    bad: withImage("registry.example.test/shop/catalog:{{ .Tag }}"),
    fates: { [CATALOG]: invalidName("registry.example.test/shop/catalog:{{ .Tag }}") },
    git: { expected: "propose", category, roots },
    folder: {
      expected: "issue",
      also: "propose",
      category,
      roots,
      fields: [field(CATALOG, IMAGE, imageOf("catalog"))],
    },
  },
  {
    id: "image-slip-of-sibling",
    tells: "Two workloads run the same image; one of them has a slip of the keyboard in it.",
    good: {
      "apps/web.yaml": [
        deployment({ name: "web", image: "registry.example.test/tools/gateway:2.1" }),
        service("web"),
        deployment({ name: "admin", image: "registry.example.test/tools/gatewya:2.1" }),
      ],
    },
    fates: {
      "Deployment/shop/admin": cannotPull(
        "registry.example.test/tools/gatewya:2.1",
        notFound("registry.example.test/tools/gatewya:2.1"),
      ),
    },
    folder: {
      expected: "propose",
      category,
      roots: ["Deployment/shop/admin"],
      fields: [
        field("Deployment/shop/admin", inContainer("admin", "image"), "registry.example.test/tools/gateway:2.1"),
      ],
    },
  },
  {
    id: "image-pull-secret-gone",
    tells: "The registry asks for credentials, and the named pull secret was never made.",
    good: changed(SHOP, CATALOG, "spec.template.spec.imagePullSecrets", [{ name: "registry-pull" }]),
    fates: { [CATALOG]: cannotPull(imageOf("catalog"), unauthorized(imageOf("catalog"))) },
    git: { expected: "issue", category: ["image_pull_secret"], roots },
    folder: { expected: "issue", category: ["image_pull_secret"], roots },
  },
  {
    id: "image-registry-moved",
    tells: "The catalog was moved to a private registry for which nobody has credentials here.",
    good: SHOP,
    bad: withImage("private.example.test/shop/catalog:1.4.2"),
    fates: {
      [CATALOG]: cannotPull(
        "private.example.test/shop/catalog:1.4.2",
        unauthorized("private.example.test/shop/catalog:1.4.2"),
      ),
    },
    git: { expected: "propose", also: "issue", category: ["image_ref", "image_pull_secret"], roots },
    folder: { expected: "issue", category: ["image_pull_secret", "image_ref"], roots },
  },
  {
    id: "image-registry-down",
    tells: "The registry does not answer; no image was changed.",
    good: SHOP,
    fates: {
      [CATALOG]: cannotPull(
        imageOf("catalog"),
        `failed to do request: Head "https://registry.example.test/v2/shop/catalog/manifests/1.4.2": dial tcp: lookup registry.example.test on 10.0.0.2:53: no such host`,
      ),
    },
    git: { expected: "issue", category: ["network", "image_ref"], roots },
  },
  {
    id: "image-rate-limited",
    tells: "The registry limits how often it may be asked; the tag that was changed last is right.",
    good: changed(SHOP, CATALOG, IMAGE, "docker.io/shop/catalog:1.4.1"),
    bad: withImage("docker.io/shop/catalog:1.4.2"),
    fates: {
      [CATALOG]: cannotPull(
        "docker.io/shop/catalog:1.4.2",
        "unexpected status from HEAD request to https://registry-1.docker.io/v2/shop/catalog/manifests/1.4.2: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit.",
      ),
    },
    git: { expected: "issue", category: ["network", "image_ref"], roots, isCommit: false },
  },
];
