export const dynamic = "force-static";

/** Whether this process answers; the backend's /health asks. */
export const GET = () => Response.json({ status: "ok" });
