"use client";
import ReactMarkdown, { type Components } from "react-markdown";
import rehypeSanitize, { defaultSchema } from "rehype-sanitize";

/** Pictures would tell other sites who reads the note: they are shown as their text. */
const schema = { ...defaultSchema, tagNames: defaultSchema.tagNames?.filter((name) => name !== "img") };

const components: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
};

export default function Markdown({ text }: { text: string }) {
  return (
    <div className="prose-notes [overflow-wrap:anywhere]">
      <ReactMarkdown rehypePlugins={[[rehypeSanitize, schema]]} components={components} skipHtml>
        {text}
      </ReactMarkdown>
    </div>
  );
}
