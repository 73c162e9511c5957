import type { IncomingMessage, ServerResponse } from "node:http";

type Middleware = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** GitHub cuts its own payloads at 25 MB; what is longer is not from there. */
const LIMIT = 25 * 1024 * 1024;

/** The webhook middleware behind a limit: a longer body is answered with 413 and never kept. */
export function limited(middleware: Middleware, path: string): Middleware {
  return async (request, response) => {
    // Without a signature the middleware refuses before it reads anything.
    if (!isFor(request, path) || request.headers["x-hub-signature-256"] === undefined)
      return middleware(request, response);
    const body = await bodyOf(request);
    if (body === undefined) {
      const error = `The body is longer than the ${LIMIT} bytes that a webhook may have`;
      response.writeHead(413, { "content-type": "application/json" }).end(JSON.stringify({ error }));
      return true;
    }
    // The middleware takes a body that was read already from here.
    return middleware(Object.assign(request, { body }), response);
  };
}

function isFor({ method, url = "/" }: IncomingMessage, path: string): boolean {
  return method === "POST" && url.split("?")[0]?.replace(/\/+$/, "") === path;
}

/** The body as text, or undefined as soon as it is known to be too long; the rest is thrown away as it comes. */
function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > LIMIT) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    const take = (part: Buffer): void => {
      length += part.length;
      if (length <= LIMIT) parts.push(part);
      else {
        request.off("data", take).resume();
        resolve(undefined);
      }
    };
    request.on("data", take);
    request.once("end", () => resolve(Buffer.concat(parts).toString()));
    request.once("error", reject);
  });
}
