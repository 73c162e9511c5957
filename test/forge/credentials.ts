import { sign } from "node:crypto";
import type { JsonMap } from "../../src/signal/object.ts";
import type { Forge } from "./stand-in/server.ts";

/** A JWT as an App signs it. */
export function jwtFor({ app }: Pick<Forge, "app">): string {
  const part = (value: JsonMap) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const claims = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iat: now - 30, exp: now + 540, iss: app.id })}`;
  return `${claims}.${sign("RSA-SHA256", Buffer.from(claims), app.privateKey).toString("base64url")}`;
}

/** A token of the App's installation, narrowed to what is asked for. */
export async function tokenFor(forge: Forge, narrowed: JsonMap = {}): Promise<string> {
  const url = `${forge.apiUrl}/app/installations/${forge.app.installation}/access_tokens`;
  const headers = { authorization: `bearer ${jwtFor(forge)}` };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(narrowed) });
  return ((await answer.json()) as { token: string }).token;
}
