// JavaScript, so that no type stripping runs before or during what is measured.
const { module } = JSON.parse(process.argv[2]);
const start = performance.now();
await import(module);
process.stdout.write(JSON.stringify(performance.now() - start));
