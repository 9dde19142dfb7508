import type { FastifyReply } from "fastify";

/** JSON that the database has already written, of the shape that the route's (trusted) schema names. */
export const sendJson = (reply: FastifyReply, text: string) => reply.type("application/json; charset=utf-8").send(text);
