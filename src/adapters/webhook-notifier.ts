import type { Log, News, Notifier } from "../ports.ts";

const PATIENCE_MS = 5_000;

/**
 * Posts news as JSON: `text` for chat programs that take incoming webhooks, the rest for everything else. A webhook that
 * does not answer within 5 s is logged and passed over: an incident never waits for it.
 */
export function webhookNotifier(url: string, log: Log): Notifier {
  return {
    tell: async (news) => {
      try {
        const answer = await fetch(url, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(bodyOf(news)),
          redirect: "error",
          signal: AbortSignal.timeout(PATIENCE_MS),
        });
        await answer.body?.cancel();
        if (!answer.ok) log.warn({ incident: news.incident, status: answer.status }, "notification refused");
      } catch (error) {
        // The address may carry a secret: only the sort of failure is told.
        log.warn({ incident: news.incident, failure: (error as Error).name }, "notification failed");
      }
    },
  };
}

function bodyOf({ incident, root, status, sentence, link }: News) {
  return { text: `${root}: ${sentence} ${link}`, incident, root, status, sentence, link };
}
