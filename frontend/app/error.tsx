"use client";
import { RefusedPage } from "@/components/refused-page";

export default function ErrorPage({ error }: { error: Error }) {
  return <RefusedPage error={error} as="main" />;
}
