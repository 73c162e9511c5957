import { pathOf, type Route } from "./webhook.ts";

/** `/healthz` while the process serves, `/readyz` while its state answers too. */
export function healthRoute(isReady: () => Promise<unknown>): Route {
  return async (request, response) => {
    const path = pathOf(request);
    if (path !== "/healthz" && path !== "/readyz") return false;
    const isWell =
      path === "/healthz" ||
      (await isReady().then(
        () => true,
        () => false,
      ));
    response.writeHead(isWell ? 200 : 503, { "content-type": "text/plain; charset=utf-8" });
    response.end(isWell ? "ok\n" : "the state does not answer\n");
    return true;
  };
}
