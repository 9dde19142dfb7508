import type { Colour } from "@tend/contracts";
import { clsx } from "clsx";

const colours: Record<Colour, string> = {
  green: "bg-dot-green",
  blue: "bg-dot-blue",
  orange: "bg-dot-orange",
  red: "bg-dot-red",
  purple: "bg-dot-purple",
  pink: "bg-dot-pink",
  teal: "bg-dot-teal",
  grey: "bg-dot-grey",
};
export const allColours = Object.keys(colours) as Colour[];

export const Dot = ({ colour, className }: { colour: Colour; className?: string }) => (
  <i aria-hidden className={clsx("size-2.5 flex-none rounded-full", colours[colour], className)} />
);
