import type { Story } from "./build/story.ts";
import { AFTERWARDS } from "./stories/afterwards.ts";
import { ALERTS, REWRITTEN } from "./stories/alerts.ts";
import { ALIBIS } from "./stories/alibis.ts";
import { AWAITED } from "./stories/awaited.ts";
import { BLAMELESS } from "./stories/blameless.ts";
import { BUDGETS } from "./stories/budgets.ts";
import { BYSTANDERS } from "./stories/bystanders.ts";
import { CHARTS } from "./stories/charts.ts";
import { CLOSED } from "./stories/closed.ts";
import { COMPANY } from "./stories/company.ts";
import { DEMOS } from "./stories/demos.ts";
import { ELSEWHERE } from "./stories/elsewhere.ts";
import { BUILDS, RELEASES } from "./stories/flux.ts";
import { FOLLOWED } from "./stories/followed.ts";
import { HELD } from "./stories/held.ts";
import { IMAGES } from "./stories/images.ts";
import { INNOCENT } from "./stories/innocent.ts";
import { KERNEL } from "./stories/kernel.ts";
import { KNOWN } from "./stories/known.ts";
import { ASTRAY, LIMITS } from "./stories/limits.ts";
import { DOUBTS, LOOK_ALIKES } from "./stories/look-alikes.ts";
import { MESH } from "./stories/mesh.ts";
import { USED } from "./stories/metrics.ts";
import { MISREAD } from "./stories/misread.ts";
import { MOVES } from "./stories/moves.ts";
import { NAMESPACES } from "./stories/namespaces.ts";
import { ONE_SIDED } from "./stories/one-sided.ts";
import { OPERATORS } from "./stories/operators.ts";
import { PARTS } from "./stories/parts.ts";
import { CALM, DECISIONS, DRIFT, NODES } from "./stories/people.ts";
import { REFUSED, SCHEDULING, STORAGE } from "./stories/placement.ts";
import { POLICIES } from "./stories/policies.ts";
import { INIT, MEANS, PROBES, TOLD } from "./stories/programs.ts";
import { REASONS } from "./stories/reasons.ts";
import { REFERENCES } from "./stories/references.ts";
import { REFUSALS } from "./stories/refusals.ts";
import { RUNS } from "./stories/runs.ts";
import { JOBS, RIGHTS, SCALING } from "./stories/scaling.ts";
import { NETWORK, SERVICES } from "./stories/services.ts";
import { SETTINGS } from "./stories/settings.ts";
import { SHADOWS } from "./stories/shadows.ts";
import { SLIPS } from "./stories/slips.ts";
import { TOGETHER } from "./stories/together.ts";
import { UNDONE } from "./stories/undone.ts";
import { UPGRADES } from "./stories/upgrades.ts";

/** Every story. To add one, write it beside those of its kind. */
export const STORIES: readonly Story[] = [
  ...[IMAGES, REFERENCES, TOLD, PROBES, MEANS, INIT, SERVICES, NETWORK, SCHEDULING, REFUSED, STORAGE],
  ...[SCALING, JOBS, RUNS, RIGHTS, NODES, DECISIONS, DRIFT, CALM, AFTERWARDS, SETTINGS, KNOWN, DEMOS],
  ...[BUILDS, MOVES, SLIPS, TOGETHER, NAMESPACES, RELEASES, CHARTS],
  ...[HELD, REASONS, POLICIES, USED, OPERATORS, COMPANY],
  ...[BUDGETS, LIMITS, ASTRAY, UPGRADES, BYSTANDERS].flat(),
  ...[ONE_SIDED, INNOCENT, PARTS, LOOK_ALIKES, DOUBTS, ALERTS, REWRITTEN, UNDONE, REFUSALS, SHADOWS, MESH, KERNEL],
  ...[ALIBIS, AWAITED, BLAMELESS, CLOSED, FOLLOWED, ELSEWHERE, MISREAD],
].flat();
