"use client";
import { MessagePage } from "@/components/message-page";
import { Button } from "@/components/ui/button";

export default function ErrorPage() {
  const again = <Button onClick={() => location.reload()}>Load again</Button>;
  return (
    <MessagePage title="Tend does not answer as it should" action={again}>
      Nothing that you saved is lost. It may be starting; try again in a moment.
    </MessagePage>
  );
}
