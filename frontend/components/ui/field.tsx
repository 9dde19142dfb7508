import { clsx } from "clsx";
import { type ComponentProps, useId } from "react";

export const inputLook =
  "h-9 w-full rounded-s border border-line bg-surface px-2.5 text-md text-text placeholder:text-faint focus:border-accent focus-visible:shadow-none outline-none phone:h-touch";

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
    <div className="grid gap-1.5">
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
  return <select className={clsx(inputLook, "appearance-auto pr-1", className)} {...props} />;
}
