import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import type { NextConfig } from "next";

// Next's own bootstrap is inline script, and nonces would need a proxy in front of every request: hence 'unsafe-inline'
// for script. What people write never becomes markup that is not sanitised.
const contentSecurityPolicy = [
  "default-src 'self'",
  `script-src 'self' 'unsafe-inline'${process.env.NODE_ENV === "development" ? " 'unsafe-eval'" : ""}`,
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const headers = [
  { key: "Content-Security-Policy", value: contentSecurityPolicy },
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=()" },
];

/** The same sources give the same id, and others another: an open page then knows that it is out of date. */
function sourcesHash() {
  const hash = createHash("sha256");
  for (const file of globSync("{app,components,lib}/**/*.{ts,tsx,css}", { cwd: import.meta.dirname }).sort()) {
    hash.update(file).update(readFileSync(`${import.meta.dirname}/${file}`));
  }
  return hash.digest("hex").slice(0, 16);
}

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  transpilePackages: ["@tend/contracts"],
  images: { unoptimized: true },
  devIndicators: false,
  headers: async () => [{ source: "/:path*", headers }],
  generateBuildId: async () => sourcesHash(),
  // For the container: a server with only the modules that it uses.
  ...(process.env.TEND_STANDALONE ? { output: "standalone", outputFileTracingRoot: `${import.meta.dirname}/..` } : {}),
};

export default config;
