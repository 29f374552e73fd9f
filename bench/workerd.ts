/** Runs a built Worker, given as JSON, and sends its port and process id to the parent process. */
import { startWorker } from './worker.ts'

const { miniflare, port, pid } = await startWorker(JSON.parse(process.argv[2] ?? ''))
process.send?.({ port, pid })
process.on('disconnect', () => miniflare.dispose().then(() => process.exit()))
