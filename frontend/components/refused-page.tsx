"use client";
import { useEffect } from "react";
import { loadAgain } from "@/lib/load-again";
import { MessagePage } from "./message-page";
import { Button } from "./ui/button";

type Props = {
  error: Error;
  /** `div` inside the shell, which has a main part already. */
  as: "main" | "div";
};

/** Where a part of the page was wanted that is not there, the page loads itself again. */
export function RefusedPage({ error, as }: Props) {
  useEffect(() => {
    if (error.name === "ChunkLoadError") void loadAgain();
  }, [error]);
  const again = <Button onClick={() => location.reload()}>Load again</Button>;
  return (
    <MessagePage title="Tend does not answer as it should" action={again} as={as}>
      Nothing that you saved is lost. It may be starting; try again in a moment.
    </MessagePage>
  );
}
