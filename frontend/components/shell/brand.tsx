import { Check } from "lucide-react";

export const Brand = () => (
  <span className="flex items-center gap-2 text-md font-[650] tracking-[-.01em]">
    <span className="grid size-5 place-items-center rounded-full bg-accent text-on-accent" aria-hidden>
      <Check className="size-[.8rem]! stroke-3! p-0!" />
    </span>
    Tend
  </span>
);
