import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { RealCluster } from "./cluster.ts";

/** What an API server asks a node for: the logs of its containers. */
export type Kubelet = {
  readonly port: number;
  readonly close: () => Promise<void>;
};

/** Plays a node's kubelet; logs by `namespace/pod/container` and `namespace/pod/container/previous`. */
export async function startKubelet(
  certificate: RealCluster["certificate"],
  logs: Readonly<Record<string, string>>,
): Promise<Kubelet> {
  const server = createServer(certificate, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "https://localhost");
    const place = pathname.replace(/^\/containerLogs\//, "");
    const log = logs[searchParams.get("previous") === "true" ? `${place}/previous` : place];
    if (log === undefined) response.writeHead(404).end("there is no such container");
    else response.end(log);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
