import { appShape, installationShape } from "../shapes/people.ts";
import { repositoryShape } from "../shapes/repository.ts";
import { type Answer, type Call, Refusal } from "../state.ts";
import type { Tokens } from "../tokens.ts";
import type { Delivery, Webhooks } from "../webhooks.ts";

/** The app itself: its installation, tokens and deliveries (https://docs.github.com/rest/apps). */
export function appOperations(tokens: Tokens, webhooks: Webhooks) {
  return {
    "apps/get-authenticated": ({ world }: Call): Answer => ({ status: 200, body: appShape(world) }),

    "apps/list-installations": ({ world }: Call): Answer => ({ status: 200, pages: [installationShape(world)] }),

    "apps/create-installation-access-token": ({ world, params, body }: Call): Answer => {
      if (Number(params["installation_id"]) !== world.app.installation) throw new Refusal(404, "Not Found");
      const { permissions = world.app.permissions, repositories } = body as {
        permissions?: Record<string, string>;
        repositories?: string[];
      };
      const { token, expiresAt } = tokens.issue(permissions, repositories);
      const selection = repositories === undefined ? "all" : "selected";
      const expires_at = expiresAt.toISOString();
      return { status: 201, body: { token, expires_at, permissions, repository_selection: selection } };
    },

    "apps/list-repos-accessible-to-installation": ({ world }: Call): Answer => {
      const repositories = [...world.repos.values()].map((repo) => repositoryShape(world, repo));
      return { status: 200, body: { total_count: repositories.length, repositories } };
    },

    "apps/list-webhook-deliveries": ({ query }: Call): Answer => {
      const wanted = query.get("status");
      const isWanted = ({ statusCode }: Delivery) => wanted === null || (wanted === "success") === statusCode < 400;
      return { status: 200, pages: webhooks.log.filter(isWanted).reverse().map(deliveryShape) };
    },

    "apps/redeliver-webhook-delivery": ({ params }: Call): Answer => {
      webhooks.redeliver(Number(params["delivery_id"]));
      return { status: 202, body: {} };
    },
  };
}

function deliveryShape(delivery: Delivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: 0.1,
    status: delivery.statusCode < 400 ? "OK" : "Failed",
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
  };
}
