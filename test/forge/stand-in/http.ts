import type { IncomingMessage, ServerResponse } from "node:http";
import { serveGit } from "./git-http.ts";
import { openRest, type Rest } from "./rest.ts";
import { Refusal, type Repo, type World } from "./state.ts";
import { credentialsOf } from "./tokens.ts";

/** Everything under the stand-in's address: the REST API, git, and archives. */
export function openHttp(parts: Rest): (request: IncomingMessage, response: ServerResponse) => void {
  const { world, tokens, violations } = parts;
  const rest = openRest(parts);

  async function answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const [, first = "", second = "", third = ""] = url.pathname.split("/");
    if (url.pathname.startsWith("/api/v3/")) await answerRest(request, response, url);
    else if (first === "codeload") await sendArchive(repoOf(world, second, third), url, response);
    else if (second.endsWith(".git"))
      await answerGit(request, response, url, repoOf(world, first, second.slice(0, -4)));
    else throw new Refusal(404, "Not Found");
  }

  async function answerRest(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const { status, headers, body, reset } = await rest(request, url, await textOf(request));
    if (reset) response.destroy();
    else response.writeHead(status, headers).end(body);
  }

  async function answerGit(request: IncomingMessage, response: ServerResponse, url: URL, repo: Repo): Promise<void> {
    const credentials = credentialsOf(request.headers.authorization);
    // git asks without credentials first, and sends them once it is asked for them.
    if (credentials === undefined) response.writeHead(401, { "www-authenticate": 'Basic realm="GitHub"' }).end();
    else await serveGit({ world, repo, caller: tokens.callerOf(credentials) }, url, request, response);
  }

  return (request, response) => {
    answer(request, response, new URL(request.url ?? "/", world.url)).catch((error: unknown) => {
      if (!(error instanceof Refusal)) violations.push(`${request.method} ${request.url}: ${String(error)}`);
      if (!response.headersSent) response.writeHead(error instanceof Refusal ? error.status : 500);
      response.end();
    });
  };
}

function repoOf(world: World, owner: string, name: string): Repo {
  const repo = world.repos.get(`${owner}/${name}`.toLowerCase());
  if (repo === undefined) throw new Refusal(404, "Not Found");
  return repo;
}

async function sendArchive(repo: Repo, url: URL, response: ServerResponse): Promise<void> {
  const sha = url.pathname.split("/").at(-1) ?? "";
  const archive = await repo.git.archive(sha, `${repo.owner}-${repo.name}-${sha.slice(0, 7)}`);
  response.writeHead(200, { "content-type": "application/x-gzip" }).end(archive);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
