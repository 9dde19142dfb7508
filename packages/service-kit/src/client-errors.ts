import type { Socket } from "node:net";
import { problem, problemBody } from "./problems.ts";

const refusals = new Map([
  ["HPE_HEADER_OVERFLOW", problem(431, "headers_too_large", "The address and the headers are larger than 16 KiB.")],
  ["ERR_HTTP_REQUEST_TIMEOUT", problem(408, "too_slow", "The request did not arrive in time.")],
]);
const notHttp = problem(400, "not_http", "This is not a valid HTTP request.");

/** What no route gets to see is answered as a problem, too; then the connection closes, since what follows cannot be understood. */
export function refuseClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const refusal = problemBody(refusals.get(error.code ?? "") ?? notHttp);
  const body = JSON.stringify(refusal);
  const headers = [
    `HTTP/1.1 ${refusal.status} ${refusal.title}`,
    "content-type: application/problem+json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.end(`${headers.join("\r\n")}\r\n\r\n${body}`);
}
