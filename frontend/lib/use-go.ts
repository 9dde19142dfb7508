"use client";
import { useRouter } from "next/navigation";
import { makeSure } from "./reach";
import { sayRefused } from "./toasts";

/** Goes to another page, or stays and says why. */
export function useGo() {
  const router = useRouter();
  return (href: string) => makeSure().then(() => router.push(href), sayRefused);
}
