import { redirect } from "next/navigation";
import type { ReactNode } from "react";
import { Brand } from "@/components/shell/brand";
import { isSignedIn } from "@/lib/server-api";

export default async function AccountLayout({ children }: { children: ReactNode }) {
  if (await isSignedIn()) redirect("/today");
  return (
    <main className="grid min-h-dvh justify-items-center px-4 pt-[min(16vh,9rem)] pb-12 phone:pt-12">
      <div className="w-full max-w-88">
        <div className="mb-8 flex justify-center">
          <Brand />
        </div>
        {children}
      </div>
    </main>
  );
}
