import { clsx } from "clsx";
import { ChevronDown } from "lucide-react";
import { type ComponentProps, useId } from "react";

export const inputLook =
  "h-9 w-full rounded-s border border-line bg-surface px-2.5 text-md text-text placeholder:text-faint focus:border-accent focus-visible:shadow-none aria-invalid:border-urgent outline-none phone:h-touch";

export function Input({ className, ...props }: ComponentProps<"input">) {
  return <input className={clsx(inputLook, className)} {...props} />;
}

type FieldProps = ComponentProps<"input"> & { label: string; hint?: string; error?: string };

/** A labelled input; what is wrong with it is said below it and read out. */
export function Field({ label, hint, error, id, ...props }: FieldProps) {
  const made = useId();
  const inputId = id ?? made;
  const note = error ?? hint;
  return (
    <div className="grid min-w-0 content-start gap-1.5">
      <label htmlFor={inputId} className="text-sm font-medium">
        {label}
      </label>
      <Input
        id={inputId}
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? `${inputId}-note` : undefined}
        {...props}
      />
      {note && (
        <p id={`${inputId}-note`} className={clsx("text-xs", error ? "text-urgent" : "text-faint")}>
          {note}
        </p>
      )}
    </div>
  );
}

export function Select({ className, ...props }: ComponentProps<"select">) {
  return (
    <span className="relative flex min-w-0 flex-1">
      <select className={clsx(inputLook, "appearance-none truncate pr-6.5!", className)} {...props} />
      <ChevronDown
        className="pointer-events-none absolute inset-y-0 right-1.5 my-auto size-4! text-faint"
        aria-hidden
      />
    </span>
  );
}
