import { advance } from "./pipeline/advance.ts";
import { asJson } from "./pipeline/documents.ts";
import { hearForge } from "./pipeline/forge-message.ts";
import { LOOK } from "./pipeline/jobs.ts";
import { look } from "./pipeline/look.ts";
import type { Outside } from "./pipeline/outside.ts";
import type { ForgeMessage, Job, Receive } from "./ports.ts";
import { RateLimited } from "./proposal/rate-limited.ts";
import type { Signal } from "./signal/signal.ts";

/** The only shell: what comes in is remembered and queued; what is queued is done step by step. */
export type Pipeline = {
  /** Takes in signals; however many there are, one look follows. */
  readonly hear: (signals: readonly Signal[]) => Promise<void>;
  /** Takes in one delivery of the forge; the same delivery again changes nothing. */
  readonly receive: Receive;
  /** Asks for a look, as the clock does now and then. */
  readonly askLook: () => Promise<void>;
  readonly work: (job: Job) => Promise<void>;
};

/** The pipeline over what is outside. */
export function openPipeline(outside: Outside): Pipeline {
  const { ledger, queue, signals, clock } = outside;
  const said = new Set<string>();
  const askLook = (): Promise<void> => queue.add([LOOK]);
  return {
    hear: async (heard) => {
      await signals.hear(heard, clock.now());
      await askLook();
    },
    receive: async (deliveryId, messages) => {
      const jobs = messages.map((message, index) => ({
        key: `forge ${deliveryId} ${index}`,
        kind: "forge",
        data: asJson(message),
      }));
      await ledger.receive(deliveryId, jobs, clock.now());
    },
    askLook,
    work: async (job) => {
      try {
        await work(outside, job, said);
      } catch (error) {
        // The forge wants to be left alone: the job waits outside, not in a sleeping worker.
        if (!(error instanceof RateLimited)) throw error;
        outside.log.warn({ job: job.key, seconds: error.retryAfterSeconds }, "rate limit reached: waiting");
        await queue.add([{ ...job, notBefore: new Date(clock.now().getTime() + error.retryAfterSeconds * 1000) }]);
      }
    },
  };
}

async function work(outside: Outside, { key, kind, data }: Job, said: Set<string>): Promise<void> {
  switch (kind) {
    case "look":
      return look(outside, said);
    case "advance":
      return advance(outside, (data as { readonly incident: string }).incident);
    case "forge":
      return hearForge(outside, data as ForgeMessage);
    default:
      throw new Error(`The job ${key} is of the unknown kind ${kind}`);
  }
}
