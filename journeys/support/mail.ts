export type Mail = {
  /** Who the mail server was told to give it to. */
  to: string[];
  receivedAt: string;
  header: (name: string) => string | null;
  /** Body by media type. */
  parts: Map<string, string>;
};

/** Reads what the mail sink has written. */
export function readMail(file: string): Mail {
  const { to, receivedAt, raw } = JSON.parse(file) as { to: string[]; receivedAt: string; raw: string };
  const { header, body } = split(raw);
  return { to, receivedAt, header, parts: partsOf(header, body) };
}

function split(text: string) {
  const end = text.indexOf("\r\n\r\n");
  const head = text.slice(0, end).replace(/\r\n[ \t]+/g, " ");
  const header = (name: string) => new RegExp(`^${name}: *(.*)$`, "im").exec(head)?.[1]?.trim() ?? null;
  return { header, body: text.slice(end + 4) };
}

function partsOf(header: Mail["header"], body: string): Map<string, string> {
  const boundary = /boundary="?([^";]+)"?/.exec(header("content-type") ?? "")?.[1];
  const texts = boundary
    ? body
        .split(`--${boundary}`)
        .slice(1, -1)
        .map((part) => split(part.replace(/^\r\n/, "")))
    : [{ header, body }];
  return new Map(
    texts.map((part) => [
      (part.header("content-type") ?? "").split(";")[0] ?? "",
      decode(part.body, part.header("content-transfer-encoding")),
    ]),
  );
}

function decode(body: string, encoding: string | null): string {
  if (encoding === "base64") return Buffer.from(body, "base64").toString("utf8");
  if (encoding !== "quoted-printable") return body;
  const bytes = body
    .replace(/=\r\n/g, "")
    .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
