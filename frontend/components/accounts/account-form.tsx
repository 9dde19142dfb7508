"use client";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { auth, Refused } from "@/lib/api";
import { reasonOf } from "@/lib/toasts";

type Values = { name: string; email: string; password: string };
const fields = ["name", "email", "password"] as const;

/** Where to go after signing in: a path of ours, never another site. */
const safeNext = (next: string | null) => (next && /^\/(?![/\\])/.test(next) ? next : "/today");

const atHome = () => ({
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  locale: navigator.language,
});

function useAccountForm(isNew: boolean) {
  const router = useRouter();
  const next = safeNext(useSearchParams().get("next"));
  const form = useForm<Values>({ defaultValues: { name: "", email: "", password: "" } });
  const [refusal, setRefusal] = useState("");
  const submit = form.handleSubmit(async ({ name, email, password }) => {
    setRefusal("");
    const body = isNew ? { name, email, password, ...atHome() } : { email, password };
    try {
      await auth(isNew ? "/sign-up/email" : "/sign-in/email", { method: "POST", body });
      router.replace(next);
      router.refresh();
    } catch (error) {
      let isPlaced = false;
      if (error instanceof Refused) {
        for (const field of fields) {
          const message = error.field(field);
          if (message) form.setError(field, { message });
          isPlaced ||= Boolean(message);
        }
      }
      if (!isPlaced) setRefusal(reasonOf(error));
    }
  });
  return { form, refusal, submit };
}

export function AccountForm({ isNew }: { isNew: boolean }) {
  const { form, refusal, submit } = useAccountForm(isNew);
  const { errors, isSubmitting, isSubmitSuccessful } = form.formState;
  const email = {
    required: "Your e-mail address is needed.",
    pattern: { value: /.+@.+/, message: "This is not an e-mail address." },
  };
  const password = {
    required: "A password is needed.",
    minLength: isNew ? { value: 8, message: "At least 8 characters." } : undefined,
  };
  return (
    <form method="post" onSubmit={submit} noValidate className="grid gap-4" aria-busy={isSubmitting}>
      <h1 className="mb-2 text-center text-xl font-[680] tracking-[-.02em]">
        {isNew ? "Make an account" : "Welcome back"}
      </h1>
      {isNew && (
        <Field
          label="Name"
          autoComplete="name"
          maxLength={100}
          error={errors.name?.message}
          {...form.register("name", { validate: (name) => name.trim() !== "" || "What should Tend call you?" })}
        />
      )}
      <Field
        label="E-mail"
        type="email"
        autoComplete="email"
        inputMode="email"
        error={errors.email?.message}
        {...form.register("email", email)}
      />
      <Field
        label="Password"
        type="password"
        autoComplete={isNew ? "new-password" : "current-password"}
        hint={isNew ? "At least 8 characters." : undefined}
        error={errors.password?.message}
        {...form.register("password", password)}
      />
      <p role="alert" className="min-h-0 text-sm text-urgent empty:hidden">
        {refusal}
      </p>
      <Button
        type="submit"
        look="primary"
        size="lg"
        disabled={isSubmitting || (isSubmitSuccessful && !refusal && Object.keys(errors).length === 0)}
      >
        {isNew ? "Sign up" : "Sign in"}
      </Button>
      <p className="text-center text-sm text-quiet">
        {isNew ? "Here before? " : "New here? "}
        <Link href={isNew ? "/sign-in" : "/sign-up"} className="font-medium text-accent underline underline-offset-3">
          {isNew ? "Sign in" : "Make an account"}
        </Link>
      </p>
    </form>
  );
}
