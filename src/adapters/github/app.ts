import type { IncomingMessage, ServerResponse } from "node:http";
import { type ApplicationFunction, type Logger, Probot, ProbotOctokit, Server } from "probot";
import { BadInput } from "../../signal/bad-input.ts";
import { limited } from "./webhook-limit.ts";

/** What GitHub gave when the App was registered, and where it is. */
export type AppSettings = {
  readonly appId: string;
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** The REST API: `https://api.github.com`, or `https://HOST/api/v3` of an Enterprise Server. */
  readonly apiUrl: string;
  /** Whether Octokit keeps writes a second or more apart, as GitHub asks; off only towards a forge on this machine. */
  readonly spacing: boolean;
  /** After how many seconds an answer is waited for no longer; 60 where it is not said. */
  readonly patienceSeconds?: number;
  readonly log: Logger;
};

/** A route beside GitHub's: true where it answered. */
export type Route = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

/** Where the bot listens, until it is stopped. */
type Listening = { readonly host: string; readonly port: number; readonly stop: () => Promise<void> };

/** Oakum's GitHub App: a client as the App or as one of its installations, and the server for its webhooks. */
export type App = {
  readonly client: (installation?: number) => Promise<ProbotOctokit>;
  /** Serves webhooks at `/api/github/webhooks`, `/ping`, and these routes. */
  readonly listen: (
    bot: ApplicationFunction,
    at: { readonly host: string; readonly port: number; readonly routes: readonly Route[] },
  ) => Promise<Listening>;
};

type OctokitOptions = NonNullable<ConstructorParameters<typeof ProbotOctokit>[0]>;

const WEBHOOK_PATH = "/api/github/webhooks";

// Probot's own default, which everybody knows.
const KNOWN_SECRET = "development";

// Besides Octokit's own list 429: the job waits for a limit, not a sleeping worker.
const DO_NOT_RETRY = [400, 401, 403, 404, 410, 422, 429, 451];

/** Opens the App; nothing is sent or heard yet. */
export async function openApp(settings: AppSettings): Promise<App> {
  const { appId, privateKey, webhookSecret: secret, apiUrl: baseUrl } = settings;
  if (secret === "" || secret === KNOWN_SECRET)
    throw new BadInput(`WEBHOOK_SECRET is ${secret === "" ? "not set" : `"${secret}"`}: set the App's own secret.`);
  const log = discreet(settings.log);
  const request = { fetch: patiently((settings.patienceSeconds ?? 60) * 1000) };
  const Octokit = octokitFor(settings);
  const options = { appId, privateKey, secret, baseUrl, log, request, Octokit, webhookPath: WEBHOOK_PATH };
  const probot = await new Probot(options).ready();
  return {
    client: (installation) => probot.auth(installation),
    listen: async (bot, { host, port, routes }) => {
      // `Server`, not `run`: that one offers a setup page without a password where a setting is missing.
      const server = new Server({
        Probot: LimitedProbot.defaults(options),
        host,
        // Probot takes the number 0, which means any free port, for no port at all.
        port: port === 0 ? ("0" as unknown as number) : port,
        log,
        webhookPath: WEBHOOK_PATH,
        enableStaticFiles: false,
      });
      await server.load(bot);
      for (const route of routes) server.addHandler(route);
      await server.start().catch((error: NodeJS.ErrnoException) => {
        throw new BadInput(`Cannot listen on ${host}:${port} (${error.code ?? error.message}). Set HOST and PORT.`);
      });
      return { host: server.host, port: server.port, stop: () => server.stop() };
    },
  };
}

class LimitedProbot extends Probot {
  override async getNodeMiddleware(options?: Parameters<Probot["getNodeMiddleware"]>[0]) {
    return limited(await super.getNodeMiddleware(options), WEBHOOK_PATH);
  }
}

function octokitFor({ apiUrl, spacing }: AppSettings): typeof ProbotOctokit {
  const giveUp = (): boolean => false;
  return ProbotOctokit.defaults((options: OctokitOptions) => ({
    ...options,
    // Octokit asks api.github.com for tokens unless the request that it does so with knows better.
    auth: { ...options.auth, request: options.auth?.request?.defaults({ baseUrl: apiUrl }) },
    throttle: spacing
      ? { ...options["throttle"], onRateLimit: giveUp, onSecondaryRateLimit: giveUp }
      : { enabled: false },
    retry: { doNotRetry: DO_NOT_RETRY },
  }));
}

function patiently(milliseconds: number): typeof fetch {
  return (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(milliseconds) });
}

/** Probot logs whole requests and events: with headers that carry tokens, and bodies that strangers wrote. */
function discreet(log: Logger): Logger {
  return log.child(
    {},
    {
      level: log.isLevelEnabled("warn") ? "warn" : log.level,
      redact: { paths: ["req.headers"], remove: true },
      serializers: { err: ({ name, message }: Error) => ({ name, message }) },
    },
  );
}
