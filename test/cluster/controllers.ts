import { join } from "node:path";
import type { RealCluster } from "./cluster.ts";

/** Starts what makes a cluster live: its controllers, its scheduler, and kwok in place of kubelets. */
export function startControllers(cluster: RealCluster): void {
  const { folder } = cluster;
  const settings = [`--kubeconfig=${cluster.kubeconfig()}`];
  const quiet = ["--leader-elect=false", "--secure-port=0"];
  // kwok's nodes say once that they are well.
  const patient = "--node-monitor-grace-period=1h";
  cluster.start("kube-controller-manager", [...settings, ...quiet, patient], folder);
  cluster.start("kube-scheduler", [...settings, ...quiet], folder);
  const stages = join(import.meta.dirname, "stages.yaml");
  // The pods' addresses are none of the Services'.
  cluster.start("kwok", [...settings, `--config=${stages}`, "--manage-all-nodes=true", "--cidr=10.1.0.1/16"], folder);
}
