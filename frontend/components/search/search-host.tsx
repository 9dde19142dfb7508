"use client";
import dynamic from "next/dynamic";
import { useEffect, useState } from "react";

const SearchDialog = dynamic(() => import("./search-dialog"), { ssr: false });
const asked = "tend:search";

export const openSearch = () => dispatchEvent(new Event(asked));

/** Loads the search only when somebody searches. */
export function SearchHost() {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const open = () => setOpen(true);
    addEventListener(asked, open);
    return () => removeEventListener(asked, open);
  }, []);
  return isOpen ? <SearchDialog onClose={() => setOpen(false)} /> : null;
}
