import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tellOfMove } from "./deeds/refs.ts";
import type { Repo, World } from "./state.ts";
import { type Caller, isAllowed } from "./tokens.ts";

/** `git clone`, `git fetch` and `git push` over HTTP, through git's own `http-backend`. */
export async function serveGit(
  { world, repo, caller }: { readonly world: World; readonly repo: Repo; readonly caller: Caller },
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const rest = url.pathname.slice(url.pathname.indexOf(".git") + ".git".length);
  const isPush = rest === "/git-receive-pack" || url.searchParams.get("service") === "git-receive-pack";
  if (!isAllowed(caller, "contents", isPush ? "write" : "read")) {
    response.writeHead(403).end("Permission denied\n");
    return;
  }
  const before = isPush ? await repo.git.refs() : undefined;
  await runBackend(repo.git.folder, rest, url, request, response);
  if (before !== undefined) await tellOfPush(world, repo, before);
}

async function tellOfPush(world: World, repo: Repo, before: ReadonlyMap<string, string>): Promise<void> {
  const after = await repo.git.refs();
  for (const ref of new Set([...before.keys(), ...after.keys()]))
    await tellOfMove(world, repo, { ref, from: before.get(ref), to: after.get(ref) }, world.app.bot);
}

function runBackend(
  folder: string,
  rest: string,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const backend = spawn("git", ["-c", "http.receivepack=true", "http-backend"], {
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: rest,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? "GET",
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      REMOTE_USER: "x-access-token",
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  request.pipe(backend.stdin);
  // A backend that refuses early closes its input; what it answered still counts.
  backend.stdin.on("error", () => undefined);
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    backend.stdout.on("data", (part: Buffer) => {
      if (response.headersSent) return void response.write(part);
      head = Buffer.concat([head, part]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      writeHead(head.subarray(0, end).toString(), response);
      response.write(head.subarray(end + 4));
    });
    backend.once("error", reject);
    backend.once("close", () => {
      response.end();
      resolve();
    });
  });
}

/** CGI's headers as HTTP's: `Status: 404 Not Found` is the status line. */
function writeHead(head: string, response: ServerResponse): void {
  let status = 200;
  for (const line of head.split("\r\n")) {
    const [name = "", value = ""] = line.split(/: (.*)/s);
    if (name.toLowerCase() === "status") status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}
