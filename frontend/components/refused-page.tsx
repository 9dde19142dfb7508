"use client";
import { MessagePage } from "./message-page";
import { Button } from "./ui/button";

/** `div` inside the shell, which has a main part already. */
export function RefusedPage({ as }: { as: "main" | "div" }) {
  const again = <Button onClick={() => location.reload()}>Load again</Button>;
  return (
    <MessagePage title="Tend does not answer as it should" action={again} as={as}>
      Nothing that you saved is lost. It may be starting; try again in a moment.
    </MessagePage>
  );
}
