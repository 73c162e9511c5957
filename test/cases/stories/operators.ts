import { clusterObject, object } from "../build/manifests.ts";
import { field, type Story } from "../build/story.ts";
import { changed, type Tree, withObject } from "../build/tree.ts";
import { SHOP } from "./shop.ts";

const CERTIFICATE = "Certificate/shop/shop-tls";
const REQUESTED: Tree = withObject(
  SHOP,
  "apps/tls.yaml",
  object("cert-manager.io/v1", "Certificate", "shop-tls", {
    spec: { secretName: "shop-tls", issuerRef: { kind: "ClusterIssuer", name: "letsencrypt" } },
  }),
);
const MISSPELLED = changed(REQUESTED, CERTIFICATE, "spec.issuerRef.name", "letsencrpyt");
const ROOTS = { category: ["cert_tls"], roots: [CERTIFICATE] } as const;

function unissued(name: string, issuers: readonly string[]): NonNullable<Story["cluster"]> {
  return (cluster) => {
    for (const issuer of issuers) cluster.add(clusterObject("cert-manager.io/v1", "ClusterIssuer", issuer, {}), 9000);
    const message = `Referenced "ClusterIssuer" not found: clusterissuer.cert-manager.io "${name}" not found`;
    cluster.condition(CERTIFICATE, { type: "Ready", status: "False", reason: "Pending", message }, 30);
  };
}

/** Objects of operators that name what their operator does not find. */
export const OPERATORS: readonly Story[] = [
  {
    id: "issuer-misspelled",
    tells: "A commit misspelled the name of the certificate's issuer.",
    good: REQUESTED,
    bad: MISSPELLED,
    cluster: unissued("letsencrpyt", ["letsencrypt"]),
    git: { expected: "propose", ...ROOTS },
    folder: {
      expected: "propose",
      ...ROOTS,
      fields: [field(CERTIFICATE, "spec.issuerRef.name", "letsencrypt")],
    },
  },
  {
    id: "issuer-gone",
    tells: "The issuer was deleted; the one that was named before it is gone for long, so nothing can be gone back to.",
    resembles: ["names-what-is-not-there"],
    good: changed(REQUESTED, CERTIFICATE, "spec.issuerRef.name", "staging"),
    bad: REQUESTED,
    cluster: unissued("letsencrypt", ["internal-ca"]),
    git: { expected: "issue", ...ROOTS, isCommit: false },
    folder: { expected: "issue", ...ROOTS },
  },
];
