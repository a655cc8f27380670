let failures = 1;
async function load(): Promise<string> {
  if (failures-- > 0) throw new Error('down');
  return 'Ada';
}

// #region shown
async function loadStubbornly(): Promise<string> {
  for (;;) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}
// #endregion shown
console.log(await loadStubbornly());
