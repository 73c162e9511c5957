import { cannotMount, misconfigured } from "../build/fates.ts";
import { configMap, from } from "../build/manifests.ts";
import { field, type Story } from "../build/story.ts";
import { minutesAgo } from "../build/time.ts";
import { changed, withObject, without } from "../build/tree.ts";
import { inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const ORDERS = "Deployment/shop/orders";
const KEY = inContainer("catalog", "env.PAGE_SIZE.valueFrom.configMapKeyRef.key");
const NAME = inContainer("catalog", "env.PAGE_SIZE.valueFrom.configMapKeyRef.name");
const SECRET = inContainer("orders", "env.DB_PASSWORD.valueFrom.secretKeyRef.name");
const MOUNTED = changed(
  changed(SHOP, CATALOG, "spec.template.spec.volumes", [{ name: "settings", configMap: { name: "catalog-settings" } }]),
  CATALOG,
  inContainer("catalog", "volumeMounts"),
  [{ name: "settings", mountPath: "/etc/catalog" }],
);

/** ConfigMaps, Secrets and their keys that are asked for and are not there. */
export const REFERENCES: readonly Story[] = [
  {
    id: "configmap-key-renamed",
    tells: "The settings call the page size otherwise than the catalog asks for it.",
    good: SHOP,
    bad: changed(
      changed(SHOP, "ConfigMap/shop/catalog-settings", "data.page_size"),
      "ConfigMap/shop/catalog-settings",
      "data.items_per_page",
      "40",
    ),
    fates: { [CATALOG]: misconfigured("couldn't find key page_size in ConfigMap shop/catalog-settings") },
    git: {
      expected: "propose",
      category: ["configmap_content", "configmap_missing"],
      roots: [CATALOG, "ConfigMap/shop/catalog-settings"],
    },
  },
  {
    id: "configmap-key-slip",
    tells: "The catalog asks for the key page_sise; the ConfigMap has page_size.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, KEY, "page_sise"),
    fates: { [CATALOG]: misconfigured("couldn't find key page_sise in ConfigMap shop/catalog-settings") },
    git: { expected: "propose", category: ["configmap_missing", "configmap_content", "env_var"], roots: [CATALOG] },
    folder: {
      expected: "propose",
      category: ["configmap_missing", "configmap_content", "env_var"],
      roots: [CATALOG],
      fields: [field(CATALOG, KEY, "page_size")],
    },
    remembered: {
      expected: "propose",
      category: ["configmap_missing", "configmap_content", "env_var"],
      roots: [CATALOG],
    },
  },
  {
    id: "configmap-name-slip",
    tells: "The catalog reads ConfigMap catalog-setting; it is called catalog-settings.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, NAME, "catalog-setting"),
    fates: { [CATALOG]: misconfigured(`configmap "catalog-setting" not found`) },
    git: { expected: "propose", category: ["configmap_missing"], roots: [CATALOG] },
    folder: {
      expected: "propose",
      category: ["configmap_missing"],
      roots: [CATALOG],
      fields: [field(CATALOG, NAME, "catalog-settings")],
    },
  },
  {
    id: "configmap-removed",
    tells: "A clean-up removed the ConfigMap that the catalog reads.",
    good: SHOP,
    bad: without(SHOP, "ConfigMap/shop/catalog-settings"),
    subject: "Remove unused settings",
    fates: { [CATALOG]: misconfigured(`configmap "catalog-settings" not found`) },
    git: { expected: "propose", category: ["configmap_missing"], roots: [CATALOG, "ConfigMap/shop/catalog-settings"] },
    folder: { expected: "issue", category: ["configmap_missing"], roots: [CATALOG, "ConfigMap/shop/catalog-settings"] },
  },
  {
    id: "configmap-never-made",
    tells: "The pods mount a ConfigMap that nobody ever made.",
    good: changed(MOUNTED, CATALOG, "spec.template.spec.volumes.0.configMap.name", "nginx-conf"),
    fates: {
      [CATALOG]: cannotMount(`MountVolume.SetUp failed for volume "settings" : configmap "nginx-conf" not found`),
    },
    git: { expected: "issue", category: ["configmap_missing"], roots: [CATALOG, "ConfigMap/shop/nginx-conf"] },
    folder: { expected: "issue", category: ["configmap_missing"], roots: [CATALOG, "ConfigMap/shop/nginx-conf"] },
  },
  {
    id: "configmap-came-late",
    tells: "The ConfigMap came a minute after the pods that mount it; the kubelet has not asked again yet.",
    good: MOUNTED,
    fates: {
      [CATALOG]: cannotMount(`MountVolume.SetUp failed for volume "settings" : configmap "catalog-settings" not found`),
    },
    cluster: (cluster) => {
      cluster.get("ConfigMap/shop/catalog-settings").metadata["creationTimestamp"] = minutesAgo(1);
    },
    git: { expected: "none", category: ["configmap_missing", "no_op"], roots: [CATALOG] },
    folder: { expected: "none", category: ["configmap_missing", "no_op"], roots: [CATALOG] },
  },
  {
    id: "configmap-volume-slip",
    tells: "The volume names catalog-setings; catalog-settings is there.",
    good: MOUNTED,
    bad: changed(MOUNTED, CATALOG, "spec.template.spec.volumes.settings.configMap.name", "catalog-setings"),
    fates: {
      [CATALOG]: cannotMount(`MountVolume.SetUp failed for volume "settings" : configmap "catalog-setings" not found`),
    },
    git: { expected: "propose", category: ["configmap_missing"], roots: [CATALOG] },
    folder: {
      expected: "propose",
      category: ["configmap_missing"],
      roots: [CATALOG],
      fields: [field(CATALOG, "spec.template.spec.volumes.settings.configMap.name", "catalog-settings")],
    },
  },
  {
    id: "secret-name-slip",
    tells: "The orders read Secret postgres-auht; it is called postgres-auth.",
    good: SHOP,
    bad: changed(SHOP, ORDERS, SECRET, "postgres-auht"),
    fates: { [ORDERS]: misconfigured(`secret "postgres-auht" not found`) },
    git: { expected: "propose", category: ["secret_missing"], roots: [ORDERS] },
    folder: {
      expected: "propose",
      category: ["secret_missing"],
      roots: [ORDERS],
      fields: [field(ORDERS, SECRET, "postgres-auth")],
    },
  },
  {
    id: "secret-never-made",
    tells: "A new variable reads a Secret that a person has yet to make.",
    good: SHOP,
    bad: changed(SHOP, ORDERS, inContainer("orders", "env.2"), {
      name: "PAY_TOKEN",
      valueFrom: from("secret", "pay-gateway", "token"),
    }),
    subject: "orders: talk to the payment gateway",
    fates: { [ORDERS]: misconfigured(`secret "pay-gateway" not found`) },
    git: {
      expected: "propose",
      also: "issue",
      category: ["secret_missing"],
      roots: [ORDERS, "Secret/shop/pay-gateway"],
    },
    folder: { expected: "issue", category: ["secret_missing"], roots: [ORDERS, "Secret/shop/pay-gateway"] },
  },
  {
    id: "secret-key-missing",
    tells: "The Secret is there and has no such key.",
    good: SHOP,
    bad: changed(SHOP, ORDERS, inContainer("orders", "env.DB_PASSWORD.valueFrom.secretKeyRef.key"), "pgpass"),
    fates: { [ORDERS]: misconfigured("couldn't find key pgpass in Secret shop/postgres-auth") },
    git: { expected: "propose", category: ["secret_missing"], roots: [ORDERS] },
    folder: { expected: "issue", category: ["secret_missing"], roots: [ORDERS, "Secret/shop/postgres-auth"] },
  },
  {
    id: "optional-configmap-absent",
    tells: "An optional ConfigMap is not there, and everything runs: nothing is wrong.",
    resembles: ["reference-to-nothing"],
    good: changed(SHOP, CATALOG, inContainer("catalog", "envFrom"), [
      { configMapRef: { name: "catalog-extra", optional: true } },
    ]),
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "unused-configmap-removed",
    tells: "A ConfigMap that nothing reads was removed: nothing is wrong.",
    resembles: ["reference-to-nothing"],
    good: withObject(SHOP, "apps/catalog.yaml", configMap("catalog-legacy", { a: "b" })),
    bad: SHOP,
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
];
