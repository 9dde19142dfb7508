import { createHmac, randomBytes } from "node:crypto";
import type { CreatedAccessToken, NewAccessToken } from "@tend/contracts";
import { problem, transaction } from "@tend/service-kit";
import type { FastifyRequest } from "fastify";
import { v7 as uuidv7 } from "uuid";
import type { z } from "zod";
import { hashOf, tokenPrefix } from "../../auth/credential.ts";
import type { Context } from "../../context.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { findToken, insertToken } from "./tokens.repository.ts";

type Body = z.output<typeof NewAccessToken>;
type Created = z.output<typeof CreatedAccessToken>;

const gone = () => problem(410, "token_revoked", "The access token that this Idempotency-Key made has been revoked.");
const forgotten = () =>
  problem(410, "token_forgotten", "The access token that this Idempotency-Key made cannot be shown any more.");
const past = () =>
  problem(400, "invalid", "expiresAt must be in the future", {
    errors: [{ path: "expiresAt", message: "must be in the future" }],
  });

export async function createToken(context: Context, request: FastifyRequest, body: Body): Promise<Created> {
  const { actor } = request;
  const id = request.resourceId ?? uuidv7();
  const [token, ...others] = tokensFor(context, request);
  const existing = request.resourceId ? await findToken(context.pool, actor.accountId, id) : null;
  if (existing) return { ...existing.token, token: firstWith(existing.hash, [token, ...others]) };
  if (request.isRepeat) throw gone();
  if (body.expiresAt && Date.parse(body.expiresAt) <= Date.now()) throw past();
  const { name, scopes, expiresAt = null } = body;
  const unique = [...new Set(scopes)];
  const made = await transaction(context.pool, async (tx) => {
    const row = { id, accountId: actor.accountId, name, scopes: unique, expiresAt, hash: hashOf(token) };
    const details = { token: id, name, scopes: unique.join(" ") };
    await recordAudit(tx, { accountId: actor.accountId, actor, action: "token.created", details });
    return insertToken(tx, row);
  });
  context.wakeRelay();
  return { ...made, token };
}

/**
 * 32 random bytes. With an Idempotency-Key they derive from the token's id and our secret: a repeat shows the same token, unstored, and
 * after the first come those of our other secrets.
 */
function tokensFor({ authSecret, otherSecrets }: Context, { resourceId }: FastifyRequest): [string, ...string[]] {
  if (!resourceId) return [tokenPrefix + randomBytes(32).toString("base64url")];
  const tokenBy = (secret: string) =>
    tokenPrefix + createHmac("sha256", secret).update(`access token ${resourceId}`).digest("base64url");
  return [tokenBy(authSecret), ...otherSecrets.map(tokenBy)];
}

/** Throws where our secret has changed so often that the token cannot be shown again. */
function firstWith(hash: Buffer, tokens: string[]): string {
  const found = tokens.find((token) => hashOf(token).equals(hash));
  if (!found) throw forgotten();
  return found;
}
