"use client";
import { RefusedPage } from "@/components/refused-page";

export default function ErrorPage() {
  return <RefusedPage as="div" />;
}
