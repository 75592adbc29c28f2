// Serves an embedded PostgreSQL for a test: prints one JSON line when it runs, stops when its input ends.
const [, , library, options] = process.argv;
const { startEmbeddedPostgres } = await import(library);
try {
  const server = await startEmbeddedPostgres(JSON.parse(options));
  console.log(JSON.stringify({ url: server.url, port: server.port, folder: server.folder }));
  process.stdin.resume().once('end', async () => {
    await server.stop();
    process.exit(0);
  });
} catch (error) {
  console.log(JSON.stringify({ code: error.code, message: error.message }));
  process.exit(1);
}
