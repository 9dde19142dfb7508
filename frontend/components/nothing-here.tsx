import Link from "next/link";
import { MessagePage } from "./message-page";
import { buttonLook } from "./ui/button";

/** `div` inside the shell, which has a main part already. */
export function NothingHere({ as }: { as: "main" | "div" }) {
  const home = (
    <Link href="/today" prefetch={false} className={buttonLook()}>
      Go to Today
    </Link>
  );
  return (
    <MessagePage title="There is nothing here" action={home} as={as}>
      The address may be mistyped, or what was here is gone.
    </MessagePage>
  );
}
