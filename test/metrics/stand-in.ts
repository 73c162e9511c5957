import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { recordedAnswers } from "./recorded.ts";

/** What a metrics server does in place of answering. */
export type Fault = (response: ServerResponse) => void;

/** A metrics server on this machine that answers what a real one answered, or fails as it is told. */
export type MetricsStandIn = {
  readonly url: string;
  readonly asked: readonly { readonly path: string; readonly authorization: string | undefined }[];
  /** From now on this happens to every request; without a fault, it answers again. */
  readonly fail: (fault?: Fault) => void;
  readonly close: () => Promise<void>;
};

/** Starts it on a free port of the loopback interface. */
export async function startStandIn(): Promise<MetricsStandIn> {
  const asked: { readonly path: string; readonly authorization: string | undefined }[] = [];
  let fault: Fault = () => undefined;
  let fails = false;
  const server = createServer((request, response) => {
    asked.push({ path: request.url ?? "", authorization: request.headers.authorization });
    if (fails) fault(response);
    else answer(request, response);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    fail: (next) => {
      fails = next !== undefined;
      fault = next ?? fault;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://stand-in");
  const record = recordedAnswers().find(
    ({ query, start }) => query === searchParams.get("query") && String(start) === searchParams.get("start"),
  );
  const isThere = pathname.endsWith("/api/v1/query_range") && record !== undefined && "answer" in record;
  response.writeHead(isThere ? 200 : 404, { "content-type": "application/json" });
  response.end(isThere ? JSON.stringify(record.answer) : "404 page not found");
}
