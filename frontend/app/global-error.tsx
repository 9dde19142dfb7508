"use client";
import ErrorPage from "./error";
import "./globals.css";

export default function GlobalError({ error }: { error: Error }) {
  return (
    <html lang="en">
      <body>
        <ErrorPage error={error} />
      </body>
    </html>
  );
}
