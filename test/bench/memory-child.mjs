/** Preloaded into the measured command: sends its peak memory (KiB) and CPU (seconds) to the bench when it ends. */
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.send?.({ maxRSS, cpu: (userCPUTime + systemCPUTime) / 1e6 });
});
process.channel?.unref();
