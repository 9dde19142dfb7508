import Link from "next/link";
import { MessagePage } from "@/components/message-page";
import { buttonLook } from "@/components/ui/button";

export default function NotFound() {
  const home = (
    <Link href="/today" className={buttonLook()}>
      Go to Today
    </Link>
  );
  return (
    <MessagePage title="There is nothing here" action={home}>
      The address may be mistyped, or what was here is gone.
    </MessagePage>
  );
}
