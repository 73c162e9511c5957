import type { State } from "./adapters/database/state.ts";
import type { GitHub } from "./adapters/github.ts";
import bot from "./bot.ts";
import { dryRunCluster, dryRunForge } from "./pipeline/dry-run.ts";
import type { Outside } from "./pipeline/outside.ts";
import { openPipeline } from "./pipeline.ts";
import type { Settings } from "./settings.ts";
import type { Signal } from "./signal/signal.ts";
import { healthRoute } from "./web/health.ts";
import { webhookRoute } from "./web/webhook.ts";

/** What the bot is made of, apart from its settings. */
export type Parts = Pick<Outside, "cluster" | "openRepository" | "consider" | "notifier" | "clock" | "log"> & {
  readonly github: GitHub;
  readonly state: State;
  /** How each kind of webhook body is read; each throws a BadInput that says what was expected. */
  readonly parse: Readonly<Record<"alertmanager" | "flux", (body: unknown) => readonly Signal[]>>;
  /** Where a dry run says what it would write. */
  readonly say: (text: string) => void;
};

/** The bot at work, until it is stopped. */
export type Serving = {
  readonly url: string;
  /** Hears nothing new, ends what is under way, and closes the state. */
  readonly stop: () => Promise<void>;
};

/** Starts the bot: webhooks, workers and the clock's own looks. */
export async function startServing(settings: Settings, parts: Parts): Promise<Serving> {
  const { github, state, log } = parts;
  const pipeline = openPipeline(outsideOf(settings, parts));
  const hear = pipeline.hear;
  const listen = github.listen(bot(pipeline.receive), {
    host: settings.host,
    port: settings.port,
    routes: [
      healthRoute(() => state.ledger.load("none")),
      webhookRoute({
        path: "/webhooks/alertmanager",
        proofs: settings.alertmanager,
        parse: parts.parse.alertmanager,
        hear,
        log,
      }),
      webhookRoute({ path: "/webhooks/flux", proofs: settings.flux, parse: parts.parse.flux, hear, log }),
    ],
  });
  const listening = await listen.catch(async (error: unknown) => {
    await state.close();
    throw error;
  });
  await state.queue.work(pipeline.work);
  const ask = (): void =>
    void pipeline.askLook().catch((error) => log.error({ error: String(error) }, "no look could be asked for"));
  ask();
  const timer = setInterval(ask, settings.pollSeconds * 1000);
  return {
    url: `http://${listening.host}:${listening.port}`,
    stop: async () => {
      clearInterval(timer);
      await listening.stop();
      await state.close();
    },
  };
}

function outsideOf({ cluster: name, dryRun, repositories, limits }: Settings, parts: Parts): Outside {
  const { cluster, openRepository, consider, clock, log, github, state, say } = parts;
  // A dry run has nothing to send people to.
  const notifier = dryRun ? undefined : parts.notifier;
  const forge = dryRun ? dryRunForge(github, say) : github;
  const clusterName = dryRun ? dryRunCluster(name) : name;
  return {
    ...state,
    cluster,
    openRepository,
    consider,
    ...(notifier === undefined ? {} : { notifier }),
    clock,
    log,
    forge,
    clusterName,
    configured: repositories,
    limits,
  };
}
