// Preloaded into programs that are not ours, such as Next's server: they end when the launcher is gone.
process.on("disconnect", () => {
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.exit(1), 2_000).unref();
});
