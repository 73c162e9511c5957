import { kustomization, namespaceGone, stopped } from "../build/flux.ts";
import { configMap, job } from "../build/manifests.ts";
import type { Story } from "../build/story.ts";
import { changed, type Tree, withObject, without } from "../build/tree.ts";
import { namespace, SHOP } from "./shop.ts";

const APPS = "Kustomization/flux-system/apps";
const OPENED: Tree = { "clusters/prod/apps.yaml": [kustomization("apps", "./apps")], ...SHOP };
const IMPORT = "Job/shop/import";

const IMPORTED = withObject(OPENED, "apps/job.yaml", job({ name: "import", container: { args: ["--all"] } }));
const MARKETED: Tree = {
  ...OPENED,
  "apps/marketing.yaml": [namespace("marketing"), configMap("banner", { text: "hi" }, "marketing")],
};

/** What the API server does not take, of things that were well before. */
export const REFUSALS: readonly Story[] = [
  {
    id: "address-cannot-change",
    tells: "A commit gave the catalog's Service another address, which the API server never changes.",
    good: changed(OPENED, "Service/shop/catalog", "spec.clusterIP", "10.96.0.70"),
    bad: changed(OPENED, "Service/shop/catalog", "spec.clusterIP", "10.96.0.77"),
    cluster: (cluster) => {
      cluster.set("Service/shop/catalog", "spec", { clusterIP: "10.96.0.70" });
      stopped(
        APPS,
        "ReconciliationFailed",
        'Service/shop/catalog dry-run failed (Invalid): Service "catalog" is invalid: spec.clusterIPs[0]: Invalid value: []string{"10.96.0.77"}: may not change once set',
      )(cluster);
    },
    git: {
      expected: "propose",
      also: "issue",
      category: ["immutable_field"],
      roots: [APPS, "Service/shop/catalog"],
    },
  },
  {
    id: "job-cannot-change",
    tells: "A commit changed what a Job that has run is told; a Job's template cannot be changed in place.",
    good: IMPORTED,
    bad: changed(IMPORTED, IMPORT, "spec.template.spec.containers.0.args.0", "--new"),
    cluster: (cluster) => {
      for (const live of [cluster.get(IMPORT), ...cluster.ofKind("Pod")])
        live["spec"] = JSON.parse(JSON.stringify(live["spec"]).replaceAll("--new", "--all"));
      stopped(
        APPS,
        "ReconciliationFailed",
        'Job/shop/import dry-run failed (Invalid): Job.batch "import" is invalid: spec.template: Invalid value: core.PodTemplateSpec{}: field is immutable',
      )(cluster);
    },
    git: { expected: "propose", also: "issue", category: ["immutable_field", "job_failed"], roots: [APPS, IMPORT] },
  },
  {
    id: "namespace-taken-away",
    tells: "A commit took a namespace away and left in git what lives in it.",
    good: MARKETED,
    bad: without(MARKETED, "Namespace/marketing"),
    cluster: namespaceGone("marketing", "ConfigMap/marketing/banner"),
    git: {
      expected: "propose",
      also: "issue",
      category: ["gitops_namespace"],
      roots: [APPS, "ConfigMap/marketing/banner", "Namespace/marketing"],
    },
  },
];
