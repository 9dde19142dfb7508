import { AccessTokenPage, CreatedAccessToken, IdParams, NewAccessToken, PageQuery } from "@tend/contracts";
import { type App, problem } from "@tend/service-kit";
import { z } from "zod";
import { decodeIdCursor, pageOfRows } from "../../http/page.ts";
import { createToken } from "./create-token.ts";
import { revokeToken } from "./revoke-token.ts";
import { listTokens } from "./tokens.repository.ts";

const tokenForbidden = () =>
  problem(403, "session_required", "An access token cannot make access tokens: sign in with the password.");

export async function tokensRoutes(app: App) {
  const { context } = app;
  const tags = ["tokens"];

  app.get(
    "/tokens",
    { schema: { tags, summary: "List access tokens", querystring: PageQuery, response: { 200: AccessTokenPage } } },
    async (request) => {
      const { limit, cursor } = request.query;
      const rows = await listTokens(context.pool, request.actor.accountId, decodeIdCursor(cursor), limit + 1);
      return pageOfRows(rows, limit);
    },
  );

  app.post(
    "/tokens",
    {
      config: { repeat: "rerun" },
      onRequest: async (request) => {
        if (request.actor.kind === "token") throw tokenForbidden();
      },
      schema: {
        tags,
        summary: "Create an access token",
        description: "The token is shown in this answer only. An access token cannot make others.",
        body: NewAccessToken,
        response: { 201: CreatedAccessToken },
      },
    },
    async (request, reply) => reply.code(201).send(await createToken(context, request, request.body)),
  );

  app.delete(
    "/tokens/:id",
    { schema: { tags, summary: "Revoke an access token", params: IdParams, response: { 204: z.void() } } },
    async (request, reply) => {
      await revokeToken(context, request.actor, request.params.id);
      return reply.code(204).send();
    },
  );
}
