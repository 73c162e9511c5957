import type { World } from "../../src/evidence/world.ts";
import { incidentKey } from "../../src/incident/key.ts";
import { LIMITS, type Limits } from "../../src/incident/limits.ts";
import { treeOf } from "../../src/manifest/tree.ts";
import type { Outside } from "../../src/pipeline/outside.ts";
import { openPipeline, type Pipeline } from "../../src/pipeline.ts";
import type { Checkout, Job, News, Repository } from "../../src/ports.ts";
import type { Material } from "../../src/proposal/consider.ts";
import { markedKey } from "../../src/proposal/marker.ts";
import type { ReportedIncident } from "../../src/proposal/report.ts";
import { refOf } from "../../src/signal/object.ts";
import type { Signal } from "../../src/signal/signal.ts";
import { checkout, minute, repository } from "../incident/incidents.ts";
import { files, reported } from "../proposal/reported.ts";
import { cluster, type Held } from "../recovery/worlds.ts";
import { openForgeTwin, type TwinThread } from "../twins/forge.ts";
import { emptyStore, memoryState } from "../twins/state.ts";

/** The report about one Deployment in trouble. */
export function reportAbout(name: string): ReportedIncident {
  const root = { ...checkout, name };
  return { ...reported, root, changes: reported.changes.map((change) => ({ ...change, object: root })) };
}

/** A pipeline over twins, in which time passes and work is done only when the story says so. */
export class Story {
  readonly forge = openForgeTwin({
    repositories: [{ ...repository, branches: { main: files }, writers: ["kim"] }],
    now: () => minute(this.minutes),
  });
  readonly kim = this.forge.person("kim");
  store = emptyStore();
  minutes = 0;
  world: World = cluster({});
  /** What the repository's mirror still says, where it lags behind. */
  frozen: Checkout | undefined;
  limits: Limits = LIMITS;
  /** What the rules say of a world; by default each Deployment without all replicas is in trouble. */
  rules = ({ world }: Material): readonly ReportedIncident[] =>
    world.objects
      .filter(
        ({ kind, status }) => kind === "Deployment" && (status as { availableReplicas: number }).availableReplicas < 2,
      )
      .map((object) => reportAbout(refOf(object).name));

  /** What was logged: fields and message. */
  readonly logged: unknown[] = [];
  /** What people were told outside of the forge. */
  readonly news: News[] = [];

  #held: Held = {};

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
  async merge(number: number, applied: Held): Promise<void> {
    const commit = await this.kim.merge(repository, number);
    this.hold({ artifact: commit, applied: commit, ...applied });
    // A forge may spell the owner otherwise than the settings do.
    const told = { ...repository, owner: repository.owner.toUpperCase() };
    const message = {
      kind: "pull-closed",
      repository: told,
      number,
      branch: "",
      mergeCommit: commit,
      by: "kim",
    } as const;
    await this.pipeline().receive(`merge ${number}`, [message]);
    await this.settle();
  }

  /** The forge tells of a push to the branch that Flux follows. */
  async push(minutes: number): Promise<void> {
    this.minutes = minutes;
    const commit = this.forge.repo(repository).branches.get("main") ?? "";
    await this.pipeline().receive(`push ${commit}`, [{ kind: "pushed", repository, branch: "main", commit }]);
    await this.settle();
  }

  /** The cluster holds this from now on; what is not named stays as it was. */
  hold(held: Held): void {
    this.#held = { ...this.#held, ...held };
    this.world = cluster(this.#held);
  }

  issues(): readonly TwinThread[] {
    return this.forge.repo(repository).threads.filter(({ pull }) => pull === undefined);
  }

  pulls(): readonly TwinThread[] {
    return this.forge.repo(repository).threads.filter(({ pull }) => pull !== undefined);
  }

  /** A file as it stands on a pull request's branch. */
  fileOf({ pull }: TwinThread, path: string): string | undefined {
    return this.forge
      .repo(repository)
      .commits.get(pull?.head ?? "")
      ?.files.get(path);
  }

  commentOn(number: number, topic: string): string | undefined {
    const thread = this.forge.repo(repository).threads[number - 1];
    return thread?.comments.find(({ body }) => markedKey(body) === topic)?.body;
  }

  checkout(): Checkout {
    const { branches, commits } = this.forge.repo(repository);
    const revision = branches.get("main") ?? "";
    const tree = treeOf(Object.fromEntries(commits.get(revision)?.files ?? []));
    return { revision, tree, history: { known: false, because: "" } };
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
    const log = (...said: readonly unknown[]): void => void this.logged.push(said);
    const twin: Repository = {
      checkout: async () => this.frozen ?? this.checkout(),
      contains: async (revision, commit) => revision === commit,
    };
    return {
      ...memoryState(this.store, "key", now),
      cluster: { look: async () => this.world },
      openRepository: async () => twin,
      forge: this.forge,
      notifier: { tell: async (news) => void this.news.push(news) },
      clock: { now },
      log: { info: log, warn: log, error: log },
      consider: (material) => ({ version: 1, incidents: this.rules(material), healthy: false, unknown: [] }),
      clusterName: "prod",
      configured: [{ repository, urls: ["https://github.com/larkspur/fleet"] }],
      limits: this.limits,
    };
  }
}
