import type { Rule } from "./rule.ts";
import { alert } from "./rules/alert.ts";
import { autoscaler } from "./rules/autoscaler.ts";
import { budget } from "./rules/budget.ts";
import { crash } from "./rules/crash.ts";
import { disk } from "./rules/disk.ts";
import { drift } from "./rules/drift.ts";
import { flag } from "./rules/flag.ts";
import { fluxApply } from "./rules/flux-apply.ts";
import { fluxBuild } from "./rules/flux-build.ts";
import { fluxConflict } from "./rules/flux-conflict.ts";
import { fluxCycle } from "./rules/flux-cycle.ts";
import { fluxDependency } from "./rules/flux-dependency.ts";
import { fluxHealth } from "./rules/flux-health.ts";
import { fluxInvalid } from "./rules/flux-invalid.ts";
import { fluxPath } from "./rules/flux-path.ts";
import { fluxReason } from "./rules/flux-reason.ts";
import { fluxSetting } from "./rules/flux-setting.ts";
import { fluxSource } from "./rules/flux-source.ts";
import { fluxVersion } from "./rules/flux-version.ts";
import { helmRelease } from "./rules/helm-release.ts";
import { idle } from "./rules/idle.ts";
import { image } from "./rules/image.ts";
import { ingress } from "./rules/ingress.ts";
import { lostName } from "./rules/lost-name.ts";
import { memory } from "./rules/memory.ts";
import { mesh } from "./rules/mesh.ts";
import { node } from "./rules/node.ts";
import { operated } from "./rules/operated.ts";
import { outlived } from "./rules/outlived.ts";
import { peers } from "./rules/peers.ts";
import { probe } from "./rules/probe.ts";
import { recognised } from "./rules/recognised.ts";
import { reference } from "./rules/reference.ts";
import { refused } from "./rules/refused.ts";
import { rewritten } from "./rules/rewritten.ts";
import { rights } from "./rules/rights.ts";
import { schedule } from "./rules/schedule.ts";
import { scheduling } from "./rules/scheduling.ts";
import { service } from "./rules/service.ts";
import { shadowed } from "./rules/shadowed.ts";
import { storage } from "./rules/storage.ts";
import { subset } from "./rules/subset.ts";
import { violation } from "./rules/violation.ts";

/** Every rule there is. All speak; the ranking decides. To add one, write its file and a line here. */
export const RULES: readonly Rule[] = [
  image,
  reference,
  memory,
  disk,
  shadowed,
  crash,
  probe,
  peers,
  scheduling,
  operated,
  mesh,
  refused,
  rights,
  service,
  ingress,
  subset,
  storage,
  autoscaler,
  budget,
  lostName,
  schedule,
  outlived,
  idle,
  node,
  drift,
  fluxBuild,
  fluxPath,
  fluxSource,
  fluxDependency,
  fluxCycle,
  fluxApply,
  fluxVersion,
  fluxInvalid,
  fluxConflict,
  fluxHealth,
  helmRelease,
  fluxSetting,
  fluxReason,
  flag,
  violation,
  rewritten,
  alert,
  recognised,
];
