import { cva, type VariantProps } from "class-variance-authority";
import { Slot } from "radix-ui";
import type { ComponentProps } from "react";

export const buttonLook = cva(
  "inline-flex items-center justify-center gap-2 whitespace-nowrap rounded-s font-medium transition-colors disabled:opacity-55",
  {
    variants: {
      look: {
        primary: "bg-accent text-on-accent hover:opacity-92",
        outline: "border border-line bg-surface hover:bg-hover",
        quiet: "text-quiet hover:bg-hover hover:text-text",
        danger: "text-urgent hover:bg-hover",
        link: "font-[450] text-accent hover:underline underline-offset-3",
      },
      size: {
        md: "h-8 px-3 text-sm phone:h-touch",
        lg: "h-10 px-4 text-md phone:h-touch",
        icon: "size-7.5 phone:size-touch",
        text: "relative text-sm after:absolute after:-inset-x-2 after:-inset-y-1 phone:after:-inset-y-3",
      },
    },
    defaultVariants: { look: "outline", size: "md" },
  },
);

type ButtonProps = ComponentProps<"button"> & VariantProps<typeof buttonLook> & { asChild?: boolean };

export function Button({ look, size, asChild, className, type = "button", ...props }: ButtonProps) {
  const Comp = asChild ? Slot.Root : "button";
  return <Comp type={asChild ? undefined : type} className={buttonLook({ look, size, className })} {...props} />;
}
