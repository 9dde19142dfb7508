import type { Metadata } from "next";
import { AccountForm } from "@/components/accounts/account-form";

export const metadata: Metadata = { title: "Sign up" };
export default function SignUpPage() {
  return <AccountForm isNew />;
}
