/** Runs the built Worker of a peer, and tells the parent process where. */
import { peerOf } from './peers.ts'
import { startWorker } from './worker.ts'

const { runs } = peerOf(process.argv[2] ?? '')
if ('script' in runs) throw new Error('It is no Worker.')
const { miniflare, port, pid } = await startWorker(runs)
process.send?.({ port, pid })
process.on('disconnect', () => miniflare.dispose().then(() => process.exit()))
