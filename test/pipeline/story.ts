import type { World } from "../../src/evidence/world.ts";
import { incidentKey } from "../../src/incident/key.ts";
import { LIMITS, type Limits } from "../../src/incident/limits.ts";
import { treeOf } from "../../src/manifest/tree.ts";
import type { Material, Outside } from "../../src/pipeline/outside.ts";
import { openPipeline, type Pipeline } from "../../src/pipeline.ts";
import type { Job, Repository } from "../../src/ports.ts";
import type { ReportedIncident } from "../../src/proposal/report.ts";
import { refOf } from "../../src/signal/object.ts";
import type { Signal } from "../../src/signal/signal.ts";
import { checkout, minute, repository } from "../incident/incidents.ts";
import { files, reported } from "../proposal/reported.ts";
import { cluster, NEW, OLD } from "../recovery/worlds.ts";
import { emptyStore, memoryState } from "../twins/state.ts";
import { MemoryForge } from "./forge.ts";

/** The report about one Deployment in trouble. */
export function reportAbout(name: string): ReportedIncident {
  const root = { ...checkout, name };
  return { ...reported, root, changes: reported.changes.map((change) => ({ ...change, object: root })) };
}

/** A pipeline over twins, in which time passes and work is done only when the story says so. */
export class Story {
  readonly forge = new MemoryForge();
  store = emptyStore();
  minutes = 0;
  world: World = cluster({});
  head = OLD;
  files: Record<string, string> = { ...files };
  limits: Limits = LIMITS;
  /** What the rules say of a world; by default each Deployment without all replicas is in trouble. */
  rules = ({ world }: Material): readonly ReportedIncident[] =>
    world.objects
      .filter(
        ({ kind, status }) => kind === "Deployment" && (status as { availableReplicas: number }).availableReplicas < 2,
      )
      .map((object) => reportAbout(refOf(object).name));

  readonly key = incidentKey("prod", checkout);

  async hear(...signals: readonly Signal[]): Promise<void> {
    await this.pipeline().hear(signals);
    await this.settle();
  }

  /** The clock's look at a minute, and all work that it leads to. */
  async lookAt(minutes: number): Promise<void> {
    this.minutes = minutes;
    await this.pipeline().askLook();
    await this.settle();
  }

  /** A person merges: the forge tells, and Flux brings what was merged to the cluster. */
  async merge(number: number, applied: World): Promise<void> {
    this.forge.settle(number, { is: "merged", commit: NEW, at: minute(this.minutes) });
    this.head = NEW;
    this.world = applied;
    const message = { kind: "pull-closed", repository, number, branch: "", mergeCommit: NEW, by: "kim" } as const;
    await this.pipeline().receive(`merge ${number}`, [message]);
    await this.settle();
  }

  async comment(number: number, line: string, by = "kim"): Promise<void> {
    await this.pipeline().receive(`comment ${line} ${by}`, [{ kind: "command", repository, number, by, line }]);
    await this.settle();
  }

  status(name = "checkout"): string | undefined {
    return this.store.incidents.get(incidentKey("prod", { ...checkout, name }))?.incident.status;
  }

  /** Does every job that is due, as the workers would. */
  async settle(): Promise<void> {
    const pipeline = this.pipeline();
    for (let job = this.take(); job !== undefined; job = this.take()) await pipeline.work(job);
  }

  pipeline(): Pipeline {
    return openPipeline(this.outside());
  }

  private take(): Job | undefined {
    const index = this.store.waiting.findIndex(({ notBefore }) => notBefore <= minute(this.minutes).getTime());
    return index < 0 ? undefined : this.store.waiting.splice(index, 1)[0]?.job;
  }

  private outside(): Outside {
    const now = (): Date => minute(this.minutes);
    const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const twin: Repository = {
      checkout: async () => ({ revision: this.head, tree: treeOf(this.files), history: { known: false, because: "" } }),
      contains: async (revision, commit) => revision === commit,
    };
    return {
      ...memoryState(this.store, "key", now),
      cluster: { look: async () => this.world },
      openRepository: async () => twin,
      forge: this.forge.ports(),
      clock: { now },
      log: silent,
      consider: (material) => ({ version: 1, incidents: this.rules(material), healthy: false, unknown: [] }),
      clusterName: "prod",
      configured: [{ repository, urls: ["https://github.com/larkspur/fleet"] }],
      limits: this.limits,
    };
  }
}
