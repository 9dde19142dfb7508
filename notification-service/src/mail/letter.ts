import { type CSSProperties, createElement as h, type ReactNode } from "react";
import { Body, Button, Container, Head, Hr, Html, Link, Preview, render, Section, Text } from "react-email";
import type { Letter } from "./compose-mail.ts";

// Tend's tokens as mail programs understand them; `dark` where they do.
const colour = {
  canvas: "#fbfaf8",
  surface: "#ffffff",
  line: "#e4e3df",
  text: "#1c1f25",
  quiet: "#5a5e65",
  accent: "#007742",
};
const font = "Inter, -apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";
const dark = `@media (prefers-color-scheme: dark) {
  .canvas { background: #111315 !important }
  .surface { background: #191b1e !important; border-color: #292b2f !important }
  .text { color: #e6e8eb !important }
  .quiet { color: #9b9ea5 !important }
  .accent { color: #5ccb89 !important }
  .button { background: #5ccb89 !important; color: #06150c !important }
  .line { border-color: #292b2f !important }
}`;

const style = {
  canvas: { margin: 0, padding: "32px 16px", backgroundColor: colour.canvas, fontFamily: font },
  surface: {
    maxWidth: "480px",
    padding: "28px 32px",
    backgroundColor: colour.surface,
    border: `1px solid ${colour.line}`,
    borderRadius: "12px",
  },
  heading: { margin: "0 0 12px", fontSize: "13px", lineHeight: "20px", fontWeight: 600, color: colour.accent },
  title: {
    margin: 0,
    fontSize: "20px",
    lineHeight: "28px",
    fontWeight: 600,
    color: colour.text,
    overflowWrap: "anywhere",
  },
  when: { margin: "4px 0 0", fontSize: "14px", lineHeight: "20px", color: colour.quiet },
  button: {
    display: "inline-block",
    marginTop: "20px",
    padding: "10px 18px",
    borderRadius: "8px",
    backgroundColor: colour.accent,
    color: "#ffffff",
    fontSize: "14px",
    lineHeight: "20px",
    fontWeight: 600,
    textDecoration: "none",
  },
  line: { margin: "24px 0 16px", border: "none", borderTop: `1px solid ${colour.line}` },
  footer: { margin: 0, fontSize: "12px", lineHeight: "18px", color: colour.quiet },
  link: { color: colour.quiet, textDecoration: "underline" },
} satisfies Record<string, CSSProperties>;

/** React escapes whatever people typed; `dir="auto"` keeps right-to-left titles from turning what is around them. */
function page({ heading, title, when, preview, link, settingsLink }: Letter): ReactNode {
  const card = h(
    Container,
    { className: "surface", style: style.surface },
    h(Text, { className: "accent", style: style.heading }, heading),
    h(Text, { className: "text", style: style.title, dir: "auto" }, title),
    when ? h(Text, { className: "quiet", style: style.when }, when) : null,
    h(Section, null, h(Button, { className: "button", style: style.button, href: link }, "Open in Tend")),
    h(Hr, { className: "line", style: style.line }),
    h(
      Text,
      { className: "quiet", style: style.footer },
      "You choose what Tend mails you in your ",
      h(Link, { className: "quiet", style: style.link, href: settingsLink }, "settings"),
      ".",
    ),
  );
  return h(
    Html,
    { lang: "en" },
    h(
      Head,
      null,
      h("meta", { name: "color-scheme", content: "light dark" }),
      h("meta", { name: "supported-color-schemes", content: "light dark" }),
      h("style", null, dark),
    ),
    h(Preview, null, preview),
    h(Body, { className: "canvas", style: style.canvas }, card),
  );
}

/** Written for reading, not made from the HTML. */
function plainText({ heading, title, when, link, settingsLink }: Letter): string {
  const lines = [
    heading,
    "",
    title,
    ...(when ? [when] : []),
    "",
    `Open it: ${link}`,
    "",
    "--",
    `You choose what Tend mails you: ${settingsLink}`,
  ];
  return `${lines.join("\n")}\n`;
}

export async function renderLetter(letter: Letter): Promise<{ html: string; text: string }> {
  return { html: await render(page(letter)), text: plainText(letter) };
}
