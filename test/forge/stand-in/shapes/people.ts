import type { JsonMap } from "../../../../src/signal/object.ts";
import type { Actor, Repo, World } from "../state.ts";
import { apiUrl, nodeId } from "./addresses.ts";

const REGISTERED = "2026-01-01T00:00:00Z";

/** A user, as GitHub shows one within other answers. */
export function userShape(world: World, actor: Actor): JsonMap {
  const url = `${apiUrl(world)}/users/${encodeURIComponent(actor.login)}`;
  const under = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [`${name}_url`, `${url}/${name}`]));
  return {
    login: actor.login,
    id: actor.id,
    node_id: nodeId("U", actor.id),
    avatar_url: `${world.url}/avatars/${actor.id}`,
    gravatar_id: "",
    url,
    html_url: `${world.url}/${encodeURIComponent(actor.login)}`,
    ...under(["followers", "following", "gists", "starred", "subscriptions", "repos", "events", "received_events"]),
    organizations_url: `${url}/orgs`,
    type: actor.type,
    site_admin: false,
  };
}

/** The app itself. */
export function appShape(world: World): JsonMap {
  const { app } = world;
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId("A", app.id),
    owner: userShape(world, world.actor("octo")),
    name: app.slug,
    description: "",
    external_url: "https://oakum.example.com",
    html_url: `${world.url}/apps/${app.slug}`,
    created_at: REGISTERED,
    updated_at: REGISTERED,
    permissions: app.permissions,
    events: app.events,
  };
}

/** The app's installation, for every repository there is. */
export function installationShape(world: World): JsonMap {
  const { app } = world;
  const owner = world.actor("octo");
  return {
    id: app.installation,
    account: { ...userShape(world, owner), name: "octo", slug: "octo", created_at: null, updated_at: null },
    repository_selection: "all",
    access_tokens_url: `${apiUrl(world)}/app/installations/${app.installation}/access_tokens`,
    repositories_url: `${apiUrl(world)}/installation/repositories`,
    html_url: `${world.url}/settings/installations/${app.installation}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: owner.id,
    target_type: "Organization",
    permissions: app.permissions,
    events: app.events,
    created_at: REGISTERED,
    updated_at: REGISTERED,
    single_file_name: null,
    suspended_by: null,
    suspended_at: null,
  };
}

/** The app, where it was the app that wrote; null for people. */
export function viaApp(world: World, actor: Actor): JsonMap | null {
  return actor.login === world.app.bot.login ? appShape(world) : null;
}

/** How somebody stands to a repository. */
export function associationOf(repo: Repo, actor: Actor): string {
  if (actor.login === repo.owner) return "OWNER";
  return repo.collaborators.has(actor.login) ? "COLLABORATOR" : "NONE";
}
