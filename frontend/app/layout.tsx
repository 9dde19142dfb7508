import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { Toaster } from "@/components/toaster";
import { WholePage } from "@/components/whole-page";
import { isTheme, themeCookie } from "@/lib/theme";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Tend", template: "%s · Tend" },
  description: "Tasks that come back when they should, and reminders that arrive.",
  robots: { index: false },
};

export const viewport: Viewport = {
  viewportFit: "cover",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fbfaf9" },
    { media: "(prefers-color-scheme: dark)", color: "#121315" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = (await cookies()).get(themeCookie)?.value;
  return (
    <html lang="en" data-theme={isTheme(theme) ? theme : undefined}>
      <head>
        <WholePage />
      </head>
      <body>
        {children}
        <Toaster />
      </body>
    </html>
  );
}
