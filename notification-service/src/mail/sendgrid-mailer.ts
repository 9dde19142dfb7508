import { type Mailer, RefusedMail } from "./message.ts";

const timeoutMs = 15_000;

export function createSendgridMailer(apiKey: string, baseUrl: string): Mailer {
  let service: ReturnType<typeof connect> | undefined;
  return {
    async send({ from, to, subject, html, text, messageId, headers }) {
      service ??= connect(apiKey, baseUrl);
      try {
        const [response] = await (await service).send({
          from: { name: from.name, email: from.address },
          to: { name: to.name, email: to.address },
          subject,
          html,
          text,
          headers: { ...headers, "Message-ID": messageId },
          trackingSettings: { clickTracking: { enable: false }, openTracking: { enable: false } },
        });
        const id: unknown = Reflect.get(response.headers, "x-message-id");
        return typeof id === "string" ? id : null;
      } catch (error) {
        throw judge(error);
      }
    },
    close() {},
  };
}

/** The library's types leave out the client, which holds the address of SendGrid's region. */
async function connect(apiKey: string, baseUrl: string) {
  const { default: service } = await import("@sendgrid/mail");
  service.setApiKey(apiKey);
  service.setTimeout(timeoutMs);
  const client = Reflect.get(service, "client") as { setDefaultRequest(key: string, value: string): void };
  client.setDefaultRequest("baseUrl", baseUrl);
  return service;
}

/** Refused for its content is for good; a refused key or a limit may be mended. */
function judge(error: unknown): Error {
  const status = error instanceof Error && "code" in error ? Number(error.code) : 0;
  if (status === 400 || status === 413) return new RefusedMail(`SendGrid answered ${status}`, { cause: error });
  const reason = status || (error instanceof Error ? error.message : String(error));
  return new Error(`SendGrid did not take the mail: ${reason}`, { cause: error });
}
