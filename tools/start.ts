console.log("start", process.version, process.env.NODE_COMPILE_CACHE);
